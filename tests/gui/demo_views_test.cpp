// SPDX-License-Identifier: GPL-3.0-or-later
// The demo, with its embedded cluster and real function processes, in the window; each view is visited while
// it runs, and what they show when it has ended equals what weir-cli says of the same file.
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "flow/flow_canvas.h"
#include "flow/flow_view.h"
#include "instances/instances_view.h"
#include "latency/latency_view.h"
#include "log/log_view.h"
#include "order/order_view.h"
#include "replay/replay_view.h"
#include "secrets/keychain_secrets.h"
#include "services.h"
#include "shell/main_window.h"
#include "shell/view_area.h"
#include "theme/theme.h"
#include "widgets/error_bar.h"

#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace weir;
using namespace weir::views;

class DemoViewsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-demo-views-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        applyTheme(ThemeChoice::Light);
    }
    void cleanupTestCase() {
        QSettings().clear();
        if (!path_.isEmpty()) QFile::remove(path_);
    }

    void viewsSayWhatTheCommandLineSays() {
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        MainWindow window(desktop::services(), &secrets);
        window.resize(1400, 900);
        window.show();
        window.runDemo(flow::Order::None);
        QTRY_VERIFY_WITH_TIMEOUT(window.capture()->running() || !window.errorBar()->shownText().isEmpty(),
                                 kWait);
        QVERIFY2(window.errorBar()->shownText().isEmpty(), qPrintable(window.errorBar()->shownText()));
        QTRY_VERIFY_WITH_TIMEOUT(window.session() != nullptr && window.session()->extent().invocations > 40,
                                 kWait);
        path_ = window.session()->path();
        for (int i = 0; i < window.views()->count(); ++i) {
            window.showTab(static_cast<MainWindow::Tab>(i));
            QTest::qWait(250);
            QVERIFY(!window.grab().isNull());
        }
        window.capture()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!window.capture()->running(), kWait);
        Session* session = window.session();
        QTRY_VERIFY_WITH_TIMEOUT(session->caughtUp() && session->catalog().info.ended, kWait);

        const auto stats =
            ask({QStringLiteral("stats"), path_, QStringLiteral("--format"), QStringLiteral("json")});
        const auto check =
            ask({QStringLiteral("check"), path_, QStringLiteral("--format"), QStringLiteral("json"),
                 QStringLiteral("--fail-on"), QStringLiteral("never")});
        QVERIFY(stats.contains("events") && check.contains("kinds"));
        const auto events = stats["events"].get<std::int64_t>();
        const auto calls = stats["invocations"].get<std::int64_t>();
        QCOMPARE(session->extent().events, events);
        QCOMPARE(static_cast<std::int64_t>(window.events()->model()->rowCount()), events);
        QCOMPARE(static_cast<std::int64_t>(session->lanes().calls().size()), calls);
        QCOMPARE(session->lanes().coldCalls(), stats["cold_starts"].get<std::int64_t>());

        window.showTab(MainWindow::Flow);
        QTRY_COMPARE_WITH_TIMEOUT(flowCalls(window), calls, kWait);
        window.showTab(MainWindow::Latency);
        QTRY_VERIFY_WITH_TIMEOUT(
            window.latency()->picture() != nullptr && window.latency()->picture()->calls == calls, kWait);
        QCOMPARE(static_cast<std::int64_t>(window.latency()->picture()->total.count()),
                 stats["delivered"].get<std::int64_t>());

        // Every kind but gaps, which are known at the end: errors, warnings and notes together.
        window.showTab(MainWindow::Order);
        std::int64_t units = 0;
        for (const auto& [kind, count] : check["kinds"].items()) units += count.get<std::int64_t>();
        const auto shown = [&] {
            const FindingTotals& n = window.order()->totals();
            return n.errors + n.warnings + n.notes;
        };
        QTRY_COMPARE_WITH_TIMEOUT(shown(), units, kWait);
        QCOMPARE(window.order()->totals().displaced, check["displaced"].get<std::int64_t>());
        QCOMPARE(window.order()->totals().deliveries, check["deliveries"].get<std::int64_t>());

        // What a filter lets through, by both.
        window.filterField()->setFilterText(QStringLiteral("topic == \"bids\" && partition == 1"));
        QTRY_VERIFY_WITH_TIMEOUT(!window.events()->model()->searching() && session->matchesFound().second,
                                 kWait);
        QProcess cli;
        cli.start(QStringLiteral(WEIR_CLI), {QStringLiteral("events"), path_, QStringLiteral("--filter"),
                                             QStringLiteral("topic == \"bids\" && partition == 1"),
                                             QStringLiteral("--format"), QStringLiteral("ndjson")});
        QVERIFY(cli.waitForFinished(kWait));
        QCOMPARE(window.events()->model()->rowCount(),
                 static_cast<int>(cli.readAllStandardOutput().count('\n')));
        window.filterField()->setFilterText({});

        window.showTab(MainWindow::Replay);
        QTRY_VERIFY_WITH_TIMEOUT(window.replay()->picture() != nullptr, kWait);
        window.replay()->toEnd();
        QTRY_COMPARE_WITH_TIMEOUT(window.replay()->picture()->events, events, kWait);
    }

  private:
    static constexpr int kWait = 30'000;

    static std::int64_t flowCalls(const MainWindow& window) {
        std::int64_t calls = 0;
        for (const FlowNode& node : window.flow()->canvas()->graph().nodes) calls += node.calls;
        return calls;
    }

    static nlohmann::json ask(const QStringList& arguments) {
        QProcess cli;
        cli.start(QStringLiteral(WEIR_CLI), arguments);
        if (!cli.waitForFinished(kWait)) return {};
        const QByteArray out = cli.readAllStandardOutput();
        return nlohmann::json::parse(out.constBegin(), out.constEnd(), nullptr, false);
    }

    QString path_;
};

QTEST_MAIN(DemoViewsTest)
#include "demo_views_test.moc"
