// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/analysis/order/judge.h"

#include "unit/analysis/order/schedules.h"
#include "unit/journal/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis::order::test {
namespace {

using facts::AssignmentState;
using facts::EventRun;
using facts::Outcome;

constexpr TopicId kIn{1};
constexpr TopicId kOther{2};
constexpr TopicId kOut{3};
constexpr FunctionId kF{1};
constexpr FunctionId kG{2};

/// A call of one partition. Without `end` it never ends.
struct CallOf {
    std::int64_t number = 0;
    std::vector<std::int64_t> offsets;
    TimeNs start = 0;
    std::optional<TimeNs> end = {};
    Outcome outcome = Outcome::Success;
    std::vector<std::int64_t> failed = {};
    int attempt = 1;
    std::optional<int> epoch = {};
    std::int64_t split_of = 0;
    FunctionId function = kF;
    std::int32_t partition = 0;
};

struct RecordOf {
    std::int64_t offset = 0;
    std::optional<std::string> key = {};
    TimeNs timestamp = kNoTimestamp;
};

/// Facts in whatever order they are easiest to read; they are judged in the order of their instants. The
/// judge does not look at event ids, so there are none.
class Story {
  public:
    Story& add(TimeNs at, facts::Body body) {
        facts_.push_back({at, std::move(body)});
        return *this;
    }
    Story& records(TimeNs at, const std::vector<RecordOf>& records, std::int32_t partition = 0) {
        std::vector<journal::test::Item> items;
        for (const RecordOf& record : records) {
            journal::test::Item item{record.offset, record.key, std::nullopt};
            item.timestamp = record.timestamp;
            items.push_back(item);
        }
        return add(at, facts::Records{journal::test::chunkOf(kIn, partition, {}, items)});
    }
    Story& trigger(const std::string& order, std::int64_t id = 1, TopicId topic = kIn) {
        facts::Trigger trigger;
        trigger.id = TriggerId{id};
        trigger.function = kF;
        trigger.topics = {topic};
        trigger.order = order;
        return add(0, trigger);
    }
    Story& assigned(TimeNs at, int epoch, std::optional<std::int64_t> offset) {
        return add(at, facts::Assignment{kIn, 0, AssignmentState::Assigned, epoch, offset, ""});
    }
    Story& call(const CallOf& call) {
        facts::Start start;
        start.id = InvocationId{call.number};
        start.function = call.function;
        start.attempt = call.attempt;
        start.epoch = call.epoch;
        start.split_of = InvocationId{call.split_of};
        start.events = runs(call.offsets, call.partition);
        add(call.start, start);
        if (!call.end) return *this;
        return add(*call.end, facts::End{start.id, call.outcome, runs(call.failed, call.partition), ""});
    }
    Story& observed(std::int64_t number, const std::vector<std::int64_t>& offsets, TimeNs at) {
        return add(at, facts::Observed{InvocationId{number}, kF, runs(offsets, 0)});
    }
    Story& skip(std::int64_t offset, TimeNs at) {
        return add(at, facts::Skip{kF, {}, run(kIn, 0, offset), facts::SkipReason::Filtered});
    }
    Story& output(std::int64_t number, std::int64_t offset, TimeNs at, std::vector<EventRun> causes) {
        return add(at, facts::Output{InvocationId{number}, kOut, 0, offset, std::move(causes)});
    }

    static EventRun run(TopicId topic, std::int32_t partition, std::int64_t offset) {
        return {topic, partition, offset, offset, {}};
    }

    [[nodiscard]] Verdict judged(DurationNs late_tolerance = 0) const {
        std::vector<facts::Fact> sorted = facts_;
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const facts::Fact& a, const facts::Fact& b) { return a.at < b.at; });
        return judge(sorted, late_tolerance);
    }
    [[nodiscard]] std::vector<Unit> units() const { return judged().units; }
    [[nodiscard]] std::vector<Unit> units(Kind kind) const {
        std::vector<Unit> units = judged().units;
        std::erase_if(units, [&](const Unit& unit) { return unit.kind != kind; });
        return units;
    }
    [[nodiscard]] std::vector<std::int64_t> offsets(Kind kind) const {
        std::vector<std::int64_t> offsets;
        for (const Unit& unit : units(kind)) offsets.push_back(unit.offset);
        return offsets;
    }

  private:
    static std::vector<EventRun> runs(const std::vector<std::int64_t>& offsets, std::int32_t partition) {
        std::vector<EventRun> runs;
        runs.reserve(offsets.size());
        for (const std::int64_t offset : offsets) runs.push_back(run(kIn, partition, offset));
        return runs;
    }

    std::vector<facts::Fact> facts_;
};

