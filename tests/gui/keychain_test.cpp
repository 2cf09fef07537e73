// SPDX-License-Identifier: GPL-3.0-or-later
// Secrets in a real keyring service. tests/gui/with_keyring starts one for this program alone.
#include "secrets/keychain_secrets.h"

#include <QSignalSpy>
#include <QTest>

using namespace weir;
using namespace weir::views;

class KeychainTest : public QObject {
    Q_OBJECT

    static std::optional<QString> fetched(KeychainSecrets& secrets, const QString& name) {
        bool answered = false;
        std::optional<QString> result;
        secrets.fetch(name, &secrets, [&](std::optional<QString> value) {
            answered = true;
            result = std::move(value);
        });
        if (!QTest::qWaitFor([&] { return answered; }, 10'000)) QTest::qFail("no answer", __FILE__, __LINE__);
        return result;
    }

  private slots:
    void initTestCase() {
        if (!qEnvironmentVariableIsSet("WEIR_TEST_KEYRING")) QSKIP("no keyring service: use with_keyring");
    }

    void theServiceIsNoticed() {
        KeychainSecrets secrets(KeychainSecrets::Store::Keychain);
        QSignalSpy changed(&secrets, &KeychainSecrets::stateChanged);
        secrets.probe();
        QVERIFY(changed.wait(10'000));
        QCOMPARE(secrets.state(), KeychainSecrets::State::Kept);
    }

    void whatIsKeptOutlivesTheProgram() {
        const QString value = QStringLiteral("pä$$ \"word\"\n%1").arg(QChar(0x2603));
        {
            KeychainSecrets secrets(KeychainSecrets::Store::Keychain);
            QSignalSpy changed(&secrets, &KeychainSecrets::stateChanged);
            secrets.keep(QStringLiteral("production/sasl.password"), value);
            QCOMPARE(secrets.secret("production/sasl.password"), value.toStdString());
            QVERIFY(changed.wait(10'000));
            QCOMPARE(secrets.state(), KeychainSecrets::State::Kept);
        }
        // Another object has nothing in memory: what it finds comes from the service.
        KeychainSecrets later(KeychainSecrets::Store::Keychain);
        QCOMPARE(later.secret("production/sasl.password"), std::nullopt);
        QCOMPARE(fetched(later, QStringLiteral("production/sasl.password")), std::optional(value));
        QCOMPARE(later.secret("production/sasl.password"), value.toStdString());
    }

    void whatIsForgottenIsGone() {
        const QString name = QStringLiteral("old/sasl.password");
        KeychainSecrets secrets(KeychainSecrets::Store::Keychain);
        QSignalSpy changed(&secrets, &KeychainSecrets::stateChanged);
        secrets.keep(name, QStringLiteral("x"));
        QVERIFY(changed.wait(10'000));
        secrets.forget(name);
        QCOMPARE(secrets.secret(name.toStdString()), std::nullopt);
        QTRY_COMPARE_WITH_TIMEOUT(([&] {
                                      KeychainSecrets later(KeychainSecrets::Store::Keychain);
                                      return fetched(later, name);
                                  })(),
                                  std::optional<QString>(), 5000);
    }

    void whatWasNeverKeptIsNothing() {
        KeychainSecrets secrets(KeychainSecrets::Store::Keychain);
        QCOMPARE(fetched(secrets, QStringLiteral("nobody/sasl.password")), std::optional<QString>());
        QCOMPARE(secrets.state(), KeychainSecrets::State::Kept);
    }
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "keychain_test.moc"
