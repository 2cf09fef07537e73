// SPDX-License-Identifier: GPL-3.0-or-later
// Figures that are kept while recording: they agree with the rows, and their buckets tile the time line.
#include "journal/rollup_book.h"
#include "session_fixture.h"

#include <map>
#include <random>
#include <thread>

namespace weir::journal::test {
namespace {

using namespace facts;

constexpr TimeNs kT = 1'700'000'000 * kSecond;

EventRun run(std::int64_t topic, std::int32_t partition, std::int64_t first, std::int64_t last,
             std::int64_t id) {
    return {TopicId{topic}, partition, first, last, EventId{id}};
}

/// A session of two functions on two topics, with whatever can happen, driven by chance.
std::vector<Fact> randomSession(unsigned seed, int steps, DurationNs pace) {
    std::mt19937 random(seed);
    const auto chance = [&](int of) { return std::uniform_int_distribution<int>(0, of - 1)(random) == 0; };
    const auto upTo = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random);
    };
    std::vector<Fact> all{
        {kT, Session{"random", Mode::Drive, ""}},
        {kT, Topic{TopicId{1}, "a", 2}},
        {kT, Topic{TopicId{2}, "b", 1}},
        {kT, Function{FunctionId{1}, "f", "builtin"}},
        {kT, Function{FunctionId{2}, "g", "builtin"}},
        {kT, Trigger{TriggerId{1}, "t1", FunctionId{1}, {TopicId{1}, TopicId{2}}, "none", ""}},
        {kT, Trigger{TriggerId{2}, "t2", FunctionId{2}, {TopicId{1}}, "none", ""}}};
    struct Place {
        std::int64_t topic;
        std::int32_t partition;
        std::vector<EventRun> runs = {};
        std::int64_t next = 0;
    };
    std::vector<Place> places{{1, 0}, {1, 1}, {2, 0}};
    std::vector<Start> open;
    std::int64_t event = 1, invocation = 1, batch = 1, instance = 1;
    TimeNs at = kT;
    for (int i = 0; i < steps; ++i) {
        if (!chance(3)) at += upTo(pace);
        Place& place = places[static_cast<std::size_t>(upTo(2))];
        switch (upTo(7)) {
            case 0:
            case 1: {
                const std::int64_t count = 1 + upTo(400);
                std::vector<Item> items;
                for (std::int64_t n = 0; n < count; ++n) {
                    items.push_back({place.next + n,
                                     "k",
                                     "value",
                                     {},
                                     at + 2 * kMillisecond - upTo(50) * kMillisecond,
                                     TimestampType::Create});
                }
                all.push_back(
                    {at, Records{chunkOf(TopicId{place.topic}, place.partition, EventId{event}, items)}});
                place.runs.push_back(
                    run(place.topic, place.partition, place.next, place.next + count - 1, event));
                event += count;
                place.next += count + upTo(2);
                break;
            }
            case 2:
                all.push_back({at, Instance{InstanceId{instance}, "i" + std::to_string(instance),
                                            FunctionId{1 + upTo(1)}}});
                at += upTo(pace);
                if (!chance(4)) all.push_back({at, InstanceReady{InstanceId{instance}}});
                ++instance;
                break;
            case 3:
                if (!place.runs.empty()) {
                    EventRun of = place.runs[static_cast<std::size_t>(
                        upTo(static_cast<std::int64_t>(place.runs.size()) - 1))];
                    of.last = of.first;
                    all.push_back({at, Skip{FunctionId{1}, TriggerId{1}, of, SkipReason::Filtered}});
                }
                break;
            case 4:
                if (!open.empty()) {
                    const Start start = open.back();
                    open.pop_back();
                    End end{start.id, static_cast<Outcome>(upTo(6)), {}, ""};
                    if (end.outcome == Outcome::Partial && chance(2)) {
                        EventRun bad = start.events.front();
                        bad.last = bad.first + (bad.last - bad.first) / 2;
                        end.failed = {bad};
                    }
                    all.push_back({at, end});
                    for (std::int64_t n = upTo(2); n > 0; --n) {
                        all.push_back(
                            {at + upTo(kMillisecond), Output{start.id, TopicId{2}, 0, n, start.events}});
                        at = all.back().at;
                    }
                }
                break;
            default:
                if (!place.runs.empty()) {
                    const EventRun of = place.runs[static_cast<std::size_t>(
                        upTo(static_cast<std::int64_t>(place.runs.size()) - 1))];
                    if (chance(6)) {
                        all.push_back({at, Observed{InvocationId{invocation++}, FunctionId{2}, {of}}});
                        break;
                    }
                    all.push_back({at, Batch{BatchId{batch}, TriggerId{1}, {of}, ClosedBy::Size}});
                    at += upTo(kMillisecond);
                    Start start;
                    start.id = InvocationId{invocation++};
                    start.function = FunctionId{1 + upTo(1)};
                    start.batch = BatchId{batch++};
                    if (instance > 1 && chance(2)) start.instance = InstanceId{1 + upTo(instance - 2)};
                    start.attempt = chance(5) ? 2 : 1;
                    start.cold = chance(7);
                    start.events = {of};
                    all.push_back({at, start});
                    open.push_back(start);
                }
        }
    }
    return all;
}

