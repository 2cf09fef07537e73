// SPDX-License-Identifier: GPL-3.0-or-later
// Replay: the cursor goes both ways, runs to a breakpoint, and the other views follow it.
#include "replay/replay_view.h"

#include "filter_bar/filter_field.h"
#include "flow/flow_view.h"
#include "lanes/lanes_canvas.h"
#include "replay/replay_calls_model.h"
#include "replay/replay_facts_model.h"
#include "support/facts_session.h"
#include "support/open_window.h"
#include "theme/theme.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

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

    void anotherSessionStartsAnew() {
        const auto window = open();
        move(*window->replay(), [&] { window->replay()->toEnd(); });
        window->closeSession();
        QVERIFY(window->replay()->picture() == nullptr);
        QVERIFY(window->modeText() == QStringLiteral("No session"));
    }

  private:
    static constexpr int kWait = 15'000;

    std::unique_ptr<MainWindow> open() {
        auto window = test::openWindow(sample_, secrets_);
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

    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(ReplayViewTest)
#include "replay_view_test.moc"