using Units = std::vector<Unit>;
using Offsets = std::vector<std::int64_t>;

Place in(std::int64_t offset) {
    return {kIn, 0, offset};
}

/// A unit of function 1, partition 0 of topic 1, without key and invocation.
Unit broken(Kind kind, Severity severity, std::int64_t offset, std::optional<Place> against, TimeNs at,
            Cause cause = Cause::Unknown) {
    Unit unit;
    unit.kind = kind;
    unit.severity = severity;
    unit.cause = cause;
    unit.function = kF;
    unit.topic = kIn;
    unit.offset = offset;
    unit.against = against;
    unit.at = at;
    return unit;
}

Unit with(Unit unit, InvocationId invocation) {
    unit.invocation = invocation;
    return unit;
}

Unit with(Unit unit, const std::string& key) {
    unit.key = key;
    return unit;
}

TEST(OrderJudge, FindsNothingWhereEverythingIsInOrder) {
    const Verdict v = Story()
                          .records(1, {{0}, {1}, {2}, {3}})
                          .call({1, {0, 1}, 10, 20})
                          .call({2, {2}, 20, 20})
                          .call({3, {3}, 20, 30})
                          .judged();
    EXPECT_EQ(v.units, Units{});
    EXPECT_EQ(v.events, 4);
    EXPECT_EQ(v.deliveries, 4);
    EXPECT_EQ(v.open, 0);
    EXPECT_EQ(v.displaced, 0);
}

TEST(OrderJudge, RegressionStartsAfterALaterEventHasEnded) {
    Story story;
    story.call({1, {1, 2}, 10, 20}).call({2, {0}, 20, 30});
    // Of 1 and 2, which ended together, the lower offset.
    EXPECT_EQ(story.units(), Units{broken(Kind::Regression, Severity::Error, 0, in(1), 30)});
    EXPECT_EQ(story.judged().displaced, 1);
    EXPECT_EQ(story.judged().events, 0);  // no record names any
    EXPECT_EQ(story.judged().deliveries, 3);
}

TEST(OrderJudge, InversionEndsAfterALaterEventHasEnded) {
    Story story;
    story.call({1, {0}, 10, 40}).call({2, {1}, 15, 20}).call({3, {2}, 16, 18});
    EXPECT_EQ(
        story.units(),
        (Units{
            broken(Kind::Inversion, Severity::Error, 0, in(2), 40, Cause::Concurrency),
            broken(Kind::Inversion, Severity::Error, 1, in(2), 20, Cause::Concurrency),
            with(broken(Kind::Overlap, Severity::Warn, 1, in(0), 15, Cause::Concurrency), InvocationId{2}),
            with(broken(Kind::Overlap, Severity::Warn, 2, in(1), 16, Cause::Concurrency), InvocationId{3}),
        }));
    EXPECT_EQ(story.judged().displaced, 2);
}

TEST(OrderJudge, RegressionIsAgainstTheEarliestEnd) {
    // 0 starts when 2 has ended, and 1 not yet.
    Story story;
    story.call({1, {2}, 5, 10}).call({2, {1}, 5, 25}).call({3, {0}, 20, 30});
    EXPECT_EQ(story.units(Kind::Regression), Units{broken(Kind::Regression, Severity::Error, 0, in(2), 30)});
    EXPECT_EQ(story.offsets(Kind::Inversion), Offsets{1});
}

TEST(OrderJudge, CallsOfNoTimeAreJudgedByTheirInstants) {
    EXPECT_EQ(Story().call({1, {0, 1}, 10, 10}).units(), Units{});  // one call never breaks order
    EXPECT_EQ(Story().call({1, {0}, 10, 10}).call({2, {1}, 10, 10}).units(),
              Units{broken(Kind::Regression, Severity::Error, 0, in(1), 10)});
    // It overlaps what runs around it, not what touches it.
    EXPECT_EQ(Story().call({1, {0}, 10, 20}).call({2, {1}, 15, 15}).offsets(Kind::Overlap), Offsets{1});
    EXPECT_EQ(Story().call({1, {0}, 10, 20}).call({2, {1}, 20, 20}).units(), Units{});
}