struct Kept final : RollupSink {
    void bucket(const RollupKey& key, DurationNs width, TimeNs start, bool refined,
                const RollupCell& cell) override {
        buckets[{key, width, start}] = {refined, cell};
    }
    void total(const RollupTotal& t) override { totals[t.key] = t; }
    void coldStart(const ColdStart& c) override { cold[c.instance.value] = c; }

    std::map<std::tuple<RollupKey, DurationNs, TimeNs>, std::pair<bool, RollupCell>> buckets;
    std::map<RollupKey, RollupTotal> totals;
    std::map<std::int64_t, ColdStart> cold;
};

std::vector<std::string> bytesOf(const RollupTotal& t) {
    return {t.arrival.encode(), t.gather.encode(), t.queue.encode(),  t.wait.encode(),
            t.run.encode(),     t.total.encode(),  t.output.encode(), t.init.encode()};
}

class Rollups : public SessionTest {
  protected:
    std::unique_ptr<SessionReader> open(const std::string& name) {
        auto reader = SessionReader::open(at(name));
        EXPECT_TRUE(reader) << why(reader);
        return reader ? std::move(*reader) : nullptr;
    }
};

TEST_F(Rollups, KeptFiguresAreThoseOfTheRows) {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        const std::string name = std::to_string(seed) + ".weir";
        ASSERT_OK(record(at(name), randomSession(seed, 900, seed % 2 == 0 ? kSecond : 20 * kMillisecond)));
        auto reader = open(name);
        const auto kept = reader->rollupTotals();
        ASSERT_OK(kept);
        Kept again;
        ASSERT_OK(reader->recount(again));
        EXPECT_EQ(kept->size(), again.totals.size());
        for (const RollupTotal& t : *kept) {
            const RollupTotal& other = again.totals[t.key];
            for (std::size_t c = 0; c < kRollupCounts; ++c) {
                EXPECT_EQ(t.counts.values[c], other.counts.values[c])
                    << kRollupColumns[c] << ", seed " << seed;
            }
            EXPECT_EQ(bytesOf(t), bytesOf(other)) << "seed " << seed;
            EXPECT_EQ(t.arrivals.last, other.arrivals.last);
            EXPECT_EQ(t.starts.first, other.starts.first);
            EXPECT_EQ(t.gauges.waiting, other.gauges.waiting) << "seed " << seed;
        }
        const auto cold = reader->coldStarts();
        ASSERT_OK(cold);
        EXPECT_EQ(cold->size(), again.cold.size());
        for (const ColdStart& c : *cold) {
            EXPECT_EQ(c.called, again.cold[c.instance.value].called);
            EXPECT_EQ(c.added, again.cold[c.instance.value].added);
        }
    }
}

