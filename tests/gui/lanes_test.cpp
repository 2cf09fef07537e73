// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lane_store.h"
#include "lanes/time_scale.h"

#include <QTest>

using namespace weir;
using namespace weir::views;

namespace {

Call callOf(std::int64_t id, TimeNs start, TimeNs end, std::int64_t first, std::int64_t events) {
    Call call;
    call.id = InvocationId{id};
    call.function = FunctionId{1};
    call.trigger = TriggerId{1};
    call.instance = InstanceId{1};
    call.topic = TopicId{1};
    call.start = start;
    call.end = end;
    call.first_offset = first;
    call.last_offset = first + events - 1;
    call.events = events;
    return call;
}

}  // namespace

class LanesTest : public QObject {
    Q_OBJECT
  private slots:
    void timeAndPixelsAgree() {
        const TimeScale scale = TimeScale::fitted(1'000'000'000, 3'000'000'000, 1'000);
        QCOMPARE(scale.x(1'000'000'000), 0.0);
        QCOMPARE(scale.x(2'000'000'000), 500.0);
        QCOMPARE(scale.time(250), TimeNs{1'500'000'000});
        QCOMPARE(scale.to(), TimeNs{3'000'000'000});
    }

    void zoomingKeepsWhatIsUnderThePointer() {
        const TimeScale scale = TimeScale::fitted(0, 10 * kSecond, 1'000);
        const TimeNs under = scale.time(300);
        QVERIFY(std::abs(scale.zoomed(300, 0.25).time(300) - under) <= 1);
        QVERIFY(std::abs(scale.zoomed(300, 4).time(300) - under) <= 1);
        QCOMPARE(scale.zoomed(0, 1e-30).nsPerPixel(), TimeScale::kFinest);
    }

    void followingMovesByWholePixels() {
        const TimeScale scale = TimeScale::fitted(0, kSecond, 1'000);
        const TimeScale moved = scale.following(kSecond + 300'000);
        QVERIFY(moved.to() >= kSecond + 300'000);
        QCOMPARE((moved.from() - scale.from()) % 1'000'000, TimeNs{0});
    }

    void ticksAreRoundAndFarEnoughApart() {
        const TimeScale scale = TimeScale::fitted(1'234'567, 4 * kSecond, 1'200);
        const AxisTicks ticks = axisTicks(scale, 100, 0);
        QVERIFY(ticks.at.size() >= 3);
        for (std::size_t i = 1; i < ticks.at.size(); ++i) {
            QCOMPARE(ticks.at[i] - ticks.at[i - 1], ticks.step);
            QVERIFY(scale.x(ticks.at[i]) - scale.x(ticks.at[i - 1]) >= 100);
        }
        QCOMPARE(ticks.at.front() % ticks.step, TimeNs{0});
    }

    void callsFindTheirLanes() {
        LaneStore store;
        store.apply({{callOf(1, 10, 20, 0, 5), callOf(2, 30, kOpenEnd, 5, 5)}, {}, {}});
        QCOMPARE(store.lanes().size(), std::size_t{2});  // the partition's and the instance's
        const auto [partition, instance] = store.lanesOf(*store.call(InvocationId{1}));
        QVERIFY(partition >= 0 && instance >= 0 && partition != instance);
        QCOMPARE(store.openCalls(), std::int64_t{1});
        store.apply({{}, {callOf(2, 30, 45, 5, 5)}, {}});
        QCOMPARE(store.openCalls(), std::int64_t{0});
        QCOMPARE(store.call(InvocationId{2})->end, TimeNs{45});
        QCOMPARE(store.lanes().front().rows(), 1);
    }

    void overlappingCallsTakeASecondRow() {
        LaneStore store;
        store.apply({{callOf(1, 10, 40, 0, 5), callOf(2, 20, 30, 5, 5)}, {}, {}});
        QCOMPARE(store.lane(partitionLane(store.calls().front()))->rows(), 2);
    }

    void theVisibleRangeIsThatOfABruteForceSearch() {
        LaneStore store;
        LaneUpdate update;
        for (std::int64_t i = 0; i < 2'000; ++i)
            update.started.push_back(callOf(i + 1, i * 10, i * 10 + 7, i, 1));
        store.apply(update);
        const Lane& lane = *store.lane(partitionLane(store.calls().front()));
        for (TimeNs from = 0; from < 20'000; from += 777) {
            const TimeNs to = from + 1'500;
            const auto [first, last] = store.range(lane, from, to);
            std::vector<std::int64_t> found;
            for (std::size_t i = first; i < last; ++i) {
                const Call& call = store.calls()[lane.calls[i]];
                if (call.end > from && call.start < to) found.push_back(call.id.value);
            }
            std::vector<std::int64_t> expected;
            for (const Call& call : store.calls()) {
                if (call.end > from && call.start < to) expected.push_back(call.id.value);
            }
            QCOMPARE(found, expected);
        }
    }

    void backlogIsWhatArrivedAndDidNotStart() {
        LaneStore store;
        store.apply({{callOf(1, 30, 50, 0, 10), callOf(2, 60, 70, 10, 5)},
                     {},
                     {{TopicId{1}, 0, 0, 9, 10}, {TopicId{1}, 0, 10, 19, 40}}});
        const Lane& lane = *store.lane(partitionLane(store.calls().front()));
        QCOMPARE(store.backlog(lane, 5), std::int64_t{0});
        QCOMPARE(store.backlog(lane, 20), std::int64_t{10});
        QCOMPARE(store.backlog(lane, 35), std::int64_t{0});
        QCOMPARE(store.backlog(lane, 45), std::int64_t{10});
        QCOMPARE(store.backlog(lane, 65), std::int64_t{5});
    }

    void busyShareIsTheTimeInCalls() {
        LaneStore store;
        store.apply({{callOf(1, 0, 25, 0, 1), callOf(2, 50, 75, 1, 1)}, {}, {}});
        const Lane& lane = *store.lane(partitionLane(store.calls().front()));
        QCOMPARE(store.busyShare(lane, 0, 100, 100), 0.5);
        QCOMPARE(store.busyShare(lane, 50, 75, 100), 1.0);
        QCOMPARE(store.busyShare(lane, 25, 50, 100), 0.0);
    }
};

QTEST_APPLESS_MAIN(LanesTest)
#include "lanes_test.moc"