TEST(OrderJudge, ObservedEventsAreInvertedButNeverRegressOrOverlap) {
    EXPECT_EQ(Story().observed(1, {1}, 10).observed(2, {0}, 20).units(),
              Units{broken(Kind::Inversion, Severity::Error, 0, in(1), 20)});
    EXPECT_EQ(Story().observed(1, {1}, 15).call({2, {0}, 10, 20}).units(),
              Units{broken(Kind::Inversion, Severity::Error, 0, in(1), 20)});
    EXPECT_EQ(Story().observed(1, {1}, 10).call({2, {0}, 10, 20}).units(),
              Units{broken(Kind::Regression, Severity::Error, 0, in(1), 20)});
}

TEST(OrderJudge, OverlapIsOfTheLaterDeliveryWhateverTheOutcomes) {
    EXPECT_EQ(
        Story().call({1, {3}, 10}).call({2, {3}, 12, 15, Outcome::Error, {}, 2}).units(),
        Units{with(broken(Kind::Overlap, Severity::Warn, 3, in(3), 12, Cause::Retry), InvocationId{2})});
    // Started at once: the higher number.
    EXPECT_EQ(Story().call({2, {3}, 10, 11, Outcome::Error}).call({1, {3}, 10, 15, Outcome::Crashed}).units(),
              Units{with(broken(Kind::Overlap, Severity::Warn, 3, in(3), 10, Cause::Concurrency),
                         InvocationId{2})});
}

TEST(OrderJudge, OverlapIsAgainstTheEarliestEndSinceTheFirstInstant) {
    Story story;
    story.call({1, {0}, 10, 50}).call({2, {2, 1}, 12, 30}).call({3, {5}, 11, 60}).call({4, {6}, 60, 70});
    EXPECT_EQ(
        story.units(Kind::Overlap),
        (Units{
            with(broken(Kind::Overlap, Severity::Warn, 1, in(0), 12, Cause::Concurrency), InvocationId{2}),
            with(broken(Kind::Overlap, Severity::Warn, 2, in(0), 12, Cause::Concurrency), InvocationId{2}),
            with(broken(Kind::Overlap, Severity::Warn, 5, in(1), 11, Cause::Concurrency), InvocationId{3}),
        }));
}

TEST(OrderJudge, DuplicateIsEverySuccessButTheFirst) {
    Story story;
    story.call({1, {0}, 10, 20})
        .call({2, {0}, 15, 20})
        .call({3, {0}, 21, 25, Outcome::Timeout})
        .call({4, {0}, 30, 40, Outcome::Partial, {}})
        .call({5, {0}, 40, 50, Outcome::Partial, {0}})
        .call({6, {0}, 50});
    EXPECT_EQ(
        story.units(Kind::Duplicate),
        (Units{
            with(broken(Kind::Duplicate, Severity::Warn, 0, {}, 40, Cause::Timeout), InvocationId{4}),
            with(broken(Kind::Duplicate, Severity::Warn, 0, {}, 20, Cause::Concurrency), InvocationId{2}),
        }));
    EXPECT_EQ(story.judged().deliveries, 6);
}

TEST(OrderJudge, GapIsPassedByALaterSuccess) {
    Story story;
    story.records(1, {{0}, {1}, {2}, {3}})
        .call({1, {0}, 5, 6})
        .call({2, {1}, 10, 40, Outcome::Error})
        .call({3, {2}, 20, 30})
        .call({4, {3}, 41, 50, Outcome::Partial, {3}});  // nothing passes this one
    EXPECT_EQ(story.units(Kind::Gap), Units{broken(Kind::Gap, Severity::Error, 1, in(2), 40)});
    story.skip(1, 50);
    EXPECT_EQ(story.units(Kind::Gap), Units{});
}