TEST_F(Rollups, BucketsOfEachLevelTileTheTimeLineAndAddUp) {
    ASSERT_OK(record(at("s.weir"), randomSession(3, 4000, 150 * kMillisecond)));
    auto reader = open("s.weir");
    const auto totals = reader->rollupTotals();
    ASSERT_OK(totals);
    std::size_t finest_rows = 0;
    for (const RollupTotal& t : *totals) {
        if (t.key.scope == RollupScope::Instance) continue;
        for (const DurationNs width : kRollupWidths) {
            const auto rows = reader->rollups(t.key, width, 0, kT * 2);
            ASSERT_OK(rows);
            RollupCell sum;
            TimeNs end = 0;
            for (const RollupRow& row : *rows) {
                EXPECT_GE(row.width, width);
                EXPECT_EQ(row.start % row.width, 0);
                EXPECT_GE(row.start, end) << "buckets overlap";
                end = row.start + row.width;
                sum.merge(row.cell);
                if (width == kRollupWidths[0] && row.width == width) ++finest_rows;
            }
            EXPECT_EQ(sum.counts.values, t.counts.values);
            EXPECT_EQ(sum.gauges.waiting, t.gauges.waiting);
            EXPECT_EQ(sum.gauges.waiting_most, t.gauges.waiting_most);
            EXPECT_EQ(sum.gauges.lag_most, t.gauges.lag_most);
            EXPECT_EQ(sum.wait.count(), t.wait.count());
            EXPECT_EQ(sum.total.max(), t.total.max());
            EXPECT_EQ(sum.run.count(), t.run.count());
        }
    }
    EXPECT_GT(finest_rows, 10u);
}

TEST_F(Rollups, ARangeTakesTheBucketsThatTouchIt) {
    ASSERT_OK(record(at("s.weir"), randomSession(3, 4000, 50 * kMillisecond)));
    auto reader = open("s.weir");
    const auto all = reader->rollups({}, kSecond, 0, kT * 2);
    ASSERT_OK(all);
    ASSERT_GT(all->size(), 8u);
    const TimeNs from = (*all)[3].start + 1, to = (*all)[5].start + 1;
    const auto some = reader->rollups({}, kSecond, from, to);
    ASSERT_OK(some);
    ASSERT_EQ(some->size(), 3u);
    EXPECT_EQ(some->front().start, (*all)[3].start);
}

TEST_F(Rollups, ASlowSessionStaysSmall) {
    std::vector<Fact> all{{kT, Session{"slow", Mode::Drive, ""}}};
    for (std::int64_t i = 0; i < 2000; ++i) {
        all.push_back({kT + i * 10 * kSecond, Records{plainChunk(TopicId{1}, 0, EventId{i + 1}, i, 1)}});
    }
    ASSERT_OK(record(at("s.weir"), all));
    auto reader = open("s.weir");
    const auto rows = reader->rollups({}, 0, 0, kT * 2);
    ASSERT_OK(rows);
    EXPECT_LT(rows->size(), 60u) << "a row for nearly every event";
    EXPECT_GT(rows->size(), 3u);
}

TEST_F(Rollups, CanBeReadWhileRecording) {
    auto writer = SessionWriter::create(at("s.weir"), {});
    ASSERT_OK(writer);
    const auto all = randomSession(5, 2000, 20 * kMillisecond);
    ASSERT_OK((*writer)->write(all));
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    const std::vector<Fact> more{{all.back().at + 1, Note{"x"}}};
    ASSERT_OK((*writer)->write(more));
    ASSERT_OK((*writer)->flush());
    auto reader = open("s.weir");
    const auto totals = reader->rollupTotals();
    ASSERT_OK(totals);
    ASSERT_FALSE(totals->empty());
    const auto extent = reader->extent();
    ASSERT_OK(extent);
    const auto rows = reader->rollups({}, 100 * kMillisecond, 0, kT * 2);
    ASSERT_OK(rows);
    std::int64_t events = 0;
    for (const RollupRow& row : *rows) events += row.cell.counts[RollupCount::Events];
    EXPECT_EQ(events, extent->events);
    ASSERT_OK((*writer)->finish());
}

