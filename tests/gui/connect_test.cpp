// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/connect_dialog.h"
#include "connect/connection_form.h"
#include "connect/profile.h"
#include "kafka/settings.h"
#include "secrets/keychain_secrets.h"

#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

using namespace weir;
using namespace weir::views;

class ConnectTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-connect-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
    }
    void cleanupTestCase() { QSettings().clear(); }

    void everySecuritySettingIsUnderstoodByTheClient_data() {
        QTest::addColumn<int>("security");
        QTest::addColumn<int>("mechanism");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, Security s, Mechanism m, const char* protocol,
                            const char* word) {
            QTest::newRow(name) << static_cast<int>(s) << static_cast<int>(m) << QString::fromLatin1(protocol)
                                << QString::fromLatin1(word);
        };
        row("plaintext", Security::Plaintext, Mechanism::Plain, "PLAINTEXT", "");
        row("tls", Security::Tls, Mechanism::Plain, "SSL", "");
        row("plain", Security::SaslPlaintext, Mechanism::Plain, "SASL_PLAINTEXT", "PLAIN");
        row("scram 256", Security::SaslTls, Mechanism::ScramSha256, "SASL_SSL", "SCRAM-SHA-256");
        row("scram 512", Security::SaslTls, Mechanism::ScramSha512, "SASL_SSL", "SCRAM-SHA-512");
        row("oauth", Security::SaslTls, Mechanism::OAuthBearer, "SASL_SSL", "OAUTHBEARER");
    }
    void everySecuritySettingIsUnderstoodByTheClient() {
        QFETCH(int, security);
        QFETCH(int, mechanism);
        QFETCH(QString, protocol);
        QFETCH(QString, word);
        ClusterProfile profile;
        profile.brokers = QStringLiteral("kafka:9092");
        profile.security = static_cast<Security>(security);
        profile.mechanism = static_cast<Mechanism>(mechanism);
        profile.user = QStringLiteral("observer");
        profile.token_endpoint = QStringLiteral("https://login.example/token");
        const kafka::ClusterSettings settings =
            settingsOf(profile, {{QStringLiteral("sasl.password"), QStringLiteral("hunter2")}});
        QCOMPARE(settings.brokers, std::string("kafka:9092"));
        const auto property = [&](const char* name) {
            const auto found = settings.properties.find(name);
            return found == settings.properties.end() ? QString() : QString::fromStdString(found->second);
        };
        const QString said = property("security.protocol");
        QVERIFY(said == protocol || (protocol == QStringLiteral("PLAINTEXT") && said.isEmpty()));
        const QString chosen =
            property("sasl.mechanism").isEmpty() ? property("sasl.mechanisms") : property("sasl.mechanism");
        QCOMPARE(chosen, word);
        const Status understood = kafka::checkProperties(settings.properties);
        QVERIFY2(understood, understood ? "" : understood.error().message.c_str());
        QVERIFY(settings.describe().find("hunter2") == std::string::npos);
    }

    void clientCertificatesAreHandedOver() {
        ClusterProfile profile;
        profile.security = Security::Tls;
        profile.ca_file = QStringLiteral("/ca.pem");
        profile.certificate_file = QStringLiteral("/cert.pem");
        profile.key_file = QStringLiteral("/key.pem");
        profile.check_host = false;
        const auto properties =
            settingsOf(profile, {{QStringLiteral("ssl.key.password"), QStringLiteral("p")}}).properties;
        QCOMPARE(properties.at("ssl.ca.location"), std::string("/ca.pem"));
        QCOMPARE(properties.at("ssl.certificate.location"), std::string("/cert.pem"));
        QCOMPARE(properties.at("ssl.key.location"), std::string("/key.pem"));
        QCOMPARE(properties.at("ssl.key.password"), std::string("p"));
        QCOMPARE(properties.at("ssl.endpoint.identification.algorithm"), std::string("none"));
    }

    void secretsNeverReachTheSettings() {
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        Services services;
        services.test_connection = [](const auto&, int, const auto&, const auto*) {
            return kafka::ConnectionReport{};
        };
        services.describe_cluster = [](const auto&, const auto&, bool, int) { return kafka::ClusterInfo{}; };
        ConnectDialog dialog(services, &secrets);
        ClusterProfile profile;
        profile.id = QStringLiteral("p1");
        profile.name = QStringLiteral("shop");
        profile.brokers = QStringLiteral("kafka:9092");
        profile.security = Security::SaslTls;
        profile.user = QStringLiteral("observer");
        dialog.setProfile(profile);
        dialog.form()->password->setText(QStringLiteral("correct horse battery"));
        QCOMPARE(dialog.settings().properties.at("sasl.password"), std::string("correct horse battery"));
        bool tested = false;
        connect(&dialog, &ConnectDialog::testFinished, this, [&] { tested = true; });
        dialog.test();
        QTRY_VERIFY_WITH_TIMEOUT(tested, 15'000);
        ProfileStore::save(dialog.profile());
        QSettings settings;
        settings.sync();
        QCOMPARE(ProfileStore::all().size(), 1);
        QCOMPARE(ProfileStore::all().front().user, QStringLiteral("observer"));
        for (const QString& key : settings.allKeys()) {
            QVERIFY2(!settings.value(key).toString().contains(QStringLiteral("battery")), qPrintable(key));
        }
        QFile file(settings.fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("battery"));
    }
};

QTEST_MAIN(ConnectTest)
#include "connect_test.moc"