TEST(OrderJudge, GapIsAnEventOfTheAssignmentThatPassedIt) {
    Story story;
    story.records(1, {{0}, {1}, {2}, {3}, {4}})
        .records(50, {{6}})
        .call({1, {5}, 10, 20})
        .call({2, {7}, 30, 40});
    EXPECT_EQ(story.offsets(Kind::Gap), Offsets{6});  // nothing below 5 was ever started
    EXPECT_EQ(story.units(Kind::Gap), Units{broken(Kind::Gap, Severity::Error, 6, in(7), 50)});

    Story assigned = story;
    assigned.assigned(5, 1, 1).assigned(7, 2, 3).assigned(11, 3, 0);
    EXPECT_EQ(assigned.offsets(Kind::Gap), (Offsets{0, 1, 2, 3, 4, 6}));  // 7 ran in the one from 0 on
    EXPECT_EQ(assigned.units(Kind::Gap)[0].against, in(7));
    EXPECT_EQ(assigned.units(Kind::Gap)[3].against, in(5));  // it ran in the one from 3 on

    Story revoked = story;
    revoked.assigned(5, 1, 3).add(6, facts::Assignment{kIn, 0, AssignmentState::Revoked, 1, 0, ""});
    EXPECT_EQ(revoked.offsets(Kind::Gap), (Offsets{3, 4, 6}));

    Story told;
    told.records(1, {{0}, {1}, {2}, {3}, {4}}).assigned(5, 1, 2).assigned(7, 2, 3).assigned(8, 3, {});
    Story by_epoch = told;
    by_epoch.call({1, {4}, 10, 20, Outcome::Success, {}, 1, 1});
    EXPECT_EQ(by_epoch.offsets(Kind::Gap), (Offsets{2, 3}));
    Story without_offset = told;
    without_offset.skip(1, 9).call({1, {4}, 10, 20, Outcome::Success, {}, 1, 3});
    EXPECT_EQ(without_offset.offsets(Kind::Gap), (Offsets{2, 3}));  // from what was skipped on
}

TEST(OrderJudge, AssignmentsAreOfTheTriggersGroup) {
    Story story;
    story.records(1, {{0}, {1}, {2}, {3}}).call({1, {3}, 10, 20});
    story.add(2, facts::Assignment{kIn, 0, AssignmentState::Assigned, 1, 1, "ours"});
    story.add(3, facts::Assignment{kIn, 0, AssignmentState::Assigned, 1, 2, "theirs"});
    EXPECT_EQ(story.offsets(Kind::Gap), Offsets{2});  // no trigger, no group: any
    facts::Trigger trigger;
    trigger.id = TriggerId{1};
    trigger.function = kF;
    trigger.topics = {kIn};
    trigger.order = "partition";
    trigger.group = "ours";
    story.add(0, trigger);
    EXPECT_EQ(story.offsets(Kind::Gap), (Offsets{1, 2}));
}

TEST(OrderJudge, AReadingWithoutAGroupComesBeforeThoseOfGroups) {
    Story story;
    story.records(1, {{0}, {1}, {2}, {3}}).call({1, {3}, 10, 20});
    story.add(2, facts::Assignment{kIn, 0, AssignmentState::Assigned, 1, 2, ""});
    story.add(3, facts::Assignment{kIn, 0, AssignmentState::Assigned, 1, 0, "theirs"});
    EXPECT_EQ(story.offsets(Kind::Gap), Offsets{2});
}

TEST(OrderJudge, OpenEventsAreNoGaps) {
    const Story story = Story()
                            .records(1, {{0}, {1}, {2}, {3}, {4}, {5}})
                            .call({1, {0}, 10})
                            .call({2, {0}, 11, 12, Outcome::Error})
                            .call({3, {1}, 10, 12, Outcome::Abandoned})
                            .call({4, {2}, 10, 12, Outcome::Abandoned})
                            .call({5, {2}, 12, 13, Outcome::Error})
                            .call({6, {3}, 12})
                            .skip(3, 13)
                            .call({7, {4}, 12})
                            .call({8, {4}, 12, 13})
                            .call({9, {5}, 13, 14});
    EXPECT_EQ(story.offsets(Kind::Gap), Offsets{2});
    EXPECT_EQ(story.judged().open, 2);  // 0 and 1
}

TEST(OrderJudge, GapOfAnObservedFunctionIsANoteUnlessItAnswersEach) {
    for (const bool answers_each : {false, true}) {
        facts::Function function{kF, "f", ""};
        function.observe = true;
        function.answers_each = answers_each;
        const Severity severity = answers_each ? Severity::Error : Severity::Note;
        EXPECT_EQ(Story()
                      .add(0, function)
                      .records(1, {{0}, {1}, {2}})
                      .observed(1, {0}, 5)
                      .observed(2, {2}, 6)
                      .units(),
                  Units{broken(Kind::Gap, severity, 1, in(2), 6)});
    }
}

