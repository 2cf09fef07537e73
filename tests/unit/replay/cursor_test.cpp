// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/cursor.h"

#include "analysis/lineage/session_names.h"
#include "replay/moves.h"
#include "replay/state_format.h"
#include "unit/journal/session_fixture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace weir::replay {
namespace {

using journal::test::chunkOf;
using journal::test::plainChunk;
using journal::test::record;

/// Facts at random that a journal could hold, many at the same instant.
class RandomSession {
  public:
    explicit RandomSession(unsigned seed) : random_(seed) {}

    std::vector<facts::Fact> make(int steps) {
        add(facts::Session{"random", facts::Mode::Drive, "c"});
        add(facts::Topic{TopicId{1}, "in", 2});
        add(facts::Topic{TopicId{2}, "out", 1});
        add(facts::Function{FunctionId{1}, "f", "builtin"});
        add(facts::Function{FunctionId{2}, "g", "builtin"});
        add(facts::Trigger{TriggerId{1}, "in→f", FunctionId{1}, {TopicId{1}}, "key", "gf", 10, 0});
        for (int i = 0; i < steps; ++i) oneStep();
        return std::move(all_);
    }

  private:
    struct Running {
        InvocationId id;
        facts::EventRun run;
        InstanceId instance;
    };
    int under(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    void add(facts::Body body) { all_.push_back({at_, std::move(body)}); }

    void oneStep() {
        at_ += under(3) == 0 ? under(5) : 0;
        switch (under(9)) {
            case 0:
                return arrive();
            case 1:
            case 2:
                return start();
            case 3:
            case 4:
                return end();
            case 5:
                return instance();
            case 6:
                add(facts::Commit{TopicId{1}, under(2), next_[0], "gf"});
                return;
            case 7:
                return skip();
            default:
                add(facts::Assignment{
                    TopicId{1}, under(2),
                    under(2) == 0 ? facts::AssignmentState::Assigned : facts::AssignmentState::Revoked,
                    ++epoch_, 0, "gf"});
        }
    }
    void arrive() {
        const int partition = under(2);
        auto& next = next_.at(static_cast<std::size_t>(partition));
        const int count = 1 + under(6);
        add(facts::Records{plainChunk(TopicId{1}, partition, EventId{events_ + 1}, next, count)});
        runs_.push_back({TopicId{1}, partition, next, next + count - 1, EventId{events_ + 1}});
        next += count;
        events_ += count;
    }
    facts::EventRun someRun() {
        facts::EventRun run = runs_.at(static_cast<std::size_t>(under(static_cast<int>(runs_.size()))));
        const auto skipped = under(static_cast<int>(run.count()));
        run.first += skipped;
        run.first_event = EventId{run.first_event.value + skipped};
        return run;
    }
    void start() {
        if (runs_.empty()) return;
        facts::Start s;
        s.id = InvocationId{++calls_};
        s.function = FunctionId{1 + under(2)};
        s.events = {someRun()};
        if (s.function == FunctionId{1} && under(2) == 0) {
            s.batch = BatchId{++batches_};
            add(facts::Batch{s.batch, TriggerId{1}, s.events});
            s.trigger = TriggerId{1};
        }
        s.attempt = 1 + under(2);
        if (instances_ > ended_ && under(2) == 0) s.instance = InstanceId{instances_};
        running_.push_back({s.id, s.events.front(), s.instance});
        add(std::move(s));
    }
    void end() {
        if (running_.empty()) return;
        const auto at = running_.begin() + under(static_cast<int>(running_.size()));
        facts::End e;
        e.id = at->id;
        e.outcome = static_cast<facts::Outcome>(under(7));
        if (e.outcome == facts::Outcome::Partial) {
            facts::EventRun failed = at->run;
            failed.last = failed.first;
            e.failed = {failed};
        }
        add(std::move(e));
        if (under(2) == 0) add(facts::Output{at->id, TopicId{2}, 0, outputs_++, {at->run}});
        running_.erase(at);
    }
    void instance() {
        if (instances_ > ended_ && under(2) == 0) {
            add(facts::InstanceEnd{InstanceId{++ended_}, facts::InstanceEndReason::Idle, ""});
            return;
        }
        add(facts::Instance{InstanceId{++instances_}, "i" + std::to_string(instances_), FunctionId{1}});
        if (under(2) == 0) add(facts::InstanceReady{InstanceId{instances_}});
    }
    void skip() {
        if (runs_.empty()) return;
        add(facts::Skip{FunctionId{1}, TriggerId{1}, someRun(), facts::SkipReason::Filtered});
    }

    std::mt19937 random_;
    TimeNs at_ = 1'000;
    std::vector<facts::Fact> all_;
    std::array<std::int64_t, 2> next_{};
    std::vector<facts::EventRun> runs_;
    std::vector<Running> running_;
    std::int64_t events_ = 0, calls_ = 0, batches_ = 0, outputs_ = 0, instances_ = 0, ended_ = 0;
    int epoch_ = 0;
};

class CursorTest : public journal::test::SessionTest {
  protected:
    void open(const std::vector<facts::Fact>& all) {
        ASSERT_OK(record(at("s.weir"), all));
        auto reader = journal::SessionReader::open(at("s.weir"));
        ASSERT_OK(reader);
        reader_ = std::move(*reader);
        auto names = analysis::SessionNames::of(*reader_);
        ASSERT_OK(names);
        names_ = std::move(*names);
    }
    Cursor cursor(Keyframes::Limits limits = {}) {
        auto c = Cursor::of(*reader_, limits);
        EXPECT_TRUE(c.has_value());
        return std::move(*c);
    }
    std::string state(Cursor& c) {
        const auto text = stateJson(c, names_);
        EXPECT_TRUE(text.has_value());
        return text.value_or("");
    }
    /// Takes a way written as on the command line.
    bool go(Cursor& c, const std::string& move) {
        const auto parsed = Move::parse(move);
        EXPECT_TRUE(parsed.has_value()) << move;
        const auto made = replay::make(*parsed, c, names_);
        EXPECT_TRUE(made.has_value()) << move;
        return made.value_or(false);
    }

