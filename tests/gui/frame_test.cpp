// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around the views: selection with its way back, palette, docking, transport.
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "inspect/event_inspector.h"
#include "lanes/lanes_canvas.h"
#include "palette/palette_window.h"
#include "shell/inspector_dock.h"
#include "shell/keys_window.h"
#include "shell/view_area.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "transport/minimap.h"
#include "transport/transport_bar.h"
#include "widgets/error_bar.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

#include <numeric>

using namespace weir;
using namespace weir::views;

class FrameTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-frame-test"));
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeChoice::Light);
        sample_ = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(sample_.toStdString(), 4 * kSecond));
    }
    void init() { QSettings().clear(); }
    void cleanupTestCase() { QSettings().clear(); }

    void selectionGoesBackAndForward() {
        Selection s;
        QVERIFY(!s.canGoBack());
        s.chooseFunction(FunctionId{2});
        s.choosePlace(PlaceChoice{TopicId{1}, 3});
        QVERIFY(!s.function());  // a place and a function exclude each other
        s.back();
        QCOMPARE(s.function(), FunctionId{2});
        QVERIFY(!s.place());
        s.forward();
        QVERIFY(s.place() == (PlaceChoice{TopicId{1}, 3}));
        s.back();
        s.chooseKey("item-1");
        QVERIFY(!s.canGoForward());
        s.clear();
        QVERIFY(!s.canGoBack());
    }

    void panningIsOneStepBack() {
        Selection s;
        for (int i = 1; i <= 20; ++i) s.showTime(TimeRange{i, i + 10});
        s.back();
        QVERIFY(!s.view());
        QVERIFY(!s.canGoBack());
    }

    void whatAViewFindsOutIsNoStep() {
        Selection s;
        s.chooseCall(InvocationId{4});
        s.complete(EventId{9}, InvocationId{4});
        s.back();
        QVERIFY(!s.call() && !s.event());
    }

    void escTakesBackOneChoiceAtATime() {
        Selection s;
        s.chooseFunction(FunctionId{1});
        s.chooseFinding(7);
        s.chooseCall(InvocationId{3});
        QVERIFY(s.clearLast());
        QVERIFY(!s.call() && s.finding() == 7);
        QVERIFY(s.clearLast());
        QVERIFY(s.clearLast());
        QVERIFY(!s.clearLast());
    }

    void fuzzyMatchPrefersWordsAndRuns() {
        QVERIFY(fuzzyMatch(QStringLiteral("fts"), QStringLiteral("Fit the session")));
        QVERIFY(!fuzzyMatch(QStringLiteral("xyz"), QStringLiteral("Fit the session")));
        QVERIFY(fuzzyMatch({}, QStringLiteral("anything")));
        const auto words = fuzzyMatch(QStringLiteral("rl"), QStringLiteral("Reset layout"));
        const auto inside = fuzzyMatch(QStringLiteral("rl"), QStringLiteral("Overall"));
        QVERIFY(words->score > inside->score);
        QCOMPARE(words->positions, (QVector<int>{0, 6}));
    }

    void paletteModelHoldsTheBestTwelve() {
        PaletteModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVector<Command> commands;
        for (int i = 0; i < 40; ++i) commands.append({QStringLiteral("command %1").arg(i), {}, {}, {}, {}});
        model.setCommands(commands);
        QCOMPARE(model.rowCount(), PaletteModel::kMost);
        model.setTyped(QStringLiteral("39"));
        QCOMPARE(model.rowCount(), 1);
        model.setTyped(QStringLiteral("nothing like it"));
        QCOMPARE(model.rowCount(), 0);
    }

    void paletteRunsWhatIsTyped() {
        const auto window = open();
        window->showPalette();
        QVERIFY(window->palette()->isVisible());
        QTest::keyClicks(window->palette()->field(), QStringLiteral("events"));
        QTest::keyClick(window->palette()->field(), Qt::Key_Return);
        QVERIFY(!window->palette()->isVisible());
        QCOMPARE(window->views()->current(), static_cast<int>(MainWindow::Events));
    }

    void paletteJumpsToAnEvent() {
        const auto window = open();
        const auto command = window->jumpCommand(QStringLiteral("bids/3 @ 72 010"));
        QVERIFY(command.has_value());
        command->run();
        QTRY_VERIFY_WITH_TIMEOUT(static_cast<bool>(window->selection()->event()), kWait);
        QVERIFY(!window->jumpCommand(QStringLiteral("nowhere/0@1")));
        QVERIFY(!window->jumpCommand(QStringLiteral("bids/3")));
    }

    void aJumpShowsTheEventWhateverIsChosen() {
        const auto window = open();
        window->selection()->choosePlace(PlaceChoice{TopicId{1}, 1});
        window->filterField()->setFilterText(QStringLiteral("partition == 1"));
        const auto command = window->jumpCommand(QStringLiteral("bids/3 @ 72 010"));
        QVERIFY(command.has_value());
        command->run();
        QTRY_VERIFY_WITH_TIMEOUT(static_cast<bool>(window->selection()->event()), kWait);
        QVERIFY(!window->selection()->place());
        QVERIFY(window->filterField()->text().isEmpty());
        const EventId event = window->selection()->event();
        auto* table = window->events()->findChild<QTableView*>();
        QTRY_COMPARE_WITH_TIMEOUT(window->events()->model()->idAt(table->currentIndex().row()), event, kWait);
        QVERIFY(table->viewport()->rect().intersects(table->visualRect(table->currentIndex())));
    }

    void aWrongFileKeepsTheSession() {
        const auto window = open();
        const QString wrong = folder_.filePath(QStringLiteral("wrong.weir"));
        QFile file(wrong);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no session at all");
        file.close();
        window->openSession(wrong);
        QVERIFY(window->session() != nullptr);
        QCOMPARE(window->session()->path(), sample_);
        QVERIFY2(window->errorBar()->shownText().contains(QStringLiteral("wrong.weir")),
                 qPrintable(window->errorBar()->shownText()));
    }

    /// With nothing chosen, and with an event and its call in the inspector.
    void everyViewFitsASmallScreen() {
        const auto window = open();
        QStringList large;
        for (const bool chosen : {false, true}) {
            if (chosen) {
                QSignalSpy shown(window->inspector()->eventInspector(), &EventInspector::shown);
                window->showTab(MainWindow::Events);
                window->selection()->chooseEvent(EventId{1'300});
                QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kWait);
            }
            for (int i = 0; i < window->views()->count(); ++i) {
                window->showTab(static_cast<MainWindow::Tab>(i));
                QTest::qWait(chosen ? 200 : 0);
                const QSize least = window->minimumSizeHint();
                if (least.width() > 1024 || least.height() > 738) {
                    large << QStringLiteral("%1: %2 x %3")
                                 .arg(window->views()->name(i))
                                 .arg(least.width())
                                 .arg(least.height());
                }
            }
        }
        QVERIFY2(large.isEmpty(), qPrintable(large.join(QLatin1Char('\n'))));
        window->resize(1024, 700);
        QCoreApplication::processEvents();
        QCOMPARE(window->width(), 1024);
    }

    void columnsAreWideEnough() {
        const auto window = open();
        window->resize(1600, 1000);
        window->showTab(MainWindow::Events);
        QCoreApplication::processEvents();
        auto* table = window->events()->findChild<QTableView*>();
        const QFontMetrics mono(monoFont());
        for (const auto& [column, words] :
             {std::pair(EventsModel::Time, "14:33:02.640"), std::pair(EventsModel::Key, "item-1835"),
              std::pair(EventsModel::Wait, "12.3 ms"), std::pair(EventsModel::Run, "12.3 ms")})
            QVERIFY2(table->columnWidth(column) >= mono.horizontalAdvance(QLatin1String(words)) + 14, words);
    }

    void viewsDockAndComeBack() {
        const auto window = open();
        ViewArea* views = window->views();
        window->showTab(MainWindow::Lanes);
        views->place(MainWindow::Events, ViewPlace::Below);
        QVERIFY(views->placeOf(MainWindow::Events) == ViewPlace::Below);
        QVERIFY(window->events()->isVisible());
        QVERIFY(window->lanes()->isVisible());  // both at once
        window->close();
        const auto again = open();
        QVERIFY(again->views()->placeOf(MainWindow::Events) == ViewPlace::Below);
        again->views()->resetLayout();
        QVERIFY(again->views()->placeOf(MainWindow::Events) == ViewPlace::Tab);
        again->showTab(MainWindow::Events);
        QVERIFY(again->events()->isVisible());
        QVERIFY(!again->lanes()->isVisible());
    }

    void allViewsDockedStillWork() {
        const auto window = open();
        for (int i = 0; i < window->views()->count(); ++i) window->views()->place(i, ViewPlace::Right);
        QVERIFY(!window->grab().isNull());
        window->closeSession();
        QVERIFY(!window->events()->isVisible());
    }

    void aNarrowWindowHidesTheInspector() {
        const auto window = open();
        QVERIFY(window->inspector()->isVisible());
        window->resize(900, 700);
        QTRY_VERIFY(!window->inspector()->isVisible());
        window->resize(1400, 900);
        QTRY_VERIFY(window->inspector()->isVisible());
    }

    void theTimelineCountsWhatArrived() {
        const auto window = open();
        const LaneStore& store = window->session()->lanes();
        const TimeNs from = window->session()->extent().first_at;
        const TimeScale scale = TimeScale::fitted(from, window->session()->extent().last_at + 1, 400);
        const Timeline line = timelineOf({}, store, scale);
        double events = 0;
        for (const float rate : line.rate)
            events += static_cast<double>(rate) * scale.nsPerPixel() / static_cast<double>(kSecond);
        // The level is smoothed, which loses a little at both ends.
        const auto recorded = static_cast<double>(window->session()->extent().events);
        QVERIFY2(std::abs(events - recorded) < recorded * 0.03, qPrintable(QString::number(events)));
        QVERIFY(std::accumulate(line.cold.begin(), line.cold.end(), 0) > 0);
        QVERIFY(std::accumulate(line.failed.begin(), line.failed.end(), 0) > 0);
        // The same from the roll-ups alone, and the minimap shows it.
        std::optional<std::vector<journal::RollupRow>> rollups;
        window->session()->ask(
            window.get(),
            [&](journal::SessionReader& reader) {
                return reader.rollups({}, static_cast<DurationNs>(scale.nsPerPixel()), scale.from(),
                                      scale.to());
            },
            [&](Result<std::vector<journal::RollupRow>> rows) { rollups = std::move(*rows); });
        QTRY_VERIFY_WITH_TIMEOUT(rollups.has_value(), kWait);
        QVERIFY(!rollups->empty());
        const Timeline rolled = timelineOf(*rollups, LaneStore(), scale);
        double sum = 0;
        for (const float rate : rolled.rate)
            sum += static_cast<double>(rate) * scale.nsPerPixel() / static_cast<double>(kSecond);
        QVERIFY2(std::abs(sum - recorded) < recorded * 0.03, qPrintable(QString::number(sum)));
        QVERIFY(std::accumulate(rolled.cold.begin(), rolled.cold.end(), 0) > 0);
        QVERIFY(std::accumulate(rolled.failed.begin(), rolled.failed.end(), 0) > 0);
    }

    void theMinimapChoosesTime() {
        const auto window = open();
        Minimap* map = window->transport()->minimap();
        QTRY_VERIFY_WITH_TIMEOUT(!map->timeline().rate.empty(), kWait);
        QTest::mousePress(map, Qt::LeftButton, {}, {100, 20});
        QTest::mouseMove(map, {200, 20});
        QTest::mouseRelease(map, Qt::LeftButton, {}, {200, 20});
        QVERIFY(window->selection()->view());
        const DurationNs chosen = window->selection()->view()->second - window->selection()->view()->first;
        QCOMPARE(window->lanes()->scale().from(), window->selection()->view()->first);
        QTest::keyClick(map, Qt::Key_W);
        QVERIFY(window->selection()->view()->second - window->selection()->view()->first < chosen);
        QTest::keyClick(map, Qt::Key_F);
        QVERIFY(!window->selection()->view());
    }

    void stepsFollowTheSelection() {
        const auto window = open();
        TransportBar* bar = window->transport();
        bar->setUnit(StepUnit::Failure);
        QVERIFY(bar->stepToEnd(-1));
        const Call* call = window->session()->lanes().call(window->selection()->call());
        QVERIFY(call != nullptr && call->failed());
        window->selection()->set({});
        bar->setUnit(StepUnit::Call);
        window->selection()->choosePlace(PlaceChoice{TopicId{1}, 2});
        for (int i = 0; i < 5; ++i) {
            QVERIFY(bar->step(1));
            call = window->session()->lanes().call(window->selection()->call());
            QCOMPARE(call->partition, 2);
        }
        bar->setUnit(StepUnit::Event);
        QVERIFY(bar->stepToEnd(1));
        QCOMPARE(window->selection()->event().value, window->session()->extent().events);
        QVERIFY(!bar->step(1));
    }

    void questionMarkShowsTheKeys() {
        const auto window = open();
        QTest::keyClick(window.get(), Qt::Key_Question);
        QTRY_VERIFY(window->findChild<KeysWindow*>() != nullptr);
    }

  private:
    static constexpr int kWait = 15'000;

    std::unique_ptr<MainWindow> open() { return test::openWindow(sample_, secrets_); }

    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(FrameTest)
#include "frame_test.moc"