TEST(OrderJudge, KeysAreScopesUnderOrderKey) {
    Story story;
    story.records(1, {{0, "a"}, {1, "b"}, {2, "a"}, {3}, {4}})
        .call({1, {1}, 10, 20})
        .call({2, {2}, 20, 30})
        .call({3, {0}, 30, 40})
        .call({4, {4, 6}, 40, 50})
        .call({5, {3, 5}, 50, 60});  // null keys, and no records
    Story by_key = story;
    by_key.trigger("key");
    EXPECT_EQ(by_key.units(), Units{with(broken(Kind::Regression, Severity::Error, 0, in(2), 40), "a")});
    EXPECT_EQ(by_key.judged().displaced, 1);
    EXPECT_EQ(story.offsets(Kind::Regression), (Offsets{0, 3, 5}));
    // The trigger with the lowest id counts, and only one of this topic.
    story.trigger("key", 3, kIn).trigger("partition", 2, kIn).trigger("key", 1, kOther);
    EXPECT_EQ(story.offsets(Kind::Regression), (Offsets{0, 3, 5}));
}

TEST(OrderJudge, WithoutOrderMostIsANote) {
    const Units units = Story()
                            .trigger("none")
                            .records(1, {{0, "a"}, {1, "a"}, {2, "a"}, {3, "a"}, {4, "a"}})
                            .call({1, {2}, 10, 20})
                            .call({2, {1}, 20, 40})
                            .call({3, {3}, 30, 35})
                            .call({4, {3}, 40, 50})
                            .call({5, {0}, 50, 60, Outcome::Error})
                            .output(1, 0, 60, {Story::run(kIn, 0, 2)})
                            .output(2, 1, 60, {Story::run(kIn, 0, 1)})
                            .units();
    Unit output = broken(Kind::OutputInversion, Severity::Note, 1, Place{kOut, 0, 0}, 60);
    output.topic = kOut;
    EXPECT_EQ(
        units,
        (Units{
            broken(Kind::Regression, Severity::Note, 1, in(2), 40),
            with(broken(Kind::Overlap, Severity::Note, 3, in(1), 30, Cause::Concurrency), InvocationId{3}),
            with(broken(Kind::Duplicate, Severity::Warn, 3, {}, 50), InvocationId{4}),
            // 0 was started: it is the first position. Calls that contain it ended at 60.
            broken(Kind::Gap, Severity::Error, 0, in(2), 60),
            output,
        }));
}

TEST(OrderJudge, OutputsStandInTheOrderOfTheirHighestCauses) {
    Story story;
    story.call({1, {0, 1, 2}, 10, 20}).call({2, {3}, 20, 30}).call({3, {4}, 20, 30, Outcome::Success, {}, 2});
    story.output(2, 5, 30, {Story::run(kIn, 0, 3)})
        .output(1, 6, 31, {Story::run(kIn, 0, 0), Story::run(kIn, 0, 2)})
        .output(3, 7, 32, {Story::run(kIn, 0, 4), Story::run(kIn, 0, 1)})  // its highest is above all
        .output(3, 8, 33, {Story::run(kIn, 1, 1)})                         // another scope
        .output(1, 9, 34, {Story::run(kIn, 0, 1)});
    Unit sixth = broken(Kind::OutputInversion, Severity::Error, 6, Place{kOut, 0, 5}, 31);
    sixth.topic = kOut;
    Unit ninth = broken(Kind::OutputInversion, Severity::Error, 9, Place{kOut, 0, 5}, 34);
    ninth.topic = kOut;
    EXPECT_EQ(story.units(Kind::OutputInversion), (Units{sixth, ninth}));

    // The same event's output twice is in order.
    EXPECT_EQ(Story()
                  .call({1, {0}, 10, 20})
                  .output(1, 0, 20, {Story::run(kIn, 0, 0)})
                  .output(1, 1, 20, {Story::run(kIn, 0, 0)})
                  .units(),
              Units{});

    // Other functions' outputs, and other partitions, do not count.
    Story apart;
    apart.call({1, {0}, 10, 20}).call({.number = 2, .offsets = {1}, .start = 10, .end = 20, .function = kG});
    apart.output(2, 0, 20, {Story::run(kIn, 0, 1)}).output(1, 1, 20, {Story::run(kIn, 0, 0)});
    apart.add(21, facts::Output{InvocationId{1}, kOut, 1, 0, {Story::run(kIn, 0, 1)}});
    EXPECT_EQ(apart.units(), Units{});
}

