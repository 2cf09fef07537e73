// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_view.h"
#include "lanes/lanes_canvas.h"
#include "secrets/keychain_secrets.h"
#include "shell/main_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/error_bar.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace weir;
using namespace weir::views;

class WindowTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-window-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        applyTheme(ThemeChoice::Light);
        QVERIFY(folder_.isValid());
        sample_ = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(sample_.toStdString(), 3 * kSecond));
    }
    void cleanupTestCase() { QSettings().clear(); }

    void opensASavedSession() {
        MainWindow window({}, &secrets_);
        window.resize(1400, 900);
        window.show();
        window.openSession(sample_);
        QTRY_VERIFY_WITH_TIMEOUT(
            window.session() != nullptr && window.session()->isOpen() && window.session()->caughtUp(), kWait);
        QVERIFY(window.modeText().contains(QStringLiteral("read-only")));
        QVERIFY(window.errorBar()->isHidden());
        QVERIFY(!window.grab().isNull());
        window.closeSession();
        QVERIFY(window.session() == nullptr);
    }

    void whatIsNoSessionIsSaidInWords_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray(4'096, 'x');
        QTest::newRow("empty") << QByteArray();
        QFile file(sample_);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray damaged = file.readAll();
        damaged.truncate(damaged.size() / 3);
        QTest::newRow("cut") << damaged;
    }
    void whatIsNoSessionIsSaidInWords() {
        QFETCH(QByteArray, content);
        const QString path = folder_.filePath(QStringLiteral("broken.weir"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(content);
        file.close();
        MainWindow window({}, &secrets_);
        window.show();
        window.openSession(path);
        QTRY_VERIFY_WITH_TIMEOUT(!window.errorBar()->shownText().isEmpty(), kWait);
        QVERIFY2(window.errorBar()->shownText().contains(QStringLiteral("broken.weir")),
                 qPrintable(window.errorBar()->shownText()));
    }

    void aMissingFileIsSaidInWords() {
        MainWindow window({}, &secrets_);
        window.show();
        window.openSession(folder_.filePath(QStringLiteral("nowhere.weir")));
        QTRY_VERIFY_WITH_TIMEOUT(window.errorBar()->shownText().contains(QStringLiteral("nowhere.weir")),
                                 kWait);
    }

    void keysWorkOnTheCanvas() {
        MainWindow window({}, &secrets_);
        window.resize(1400, 900);
        window.show();
        window.openSession(sample_);
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->isOpen() && window.session()->caughtUp(), kWait);
        LanesCanvas* const lanes = window.lanes();
        QTRY_VERIFY_WITH_TIMEOUT(lanes->scale().span() > kSecond, kWait);
        lanes->setFocus();
        const DurationNs all = lanes->scale().span();
        QTest::keyClick(lanes, Qt::Key_W);
        QVERIFY(lanes->scale().span() < all);
        const TimeNs from = lanes->scale().from();
        QTest::keyClick(lanes, Qt::Key_D);
        QVERIFY(lanes->scale().from() > from);
        QTest::keyClick(lanes, Qt::Key_A);
        QCOMPARE(lanes->scale().from(), from);
        QTest::keyClick(lanes, Qt::Key_S);
        QTest::keyClick(lanes, Qt::Key_F);
        QVERIFY(std::abs(lanes->scale().span() - all) < all / 50);
        QTest::keyClick(lanes, Qt::Key_Down);
        QTest::keyClick(lanes, Qt::Key_Down);  // past the head of the first group
        QCOMPARE(lanes->focusedRow(), 1);
        lanes->stepCall(1);
        QVERIFY(window.selection()->call());
    }

    void choosingAnEventChoosesItsCall() {
        MainWindow window({}, &secrets_);
        window.resize(1400, 900);
        window.show();
        window.openSession(sample_);
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->isOpen() && window.session()->caughtUp(), kWait);
        window.showTab(MainWindow::Events);
        window.selection()->chooseEvent(EventId{1});
        QTRY_VERIFY_WITH_TIMEOUT(static_cast<bool>(window.selection()->call()), kWait);
    }

    void canvasesHaveNames() {
        const MainWindow window({}, &secrets_);
        QVERIFY(!window.lanes()->accessibleName().isEmpty());
        QVERIFY(!window.events()->findChild<QTableView*>()->accessibleName().isEmpty());
    }

  private:
    static constexpr int kWait = 15'000;
    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