    std::unique_ptr<journal::SessionReader> reader_;
    analysis::SessionNames names_;
};

TEST_F(CursorTest, StateAfterAJumpIsTheStateAfterWalkingThere) {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        std::filesystem::remove(at("s.weir"));
        ASSERT_NO_FATAL_FAILURE(open(RandomSession(seed).make(400)));
        // One keyframe only: the walk applies each moment once, from the start.
        Cursor walk = cursor({1'000'000, 10, 1 << 30});
        std::vector<std::pair<Position, std::string>> places{{walk.position(), state(walk)}};
        for (;;) {
            const auto moved = walk.step(Unit::Moment, Direction::Forward);
            ASSERT_OK(moved);
            if (!*moved) break;
            ASSERT_LT(places.back().first, walk.position());
            places.emplace_back(walk.position(), state(walk));
        }
        ASSERT_GT(places.size(), 200U);

        // Few moments from one keyframe to the next, and so few keyframes that they are thinned out.
        Cursor jump = cursor({5, 8 + seed, 1 << 30});
        std::mt19937 random(seed);
        for (int i = 0; i < 300; ++i) {
            const auto& [position, expected] = places.at(random() % places.size());
            ASSERT_OK(jump.to(position));
            ASSERT_EQ(state(jump), expected) << "seed " << seed << ", jump " << i;
        }
        ASSERT_OK(jump.toEnd());
        for (std::size_t i = places.size() - 1; i-- > 1;) {
            const auto moved = jump.step(Unit::Moment, Direction::Backward);
            ASSERT_OK(moved);
            ASSERT_TRUE(*moved);
            ASSERT_EQ(jump.position(), places[i].first) << "seed " << seed;
            ASSERT_EQ(state(jump), places[i].second) << "seed " << seed << ", back to " << i;
        }
    }
}

TEST_F(CursorTest, EachUnitGoesBackTheWayItCame) {
    ASSERT_NO_FATAL_FAILURE(open(RandomSession(3).make(300)));
    for (const Unit unit : {Unit::Moment, Unit::Event, Unit::Batch, Unit::Invocation, Unit::Delivery}) {
        Cursor c = cursor({7, 20, 1 << 30});
        std::vector<std::pair<Position, std::string>> way;
        for (;;) {
            const auto moved = c.step(unit, Direction::Forward);
            ASSERT_OK(moved);
            if (!*moved) break;
            if (!way.empty()) {
                ASSERT_LT(way.back().first, c.position());
            }
            way.emplace_back(c.position(), state(c));
        }
        ASSERT_GT(way.size(), 5U) << static_cast<int>(unit);
        for (std::size_t i = way.size() - 1; i-- > 0;) {
            const auto moved = c.step(unit, Direction::Backward);
            ASSERT_OK(moved);
            ASSERT_TRUE(*moved);
            ASSERT_EQ(c.position(), way[i].first) << static_cast<int>(unit);
            ASSERT_EQ(state(c), way[i].second);
        }
        const auto moved = c.step(unit, Direction::Backward);
        ASSERT_OK(moved);
        EXPECT_FALSE(*moved);
        EXPECT_EQ(c.position(), way.front().first);
    }
}

TEST_F(CursorTest, EventsArriveOneByOneThoughTheyCameTogether) {
    ASSERT_NO_FATAL_FAILURE(
        open({{1, facts::Session{"s", facts::Mode::Drive, "c"}},
              {1, facts::Topic{TopicId{1}, "in", 1}},
              {1, facts::Function{FunctionId{1}, "f", "builtin"}},
              {1, facts::Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", "", 0, 0}},
              {5, facts::Records{plainChunk(TopicId{1}, 0, EventId{1}, 10, 5)}}}));
    Cursor c = cursor();
    const LaneKey lane{FunctionId{1}, {TopicId{1}, 0}};
    for (int i = 1; i <= 5; ++i) {
        EXPECT_TRUE(go(c, "next:event"));
        EXPECT_EQ(c.state().events, i);
        EXPECT_EQ(c.state().waiting(lane).events, i);
    }
    EXPECT_FALSE(go(c, "next:event"));
    EXPECT_TRUE(go(c, "back:event*3"));
    EXPECT_EQ(c.state().events, 2);
    EXPECT_TRUE(go(c, "next:moment"));
    EXPECT_EQ(c.state().events, 5);
    EXPECT_TRUE(go(c, "in/0@12"));
    EXPECT_EQ(c.state().events, 3);
    EXPECT_FALSE(go(c, "in/0@99"));
    EXPECT_FALSE(go(c, "call:1"));
}

TEST_F(CursorTest, LanesSayWhatWaitsRunsAndIsDone) {
    const auto part = [](std::int64_t first, std::int64_t last) {
        return facts::EventRun{TopicId{1}, 0, first, last, EventId{first + 1}};
    };
    facts::Start one;
    one.id = InvocationId{1};
    one.function = FunctionId{1};
    one.events = {part(0, 3)};
    facts::Start again = one;
    again.id = InvocationId{2};
    again.events = {part(2, 3)};
    again.attempt = 2;
    ASSERT_NO_FATAL_FAILURE(
        open({{1, facts::Session{"s", facts::Mode::Drive, "c"}},
              {1, facts::Topic{TopicId{1}, "in", 1}},
              {1, facts::Function{FunctionId{1}, "f", "builtin"}},
              {1, facts::Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", "", 0, 0}},
              {2, facts::Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)}},
              {3, std::move(one)},
              {6, facts::End{InvocationId{1}, facts::Outcome::Partial, {part(2, 3)}, ""}},
              {7, facts::Skip{FunctionId{1}, TriggerId{1}, part(9, 9)}},
              {8, std::move(again)},
              {9, facts::End{InvocationId{2}, facts::Outcome::Success, {}, ""}}}));
    Cursor c = cursor();
    const LaneKey lane{FunctionId{1}, {TopicId{1}, 0}};
    const auto expect = [&](TimeNs at, std::int64_t in_flight, std::int64_t waiting,
                            std::int64_t waiting_again, std::int64_t succeeded) {
        ASSERT_OK(c.toTime(at));
        EXPECT_EQ(c.state().inFlight(lane), in_flight) << at;
        EXPECT_EQ(c.state().waiting(lane).events, waiting) << at;
        EXPECT_EQ(c.state().waiting(lane).again, waiting_again) << at;
        const auto found = c.state().lanes.find(lane);
        EXPECT_EQ(found == c.state().lanes.end() ? 0 : found->second.succeeded, succeeded) << at;
    };
    expect(1, 0, 0, 0, 0);
    expect(2, 0, 10, 0, 0);
    expect(4, 4, 6, 0, 0);
    expect(6, 0, 8, 2, 2);
    expect(7, 0, 7, 2, 2);
    expect(8, 2, 5, 0, 2);
    expect(9, 0, 5, 0, 4);
    expect(3, 4, 6, 0, 0);
    EXPECT_EQ(c.state().waiting(lane).first, 4);
}

TEST_F(CursorTest, RunsToBreakpointsBothWays) {
    ASSERT_NO_FATAL_FAILURE(open(RandomSession(5).make(400)));
    for (const std::string filter :
         {"attempt == 2", "offset >= 5 && partition == 1", "cold || outcome == error"}) {
        Cursor c = cursor({9, 30, 1 << 30});
        std::vector<Position> way;
        while (go(c, "until:" + filter)) {
            if (!way.empty()) {
                ASSERT_LT(way.back(), c.position());
            }
            way.push_back(c.position());
        }
        ASSERT_GT(way.size(), 3U) << filter;
        for (std::size_t i = way.size() - 1; i-- > 0;) {
            ASSERT_TRUE(go(c, "back-until:" + filter));
            ASSERT_EQ(c.position(), way[i]);
        }
        EXPECT_FALSE(go(c, "back-until:" + filter));
        EXPECT_EQ(c.position(), way.front());
    }
}

TEST_F(CursorTest, RunsToTheNearestOfSeveralBreakpoints) {
    ASSERT_NO_FATAL_FAILURE(open(RandomSession(5).make(400)));
    std::vector<filter::Filter> filters;
    for (const char* text : {"attempt == 2", "offset >= 5 && partition == 1", "cold || outcome == error",
                             "key == \"nowhere\"", "finding == inversion"}) {
        filters.push_back(*filter::Filter::parse(text));
    }
    // What each finds alone, by place; of several at one place the first in the list.
    std::map<Position, std::size_t> expected;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        Cursor c = cursor({9, 30, 1 << 30});
        while (*c.run(filters[i], Direction::Forward)) expected.emplace(c.position(), i);
    }
    ASSERT_GT(expected.size(), 12U);
    Cursor c = cursor({9, 30, 1 << 30});
    for (const auto& [position, which] : expected) {
        const auto stopped = c.run(filters, Direction::Forward);
        ASSERT_TRUE(stopped.has_value() && stopped->has_value());
        ASSERT_EQ(c.position(), position);
        ASSERT_EQ(**stopped, which);
    }
    EXPECT_FALSE(c.run(filters, Direction::Forward)->has_value());
    ASSERT_OK(c.toEnd());
    for (auto at = expected.rbegin(); at != expected.rend(); ++at) {
        ASSERT_TRUE(c.run(filters, Direction::Backward)->has_value());
        ASSERT_EQ(c.position(), at->first);
    }
    EXPECT_FALSE(c.run(filters, Direction::Backward)->has_value());
}

TEST_F(CursorTest, MovesThatAreNoneAreRefused) {
    for (const std::string move : {"", "nowhere", "next:", "next:year", "next:event*", "next:event*-1",
                                   "call:x", "at:soon", "until:topci == \"a\"", "finding:"}) {
        const auto parsed = Move::parse(move);
        ASSERT_FALSE(parsed.has_value()) << move;
        EXPECT_EQ(exitCode(parsed.error().code), 2) << move;
        EXPECT_FALSE(parsed.error().message.empty());
    }
}

TEST_F(CursorTest, ASessionWithoutAnythingHasAState) {
    ASSERT_NO_FATAL_FAILURE(open({{1, facts::Session{"s", facts::Mode::Drive, "c"}}}));
    Cursor c = cursor();
    for (const std::string move : {"next:moment", "back:moment", "next:event", "back:call", "next:finding",
                                   "back:batch", "until:offset == 1", "until:finding == gap"}) {
        EXPECT_FALSE(go(c, move)) << move;
    }
    EXPECT_TRUE(go(c, "end"));
    EXPECT_EQ(c.state().events, 0);
}

}  // namespace
}  // namespace weir::replay