TEST(OrderJudge, AnOutputIsAsBadAsTheWorstScopeItBreaks) {
    Story story;
    story.trigger("none", 1, kIn).trigger("partition", 2, kOther).call({1, {0, 1}, 10, 20});
    story.output(1, 0, 20, {Story::run(kIn, 0, 1)}).output(1, 1, 20, {Story::run(kOther, 0, 1)});
    Story worse = story;
    story.output(1, 2, 20, {Story::run(kIn, 0, 0), Story::run(kOther, 0, 2)});
    worse.output(1, 2, 20, {Story::run(kIn, 0, 0), Story::run(kOther, 0, 0)});
    ASSERT_EQ(story.units().size(), 1U);
    EXPECT_EQ(story.units()[0].severity, Severity::Note);
    ASSERT_EQ(worse.units().size(), 1U);
    EXPECT_EQ(worse.units()[0].severity, Severity::Error);
    EXPECT_EQ(worse.units()[0].against, (Place{kOut, 0, 0}));
}

TEST(OrderJudge, KeySplitBeginsInTheSecondPartition) {
    Unit a;
    a.kind = Kind::KeySplit;
    a.severity = Severity::Warn;
    a.cause = Cause::Producer;
    a.topic = kIn;
    a.key = "a";
    a.at = 5;
    Unit empty = a;
    empty.key = "";
    empty.at = 9;
    EXPECT_EQ(Story()
                  .records(3, {{0, "a"}, {1}, {2, "b"}}, 1)
                  .records(4, {{7, "a"}}, 1)
                  .records(5, {{0, "a"}, {1}, {2, ""}}, 0)
                  .records(9, {{0, "a"}, {1}, {2, ""}}, 2)
                  .units(),
              (Units{empty, a}));
}

TEST(OrderJudge, LateIsBehindAnyTimestampBefore) {
    const Story story =
        Story().records(7, {{0, {}, 10}, {1, {}, 5}, {2, {}, -1}, {3}, {4, {}, 10}, {6, {}, 7}, {7, {}, 0}});
    const auto late = [](std::int64_t offset, DurationNs lateness) {
        Unit unit = broken(Kind::Late, Severity::Note, offset, {}, 7, Cause::Producer);
        unit.function = {};
        unit.lateness = lateness;
        return unit;
    };
    EXPECT_EQ(story.units(), (Units{late(1, 5), late(6, 3), late(7, 10)}));
    EXPECT_EQ(story.judged(3).units, (Units{late(1, 5), late(7, 10)}));
    EXPECT_EQ(story.judged(10).units, Units{});
    EXPECT_EQ(Story().records(7, {{0, {}, -5}, {1, {}, -9}}).units(), Units{});
}

TEST(OrderJudge, TheFirstCauseThatFitsIsGiven) {
    // 1 ends within the call of 0, of which an attempt had timed out. One reason after the other goes.
    const auto cause = [](int reasons_gone) {
        CallOf call{3, {0}, 10, 40};
        call.epoch = reasons_gone < 1 ? 2 : 1;
        call.split_of = reasons_gone < 2 ? 1 : 0;
        call.attempt = reasons_gone < 4 ? 2 : 1;
        return Story()
            .call({1, {0, 1}, 2, 10, reasons_gone < 3 ? Outcome::Timeout : Outcome::Error})
            .call({2, {1}, 15, 20, Outcome::Success, {}, 1, 1})
            .call(call)
            .units(Kind::Inversion)
            .at(0)
            .cause;
    };
    EXPECT_EQ(cause(0), Cause::Rebalance);
    EXPECT_EQ(cause(1), Cause::Bisect);
    EXPECT_EQ(cause(2), Cause::Timeout);
    EXPECT_EQ(cause(3), Cause::Retry);
    EXPECT_EQ(cause(4), Cause::Concurrency);
    // Only one epoch is known; the timeout came after the start.
    EXPECT_EQ(Story()
                  .call({1, {1}, 5, 10})
                  .call({2, {0}, 10, 20, Outcome::Success, {}, 1, 2})
                  .call({3, {0}, 6, 11, Outcome::Timeout})
                  .units(Kind::Regression),
              Units{broken(Kind::Regression, Severity::Error, 0, in(1), 20)});
}

