// SPDX-License-Identifier: GPL-3.0-or-later
// The demo in the window for a long time, everything in it used over and over, and memory that stays.
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "lanes/lanes_canvas.h"
#include "latency/latency_view.h"
#include "lineage/lineage_view.h"
#include "secrets/keychain_secrets.h"
#include "services.h"
#include "session/session.h"
#include "shell/main_window.h"
#include "shell/view_area.h"
#include "theme/theme.h"
#include "widgets/error_bar.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <vector>

using namespace weir;
using namespace weir::views;

namespace {

std::int64_t residentBytes() {
    std::ifstream statm("/proc/self/statm");
    std::int64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

class SoakTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-soak-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        applyTheme(ThemeChoice::Light);
    }
    void cleanupTestCase() {
        QSettings().clear();
        for (const char* more : {"", "-wal", "-shm"}) {
            if (!path_.isEmpty()) QFile::remove(path_ + QLatin1String(more));
        }
    }

    /// WEIR_SOAK_MINUTES: how long, 30 when not set.
    void memoryStays() {
        const double wanted = qEnvironmentVariable("WEIR_SOAK_MINUTES").toDouble();
        const double minutes = wanted > 0 ? wanted : 30;
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

        struct Sample {
            double minute = 0;
            double resident_mb = 0;
            double cluster_mb = 0;  ///< of it, at most
            std::int64_t events = 0;
        };
        std::vector<Sample> samples;
        QElapsedTimer timer;
        timer.start();
        const auto now = [&] { return static_cast<double>(timer.elapsed()) / 60'000; };
        int round = 0;
        while (now() < minutes) {
            use(window, round++);
            samples.push_back({now(), static_cast<double>(residentBytes()) / 1e6,
                               clusterMb(*window.session()), window.session()->extent().events});
            QVERIFY2(window.errorBar()->shownText().isEmpty(), qPrintable(window.errorBar()->shownText()));
        }
        QVERIFY(window.capture()->running());
        QVERIFY(samples.size() >= 3);

        // The first third fills caches, and the heap finds its size.
        const auto settled = std::find_if(samples.begin(), samples.end(),
                                          [&](const Sample& s) { return s.minute >= minutes / 3; });
        QVERIFY(settled != samples.end());
        const Sample& last = samples.back();
        for (const Sample& s : samples) {
            qInfo("%6.2f min  %7.1f MB, of which the cluster may have %.1f  %lld events", s.minute,
                  s.resident_mb, s.cluster_mb, static_cast<long long>(s.events));
        }
        const double grown = last.resident_mb - settled->resident_mb;
        // What has to grow is the cluster inside this process.
        const double allowed = kAllowedMb + last.cluster_mb - settled->cluster_mb;
        qInfo("grown by %.1f MB, allowed %.1f MB", grown, allowed);
        QVERIFY2(grown < allowed, qPrintable(QStringLiteral("grown by %1 MB").arg(grown)));
        window.capture()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!window.capture()->running(), kWait);
    }

  private:
    static constexpr int kWait = 30'000;
    /// The calls and arrivals of the session, and the heap.
    static constexpr double kAllowedMb = 40;

    /// What the cluster holds: it keeps 5 MiB of each partition as they were sent, 450 bytes for a bid, and
    /// they take more in memory. Measured without a window: 1.3 kB for each event until its partition is
    /// full.
    static double clusterMb(Session& session) {
        constexpr std::int64_t kFull = 5 * 1024 * 1024 / 450;
        std::optional<double> held;
        session.ask(
            &session, [](journal::SessionReader& reader) { return reader.rollupTotals(); },
            [&](const Result<std::vector<journal::RollupTotal>>& totals) {
                held = 0;
                if (!totals) return;
                for (const journal::RollupTotal& total : *totals) {
                    if (total.key.scope != journal::RollupScope::Partition) continue;
                    *held +=
                        static_cast<double>(std::min(kFull, total.counts[journal::RollupCount::Events])) *
                        1.3e-3;
                }
            },
            true);
        (void)QTest::qWaitFor([&] { return held.has_value(); }, kWait);
        return held.value_or(0);
    }

    /// A person who looks at everything, a view after the other.
    static void use(MainWindow& window, int round) {
        for (int i = 0; i < window.views()->count(); ++i) {
            window.showTab(static_cast<MainWindow::Tab>(i));
            QTest::qWait(150);
            const auto newest = window.session()->extent();
            window.selection()->chooseEvent(EventId{std::max<std::int64_t>(1, newest.events - 50)});
            QTest::qWait(100);
            switch (i) {
                case MainWindow::Lanes:
                    for (int step = 0; step < 10; ++step) {
                        window.lanes()->zoom(step < 5 ? 0.7 : 1 / 0.7);
                        window.lanes()->pan(step % 2 == 0 ? 0.1 : -0.1);
                        QTest::qWait(20);
                    }
                    window.lanes()->setFollowing(true);
                    break;
                case MainWindow::Lineage:
                    window.lineage()->setAggregate(round % 2 == 1);
                    break;
                case MainWindow::Events:
                    window.events()->show(EventId{1 + newest.events / 2});
                    window.filterField()->setFilterText(QStringLiteral("topic == \"bids\""));
                    QTest::qWait(150);
                    window.filterField()->setFilterText({});
                    break;
                default:
                    break;
            }
            if (window.selection()->canGoBack()) window.selection()->back();
            window.selection()->clear();
            QTest::qWait(100);
        }
    }

    QString path_;
};

int main(int argc, char** argv) {
    qputenv("QTEST_FUNCTION_TIMEOUT", "3600000");  // else five minutes
    QApplication app(argc, argv);
    SoakTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "soak_test.moc"
