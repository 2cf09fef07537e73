// SPDX-License-Identifier: GPL-3.0-or-later
// Replay: the cursor goes both ways, runs to a breakpoint, and the other views follow it. Compare: two
// sessions side by side.
#include "replay/replay_view.h"

#include "compare/compare_detail.h"
#include "compare/compare_fields_model.h"
#include "compare/compare_table.h"
#include "compare/compare_view.h"
#include "compare/match_functions.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "flow/flow_view.h"
#include "instances/instances_view.h"
#include "lanes/lanes_canvas.h"
#include "log/log_view.h"
#include "order/findings_model.h"
#include "order/order_view.h"
#include "replay/breakpoints_model.h"
#include "replay/breakpoints_pane.h"
#include "replay/replay_calls_model.h"
#include "replay/replay_facts_model.h"
#include "session/offset_ranges.h"
#include "shell/inspector_dock.h"
#include "shell/view_area.h"
#include "support/facts_session.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/error_bar.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace weir;
using namespace weir::views;
using replay::Direction;
using replay::Unit;

class ReplayViewTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-replay-view-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        applyTheme(ThemeChoice::Light);
        sample_ = folder_.filePath(QStringLiteral("overtaken.weir"));
        QVERIFY(test::writeFacts(test::overtakenFacts(), sample_.toStdString()));
    }

    void goesBothWays() {
        const auto window = open();
        ReplayView* replay = window->replay();
        const QAbstractItemModelTester facts(replay->facts(),
                                             QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester calls(replay->calls(),
                                             QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(replay->picture()->atStart());
        QCOMPARE(replay->facts()->cursorRow(), -1);
        QVERIFY(replay->facts()->rowCount() > 50);
        std::vector<std::pair<replay::Position, std::int64_t>> way;
        for (int i = 0; i < 12; ++i) {
            move(*replay, [&] { replay->step(Unit::Moment, Direction::Forward); });
            way.emplace_back(replay->picture()->position, replay->picture()->events);
            const ReplayFact* fact = replay->facts()->fact(replay->facts()->cursorRow());
            QVERIFY(fact != nullptr && fact->happening.position == replay->picture()->position);
        }
        for (std::size_t i = way.size() - 1; i-- > 0;) {
            move(*replay, [&] { replay->step(Unit::Moment, Direction::Backward); });
            QVERIFY(replay->picture()->position == way[i].first);
            QCOMPARE(replay->picture()->events, way[i].second);
        }
    }

    void runsToABreakpointAndOthersFollow() {
        const auto window = open();
        ReplayView* replay = window->replay();
        replay->breakpointField()->setFilterText(QStringLiteral("attempt > 1"));
        move(*replay, [&] { replay->run(Direction::Forward); });
        QCOMPARE(replay->picture()->position.kind, replay::Kind::Start);
        const Call* call = window->session()->lanes().call(InvocationId{replay->picture()->position.id});
        QVERIFY(call != nullptr && call->attempt == 2);
        QCOMPARE(window->selection()->call(), call->id);
        QVERIFY(replay->calls()->rowCount() > 0);
        QVERIFY2(window->modeText().contains(QStringLiteral("replayed")), qPrintable(window->modeText()));
        QCOMPARE(window->flow()->range().second, call->start);
        // There is only one.
        replay->run(Direction::Forward);
        QTRY_VERIFY_WITH_TIMEOUT(replay->note().contains(QStringLiteral("cursor stays")), kWait);
        QCOMPARE(replay->picture()->position.id, call->id.value);
        replay->leave();
        QVERIFY(!window->modeText().contains(QStringLiteral("replayed")));
        QVERIFY(window->flow()->range().second > call->start);
    }

    void severalBreakpointsEachOnOrOff() {
        const auto window = open();
        ReplayView* replay = window->replay();
        BreakpointsPane* pane = replay->breakpoints();
        BreakpointsModel* model = pane->model();
        const QAbstractItemModelTester tester(model, Mode::QtTest);
        for (const char* filter : {"attempt > 1", "finding == inversion", "key == \"item-1\""}) {
            replay->breakpointField()->setFilterText(QLatin1String(filter));
            pane->add();
        }
        QCOMPARE(model->rowCount(), 3);
        QVERIFY(replay->breakpointField()->text().isEmpty());
        replay->breakpointField()->setFilterText(QStringLiteral("key =="));
        pane->add();
        QCOMPARE(model->rowCount(), 3);  // no filter
        replay->breakpointField()->setFilterText({});
        // The nearest of them, whichever it is.
        move(*replay, [&] { replay->run(Direction::Forward); });
        QCOMPARE(replay->picture()->position.kind, replay::Kind::Record);
        QVERIFY2(replay->note().contains(QStringLiteral("item-1")), qPrintable(replay->note()));
        QVERIFY(model->setData(model->index(2), Qt::Unchecked, Qt::CheckStateRole));
        move(*replay, [&] { replay->run(Direction::Forward); });
        QCOMPARE(replay->picture()->position.kind, replay::Kind::Start);
        QVERIFY(model->setData(model->index(0), Qt::Unchecked, Qt::CheckStateRole));
        move(*replay, [&] { replay->run(Direction::Forward); });
        QCOMPARE(replay->picture()->position.kind, replay::Kind::Finding);
        // They are there the next time, too.
        QCOMPARE(BreakpointsModel().active().size(), std::size_t{1});
        pane->list()->setCurrentIndex(model->index(0));
        QTest::keyClick(pane->list(), Qt::Key_Delete);
        QCOMPARE(model->rowCount(), 2);
        model->remove(1);
        model->remove(0);
        QCOMPARE(model->rowCount(), 0);
    }

    void rowsAfterTheCursorAreToCome() {
        const auto window = open();
        ReplayView* replay = window->replay();
        EventsModel* events = window->events()->model();
        const QAbstractItemModelTester tester(events, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto timeOf = [&](int row) {
            return static_cast<RowTime>(events->index(row, 0).data(EventsModel::TimeRole).toInt());
        };
        QVERIFY(timeOf(0) == RowTime::Past);  // no cursor yet
        for (int i = 0; i < 3; ++i) move(*replay, [&] { replay->step(Unit::Event, Direction::Forward); });
        const int row = events->cursorRow();
        QCOMPARE(events->idAt(row), replay->picture()->last_event);
        QVERIFY(timeOf(row) == RowTime::Cursor);
        QVERIFY(timeOf(row + 1) == RowTime::Future);
        QVERIFY(events->pagesHeld() <= 1);  // nothing was read for it, but for what the tester looks at

        // What a row says is what was known then.
        window->showTab(MainWindow::Events);
        QTRY_VERIFY_WITH_TIMEOUT(events->entry(row) != nullptr, kWait);
        QVERIFY(events->entry(row)->deliveries.empty() && !events->entry(row)->recorded.empty());
        QCOMPARE(events->entry(row)->outcome.kind, EventOutcome::Kind::Waiting);
        QCOMPARE(events->index(row + 1, EventsModel::Outcome).data().toString(), QStringLiteral("to come"));
        const TimeNs start = events->entry(row)->recorded.front().start;
        move(*replay, [&] { replay->toTime(start); });
        QCOMPARE(events->entry(row)->outcome.kind, EventOutcome::Kind::Running);
        QVERIFY(timeOf(row) == RowTime::Past);
        // With a filter, the cursor stands on the newest event that passes it.
        window->filterField()->setFilterText(QStringLiteral("partition == 2"));
        QTRY_VERIFY_WITH_TIMEOUT(!events->filter().matchesAll() && !events->searching(), kWait);
        const int cursor = events->cursorRow();
        QVERIFY(events->idAt(cursor) <= replay->picture()->last_event);
        QVERIFY(events->idAt(cursor + 1) > replay->picture()->last_event);
        replay->leave();
        QCOMPARE(events->cursorRow(), -1);
        QVERIFY(timeOf(events->rowCount() - 1) == RowTime::Past);
    }

    void findingsAreCountedUpToTheCursor() {
        const auto window = open();
        ReplayView* replay = window->replay();
        window->showTab(MainWindow::Order);
        FindingsModel* findings = window->order()->findings();
        QTRY_VERIFY_WITH_TIMEOUT(findings->rowCount() > 0, kWait);
        const QAbstractItemModelTester tester(findings,
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        const FindingTotals all = window->order()->totals();
        std::int64_t last = -1;
        bool growing = false;
        for (const DurationNs after :
             {1400, 300, 700, 560, 900, 2000}) {  // ms after the beginning, both ways
            const TimeNs at = window->session()->extent().first_at + after * kMillisecond;
            move(*replay, [&] { replay->toTime(at); });
            std::int64_t expected = 0;
            for (const auto& count : replay->picture()->findings) expected += count.units;
            const auto counted = [&] {
                const FindingTotals& n = window->order()->totals();
                return n.replayed && n.errors + n.warnings + n.notes == expected;
            };
            QTRY_VERIFY_WITH_TIMEOUT(counted(), kWait);
            QCOMPARE(findings->cursorIndex().isValid(), expected > 0);
            growing = growing || (last >= 0 && expected != last);
            last = expected;
        }
        QVERIFY(growing);
        replay->leave();
        QTRY_VERIFY_WITH_TIMEOUT(window->order()->totals() == all, kWait);
    }

    void instancesAndTheLogAreAsTheyWere() {
        const QString path = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(path.toStdString(), 4 * kSecond));
        const auto window = open(path);
        ReplayView* replay = window->replay();
        LogModel* log = window->log()->model();
        const InstancesModel* instances = window->instances()->model();
        const QAbstractItemModelTester log_tester(log,
                                                  QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(log->rowCount() > 2);
        std::vector<journal::LogRow> lines;
        window->session()->ask(
            this, [](journal::SessionReader& reader) { return reader.allLogs(1, 10'000); },
            [&](Result<std::vector<journal::LogRow>> rows) { lines = std::move(*rows); });
        QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(lines.size()), log->rowCount(), kWait);
        window->showTab(MainWindow::Instances);
        for (const std::size_t i : {lines.size() / 2, std::size_t{0}, lines.size() - 1}) {
            const TimeNs at = lines[i].at;
            move(*replay, [&] { replay->toTime(at); });
            const auto until = std::count_if(lines.begin(), lines.end(),
                                             [&](const journal::LogRow& line) { return line.at <= at; });
            QCOMPARE(log->cursorRow(), static_cast<int>(until) - 1);
            std::int64_t calls = 0, called = 0;
            int cursors = 0;
            for (const Call& call : window->session()->lanes().calls())
                called += call.instance && call.start <= at ? 1 : 0;
            for (int row = 0; row < instances->rowCount(); ++row) {
                const InstanceEntry& e = *instances->entry(row);
                calls += e.calls;
                cursors += e.time == RowTime::Cursor ? 1 : 0;
                QCOMPARE(e.time == RowTime::Future, e.row.started > at);
                QVERIFY(!e.row.ended || *e.row.ended <= at);
            }
            QCOMPARE(calls, called);
            QCOMPARE(cursors, 1);
            QVERIFY(!window->grab().isNull());
        }
    }

    void theStateAddsUp() {
        const auto window = open();
        ReplayView* replay = window->replay();
        move(*replay, [&] { replay->toEnd(); });
        QCOMPARE(replay->picture()->events, window->session()->extent().events);
        QCOMPARE(replay->picture()->calls.size(), std::size_t{0});
        std::int64_t lag = 0;
        for (const ReplayLane& lane : replay->picture()->lanes) lag += lane.lag();
        QCOMPARE(lag, 0);
        QVERIFY(!replay->picture()->findings.empty());
        window->selection()->chooseFinding(1);
        move(*replay, [&] { replay->toChosen(); });
        QCOMPARE(replay->picture()->position.kind, replay::Kind::Finding);
        QVERIFY(replay->facts()->fact(replay->facts()->cursorRow())->finding.has_value());
    }

    void keysStepAndLeave() {
        const auto window = open();
        ReplayView* replay = window->replay();
        replay->setFocus();
        const auto moved = [&] { return !replay->picture()->atStart() && !replay->busy(); };
        QTest::keyClick(replay, Qt::Key_Period);
        QTRY_VERIFY_WITH_TIMEOUT(moved(), kWait);
        QTest::keyClick(replay, Qt::Key_F9);  // without a breakpoint: where order breaks
        QTRY_VERIFY_WITH_TIMEOUT(replay->picture()->position.kind == replay::Kind::Finding && !replay->busy(),
                                 kWait);
        QTest::keyClick(replay, Qt::Key_Escape);
        QVERIFY(!window->modeText().contains(QStringLiteral("replayed")));
        QVERIFY(!window->grab().isNull());
    }

    void keysStepFromTablesToo() {
        const auto window = open();
        ReplayView* replay = window->replay();
        QTableView* journal = nullptr;
        for (auto* table : replay->findChildren<QTableView*>()) {
            if (table->model() == replay->facts()) journal = table;
        }
        QVERIFY(journal != nullptr);
        QTest::mouseClick(journal->viewport(), Qt::LeftButton, {},
                          journal->visualRect(journal->model()->index(4, 1)).center());
        const auto at = [&] { return replay->facts()->cursorRow(); };
        QTRY_VERIFY_WITH_TIMEOUT(!replay->busy() && at() == 4, kWait);
        const replay::Position before = replay->picture()->position;
        QTest::keyClick(journal, Qt::Key_Period);
        QTRY_VERIFY_WITH_TIMEOUT(!replay->busy() && before < replay->picture()->position, kWait);
        QTest::keyClick(journal, Qt::Key_Comma);
        QTRY_VERIFY_WITH_TIMEOUT(!replay->busy() && replay->picture()->position == before, kWait);
        // Enter in the field does what the button beside it does.
        replay->breakpointField()->setText(QStringLiteral("attempt > 1"));
        QTest::keyClick(replay->breakpointField(), Qt::Key_Return);
        QCOMPARE(replay->breakpoints()->model()->rowCount(), 1);
        QVERIFY(replay->breakpointField()->text().isEmpty());
        replay->breakpoints()->model()->remove(0);
    }

    void aCallIsOnePiece() {
        // Its events arrived one by one, between those of other partitions.
        const auto window = open();
        ReplayView* replay = window->replay();
        const auto& calls = window->session()->lanes().calls();
        const auto apart = std::find_if(calls.begin(), calls.end(), [](const Call& c) {
            return c.events == 8 && c.last_offset - c.first_offset < 7;
        });
        QVERIFY(apart != calls.end());
        const Call call = *apart;
        move(*replay, [&] { replay->toTime(call.start); });
        int pieces = 0;
        for (const ReplayLane& lane : replay->picture()->lanes) {
            for (const auto& piece : lane.in_flight) {
                if (piece.call != call.id) continue;
                ++pieces;
                QCOMPARE(piece.last - piece.first, 7);
            }
        }
        QCOMPARE(pieces, 1);
        // The inspector and the tool tip say the same.
        replay->leave();
        window->selection()->chooseCall(call.id);
        window->showTab(MainWindow::Lanes);
        const QString offsets = offsetsText(call.first_offset, call.first_offset + 7);
        const auto says = [&] {
            for (const QLabel* label : window->inspector()->findChildren<QLabel*>()) {
                if (label->accessibleName() == QStringLiteral("From") && label->text().endsWith(offsets))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(says(), kWait);
        std::optional<Result<std::vector<OffsetRange>>> ranges;
        window->session()->ask(
            this, [id = call.id](journal::SessionReader& reader) { return rangesOf(reader, id); },
            [&](Result<std::vector<OffsetRange>> answer) { ranges = std::move(answer); });
        QTRY_VERIFY_WITH_TIMEOUT(ranges.has_value(), kWait);
        QVERIFY(ranges->has_value());
        QCOMPARE((*ranges)->size(), std::size_t{1});
        QCOMPARE((*ranges)->front().last, call.first_offset + 7);
    }

    void opensWhereTheTransportStands() {
        auto window = test::openWindow(sample_, secrets_);
        const Call call = window->session()->lanes().calls()[6];
        window->selection()->chooseCall(call.id);
        window->showTab(MainWindow::Replay);
        ReplayView* replay = window->replay();
        QTRY_VERIFY_WITH_TIMEOUT(replay->picture() != nullptr && !replay->busy(), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(replay->picture()->position.at, call.start, 5'000);
        // To look at it is no choice: the others show all of the session.
        QVERIFY(!window->modeText().contains(QStringLiteral("replayed")));
        QToolButton* leave = nullptr;
        for (QToolButton* button : window->findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Leave")) leave = button;
        }
        QVERIFY(leave != nullptr && !leave->isEnabled());
        move(*replay, [&] { replay->toStart(); });
        QVERIFY(leave->isEnabled());
        leave->click();
        QVERIFY(!leave->isEnabled() && !window->modeText().contains(QStringLiteral("replayed")));
    }

    void aFindingOpensElsewhereWithoutARow() {
        auto window = test::openWindow(sample_, secrets_);
        window->showTab(MainWindow::Order);
        OrderView* order = window->order();
        QTRY_VERIFY_WITH_TIMEOUT(order->showsEvidence() && order->findings()->rowCount() > 0, kWait);
        auto* tree = order->findChild<QTreeView*>();
        const QModelIndex first = order->findings()->index(0, 0, order->findings()->index(0, 0));
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(first).center());
        QVERIFY(window->selection()->finding() != 0);
        QVERIFY(!window->selection()->event());
        const auto press = [&](const QString& words) {
            for (QPushButton* button : order->findChildren<QPushButton*>()) {
                if (button->text() == words) button->click();
            }
        };
        press(QStringLiteral("Lineage"));
        QTRY_COMPARE_WITH_TIMEOUT(window->views()->current(), static_cast<int>(MainWindow::Lineage), kWait);
        QVERIFY(window->selection()->event());
        window->selection()->choose({}, {});
        window->showTab(MainWindow::Order);
        press(QStringLiteral("Lanes"));
        QCOMPARE(window->views()->current(), static_cast<int>(MainWindow::Lanes));
        const InvocationId call = window->selection()->call();
        QVERIFY(call);
        // Lanes outlines what was broken, and what overtook it.
        const auto& marked = window->lanes()->marked();
        QVERIFY(std::any_of(marked.begin(), marked.end(),
                            [&](const MarkedCall& m) { return m.call == call && m.broken; }));
        QVERIFY(std::any_of(marked.begin(), marked.end(), [](const MarkedCall& m) { return !m.broken; }));
        QVERIFY(!window->grab().isNull());
        window->selection()->chooseFinding(0);
        QVERIFY(window->lanes()->marked().empty());
    }

    void theOtherThemeReachesAllWords() {
        auto window = test::openWindow(sample_, secrets_);
        window->showTab(MainWindow::Order);
        OrderView* order = window->order();
        QTRY_VERIFY_WITH_TIMEOUT(order->showsEvidence(), kWait);
        const auto holds = [&](QRgb colour) {
            for (const QLabel* label : order->findChildren<QLabel*>()) {
                if (label->text().contains(QColor(colour).name())) return true;
            }
            return false;
        };
        QVERIFY(holds(lightTheme().text2));
        applyTheme(ThemeChoice::Dark);
        QTRY_VERIFY(holds(darkTheme().text2));
        QVERIFY(!holds(lightTheme().text2) && !holds(lightTheme().broken.text));
        applyTheme(ThemeChoice::Light);
    }

    void aSavedSessionIsFittedAfterALiveOne() {
        LanesCanvas canvas(&selection_);
        canvas.resize(800, 400);
        Session live(sample_, true);
        canvas.setSession(&live);
        QVERIFY(canvas.following());
        Session saved(sample_, false);
        canvas.setSession(&saved);
        QTRY_VERIFY_WITH_TIMEOUT(saved.isOpen() && saved.caughtUp() && saved.extent().events > 0, kWait);
        QVERIFY(!canvas.following());
        QTRY_VERIFY(canvas.scale().from() > saved.extent().first_at - kSecond);
        canvas.setSession(nullptr);
    }

    void anotherSessionIsCompared() {
        const auto window = open();
        window->showTab(MainWindow::Compare);
        CompareView* view = window->compare();
        QVERIFY2(view->words().contains(QStringLiteral("overtaken.weir")), qPrintable(view->words()));
        const QAbstractItemModelTester outputs(view->outputs(), Mode::QtTest);
        const QAbstractItemModelTester times(view->times(), Mode::QtTest);
        const QAbstractItemModelTester examples(view->examples(), Mode::QtTest);
        const QAbstractItemModelTester order(view->orderTable(), Mode::QtTest);
        const QAbstractItemModelTester fields(view->fields(), Mode::QtTest);
        // Dropped onto the view, where it would open elsewhere.
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(otherCountry())});
        QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view, &drop);
        QTRY_VERIFY_WITH_TIMEOUT(view->comparison() != nullptr, kWait);
        QVERIFY(window->session()->path() == sample_);
        compare::Options options;
        options.examples = 200;
        const auto truth =
            compare::compareSessions(sample_.toStdString(), otherCountry().toStdString(), options);
        QVERIFY(truth.has_value() && truth->differ());
        QCOMPARE(compare::comparisonJson(*view->comparison()), compare::comparisonJson(*truth));
        QCOMPARE(view->outputs()->rowCount(), static_cast<int>(truth->outputs.size()));
        QCOMPARE(view->examples()->rowCount(), static_cast<int>(truth->examples.size()));
        QVERIFY(view->times()->rowCount() > 3);
        QCOMPARE(view->fields()->index(0, 0).data().toString(), QStringLiteral(".bidder.country"));
        QVERIFY2(view->words().contains(QStringLiteral("differ in outputs")), qPrintable(view->words()));
        // The first output is chosen, and told field by field.
        CompareTable* changes = view->outputDetail()->changes();
        QCOMPARE(changes->rowCount(), 1);
        QCOMPARE(changes->index(0, 1).data().toString(), QStringLiteral("\"SE\""));
        QCOMPARE(changes->index(0, 2).data().toString(), QStringLiteral("\"NO\""));
        // Its cause in Events.
        emit view->outputDetail()->eventWanted(*truth->examples.front().cause);
        QTRY_VERIFY_WITH_TIMEOUT(window->selection()->event(), kWait);
        QCOMPARE(window->views()->current(), static_cast<int>(MainWindow::Events));

        // Without the field nothing differs; it stays in the list, to be counted again.
        QVERIFY(view->fields()->setData(view->fields()->index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
        QTRY_VERIFY_WITH_TIMEOUT(!view->comparison()->differ(), kWait);
        QCOMPARE(view->fields()->rowCount(), 1);
        QCOMPARE(view->examples()->rowCount(), 0);
        QVERIFY(!window->grab().isNull());
        // The other way round.
        QVERIFY(view->fields()->setData(view->fields()->index(0, 0), Qt::Checked, Qt::CheckStateRole));
        view->swap();
        QTRY_VERIFY_WITH_TIMEOUT(view->comparison()->differ() && !view->running(), kWait);
        QCOMPARE(QString::fromStdString(view->comparison()->sides[1].path), sample_);
        QCOMPARE(changes->index(0, 1).data().toString(), QStringLiteral("\"NO\""));
    }

    void aSessionIsComparedWithTheOneItRanAgain() {
        const QString again = folder_.filePath(QStringLiteral("again.weir"));
        QVERIFY(test::writeFacts(test::otherCountryFacts(), again.toStdString(), sample_.toStdString()));
        const auto window = open(again);
        window->showTab(MainWindow::Compare);
        QPushButton* button = nullptr;
        const auto offered = [&] {
            for (QPushButton* b : window->compare()->findChildren<QPushButton*>()) {
                if (b->isVisible() && b->text().contains(QStringLiteral("overtaken.weir"))) button = b;
            }
            return button != nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(offered(), kWait);
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(window->compare()->comparison() != nullptr, kWait);
        QCOMPARE(QString::fromStdString(window->compare()->comparison()->sides[0].path), sample_);
        QCOMPARE(QString::fromStdString(window->compare()->comparison()->sides[1].path), again);
    }

    void whatCannotBeComparedIsSaid() {
        const auto window = open();
        CompareView* view = window->compare();
        window->showTab(MainWindow::Compare);
        view->compareWith(folder_.filePath(QStringLiteral("none.weir")));
        QTRY_VERIFY_WITH_TIMEOUT(!view->running(), kWait);
        QVERIFY(window->errorBar()->isVisible());
        QVERIFY(view->comparison() == nullptr);
        // Cancelled: the answer does not come any more.
        view->compareWith(otherCountry());
        QVERIFY(view->running());
        view->cancel();
        QVERIFY(!view->running());
        QTest::qWait(200);
        QVERIFY(view->comparison() == nullptr);
    }

    void functionsOfOtherNamesAreMatched() {
        const MatchFunctionsWindow window({{{"score", "validate"}, {"score-2", "validate-2"}}},
                                          {{"score", "score-2"}});
        QCOMPARE(window.functions(), (std::map<std::string, std::string>{{"score", "score-2"}}));
        window.choice(1)->setCurrentIndex(2);
        QCOMPARE(window.functions().at("validate"), std::string("validate-2"));
        window.choice(0)->setCurrentIndex(0);
        QCOMPARE(window.functions().count("score"), std::size_t{0});
    }

    void anotherSessionStartsAnew() {
        const auto window = open();
        move(*window->replay(), [&] { window->replay()->toEnd(); });
        window->closeSession();
        QVERIFY(window->replay()->picture() == nullptr);
        QVERIFY(window->modeText() == QStringLiteral("No session"));
    }

  private:
    static constexpr int kWait = 15'000;
    using Mode = QAbstractItemModelTester::FailureReportingMode;

    /// The same session, but for a field of what validate-bid wrote.
    QString otherCountry() {
        const QString path = folder_.filePath(QStringLiteral("other.weir"));
        if (!QFile::exists(path)) test::writeFacts(test::otherCountryFacts(), path.toStdString());
        return path;
    }

    std::unique_ptr<MainWindow> open(const QString& path = {}) {
        auto window = test::openWindow(path.isEmpty() ? sample_ : path, secrets_);
        window->showTab(MainWindow::Replay);
        if (!QTest::qWaitFor(
                [&] { return window->replay()->picture() != nullptr && !window->replay()->busy(); }, kWait))
            qWarning("no cursor");
        return window;
    }

    template <typename Move>
    void move(ReplayView& replay, Move go) {
        const ReplayPicture* before = replay.picture();
        go();
        QTRY_VERIFY_WITH_TIMEOUT(replay.picture() != before && !replay.busy(), kWait);
    }

    Selection selection_;
    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(ReplayViewTest)
#include "replay_view_test.moc"