TEST(RollupBook, ABacklogAndAColdStart) {
    Kept kept;
    RollupBook book(kept, {});
    const auto add = [&](TimeNs at, Body body) { book.add({kT + at * kSecond, std::move(body)}); };
    add(0, Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", ""});
    add(0, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)});
    add(1, Instance{InstanceId{1}, "i", FunctionId{1}});
    add(2, Records{plainChunk(TopicId{1}, 0, EventId{11}, 10, 20)});
    add(4, InstanceReady{InstanceId{1}});
    add(4,
        Start{InvocationId{1}, FunctionId{1}, {}, InstanceId{1}, {}, 1, true, {}, {}, {run(1, 0, 0, 14, 1)}});
    add(5, End{InvocationId{1}, Outcome::Success, {}, ""});
    add(6, Start{InvocationId{2},
                 FunctionId{1},
                 {},
                 InstanceId{1},
                 {},
                 1,
                 false,
                 {},
                 {},
                 {run(1, 0, 15, 24, 16)}});
    book.handOut();

    const RollupTotal& f = kept.totals[{RollupScope::Function, 1, -1}];
    EXPECT_EQ(f.gauges.waiting, 5);
    EXPECT_EQ(f.gauges.waiting_most, 30);
    EXPECT_EQ(f.gauges.lag_most, 4 * kSecond);
    EXPECT_EQ(f.gauges.running_most, 1);
    const ColdStart& cold = kept.cold[1];
    EXPECT_EQ(cold.waiting_before, 10);
    EXPECT_EQ(cold.waiting_after, 30);
    EXPECT_EQ(cold.events, 15);
    EXPECT_EQ(cold.added, (10 * 3 + 5 * 2) * kSecond);
    EXPECT_EQ(cold.added_most, 3 * kSecond);
    EXPECT_EQ(cold.worked_off, kT + 6 * kSecond);
}

TEST(RollupBook, ACallThatBeginsWithTheStartOfItsInstance) {
    Kept kept;
    RollupBook book(kept, {});
    const auto add = [&](TimeNs at, Body body) { book.add({kT + at * kSecond, std::move(body)}); };
    const auto call = [](std::int64_t id, std::int64_t first, std::int64_t last) {
        return Start{InvocationId{id},
                     FunctionId{1},
                     {},
                     InstanceId{1},
                     {},
                     1,
                     id == 1,
                     {},
                     {},
                     {run(1, 0, first, last, first + 1)}};
    };
    add(0, Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", ""});
    add(0, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)});
    add(1, Instance{InstanceId{1}, "i", FunctionId{1}});
    add(1, call(1, 0, 9));
    add(2, Records{plainChunk(TopicId{1}, 0, EventId{11}, 10, 20)});
    add(4, InstanceReady{InstanceId{1}});
    add(5, End{InvocationId{1}, Outcome::Success, {}, ""});
    add(6, call(2, 10, 19));
    book.handOut();
    const ColdStart& cold = kept.cold[1];
    EXPECT_EQ(cold.ready, kT + 4 * kSecond);
    EXPECT_EQ(cold.waiting_before, 10);
    EXPECT_EQ(cold.waiting_after, 20);
    EXPECT_EQ(cold.added, 10 * 3 * kSecond);
    EXPECT_EQ(cold.added_most, 3 * kSecond);
    EXPECT_EQ(cold.worked_off, kT + 6 * kSecond);
}

TEST(RollupBook, AnInstanceThatNeverSaysItIsReady) {
    Kept kept;
    RollupBook book(kept, {});
    const auto add = [&](TimeNs at, Body body) { book.add({kT + at * kSecond, std::move(body)}); };
    add(0, Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", ""});
    add(0, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)});
    add(1, Instance{InstanceId{1}, "i", FunctionId{1}});
    add(1,
        Start{InvocationId{1}, FunctionId{1}, {}, InstanceId{1}, {}, 1, true, {}, {}, {run(1, 0, 0, 9, 1)}});
    add(3, End{InvocationId{1}, Outcome::Crashed, {}, ""});
    book.handOut();
    const ColdStart& cold = kept.cold[1];
    EXPECT_FALSE(cold.ready);
    EXPECT_EQ(cold.added, 0);
    EXPECT_EQ(cold.worked_off, kT + 3 * kSecond);
}

TEST(RollupBook, AClockAheadIsNoticedAndNotANegativeTime) {
    Kept kept;
    RollupBook book(kept, {});
    book.add({kT, Records{chunkOf(TopicId{1}, 0, EventId{1},
                                  {{0, "k", "v", {}, kT + kSecond, TimestampType::Create},
                                   {1, "k", "v", {}, kT - kSecond, TimestampType::Create}})}});
    book.handOut();
    const RollupTotal& session = kept.totals[{}];
    EXPECT_EQ(session.counts[RollupCount::Skewed], 1);
    EXPECT_EQ(session.arrival.count(), 1u);
    EXPECT_EQ(session.arrival.max(), kSecond);
}

}  // namespace
}  // namespace weir::journal::test