TEST(OrderJudge, FunctionsAndPartitionsAreJudgedApart) {
    EXPECT_EQ(Story()
                  .records(1, {{0}, {1}, {2}})
                  .call({1, {1}, 10, 20})
                  .call({.number = 2, .offsets = {0}, .start = 15, .end = 30, .function = kG})
                  .call({.number = 3, .offsets = {0}, .start = 15, .end = 40, .partition = 1})
                  .units(),
              Units{});
}

TEST(OrderJudge, AnotherFunctionsTriggerSaysNothingAboutOrder) {
    facts::Trigger trigger;
    trigger.id = TriggerId{1};
    trigger.function = kG;
    trigger.topics = {kIn};
    trigger.order = "none";
    EXPECT_EQ(Story().add(0, trigger).call({1, {1}, 10, 20}).call({2, {0}, 20, 30}).units(),
              Units{broken(Kind::Regression, Severity::Error, 0, in(1), 30)});
}

TEST(OrderJudge, ARecordMayComeAfterTheCalls) {
    const auto chunk = journal::test::chunkOf(kIn, 0, {}, {{1, "a", std::nullopt}});
    Story story;
    story.add(5, facts::Unrecorded{Story::run(kIn, 0, 1)})
        .call({1, {1}, 5, 6, Outcome::Error})
        .call({2, {0, 2}, 6, 7});
    EXPECT_EQ(story.units(), Units{});
    story.add(9, facts::LateRecord{chunk});
    EXPECT_EQ(story.units(), Units{broken(Kind::Gap, Severity::Error, 1, in(2), 9)});
    EXPECT_EQ(story.judged().events, 1);
}

/// Else the comparison with the fast check would prove little.
TEST(OrderJudge, RandomSchedulesBreakEverythingForEveryCause) {
    std::map<Kind, std::set<Cause>> causes;
    std::map<Kind, std::set<Severity>> severities;
    int clean = 0, with_open = 0;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        const Verdict v = judge(randomSchedule(seed));
        for (const Unit& unit : v.units) {
            causes[unit.kind].insert(unit.cause);
            severities[unit.kind].insert(unit.severity);
        }
        const bool in_order = std::all_of(v.units.begin(), v.units.end(), [](const Unit& unit) {
            return unit.kind == Kind::KeySplit || unit.kind == Kind::Late;
        });
        if (in_order && v.deliveries > 0) ++clean;
        if (v.open > 0) ++with_open;
    }
    const std::set<Cause> of_calls{Cause::Unknown, Cause::Rebalance, Cause::Bisect,
                                   Cause::Timeout, Cause::Retry,     Cause::Concurrency};
    std::set<Cause> of_overlaps = of_calls;
    of_overlaps.erase(Cause::Unknown);  // they ran at once
    const std::set<Severity> if_ordered{Severity::Note, Severity::Error};
    EXPECT_EQ(causes[Kind::Regression], (std::set<Cause>{Cause::Unknown, Cause::Rebalance, Cause::Bisect,
                                                         Cause::Timeout, Cause::Retry}));
    EXPECT_EQ(causes[Kind::Inversion], of_calls);
    EXPECT_EQ(causes[Kind::Overlap], of_overlaps);
    EXPECT_EQ(causes[Kind::Duplicate], of_calls);
    EXPECT_EQ(causes[Kind::OutputInversion], of_calls);
    EXPECT_EQ(causes[Kind::Gap], std::set{Cause::Unknown});
    EXPECT_EQ(causes[Kind::KeySplit], std::set{Cause::Producer});
    EXPECT_EQ(causes[Kind::Late], std::set{Cause::Producer});
    EXPECT_EQ(severities[Kind::Regression], if_ordered);
    EXPECT_EQ(severities[Kind::Inversion], if_ordered);
    EXPECT_EQ(severities[Kind::OutputInversion], if_ordered);
    EXPECT_EQ(severities[Kind::Gap], if_ordered);
    EXPECT_EQ(severities[Kind::Overlap], (std::set{Severity::Note, Severity::Warn}));
    EXPECT_GT(clean, 30);
    EXPECT_GT(with_open, 30);
}

}  // namespace
}  // namespace weir::analysis::order::test
