// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/range.h"
#include "recording_fixture.h"

#include <atomic>
#include <filesystem>
#include <optional>

namespace weir::invoke::test {
namespace {

constexpr const char* kBreaks = "SELECT count(*) FROM finding WHERE kind <> 'key-split'";

class RecordingRange : public RecordingFixture {
  protected:
    static flow::TriggerSpec range(std::optional<std::int64_t> from, std::optional<std::int64_t> to,
                                   std::vector<std::int32_t> partitions = {}) {
        flow::TriggerSpec spec = trigger();
        spec.group.clear();
        spec.batching_window = 60 * kSecond;  // the end of the range must not wait for it
        flow::RangeSource source;
        source.topic = "in";
        source.partitions = std::move(partitions);
        source.from_offset = from;
        source.to_offset = to;
        spec.source = source;
        return spec;
    }
    /// Records until the ranges end it.
    void run(std::vector<flow::TriggerSpec> triggers) {
        begin(plan(std::move(triggers)));
        ASSERT_TRUE(until([&] { return recording->ended(); })) << "a range ends by itself";
        const Status status = recording->wait();
        EXPECT_TRUE(status) << status.error().message;
        recording.reset();
    }
};

TEST_F(RecordingRange, DeliversItsOffsetsOnceAndEnds) {
    fill(100);
    run({range(7, 23)});
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 32) << "16 of each partition";
    EXPECT_EQ(ask("SELECT min(offset) FROM event"), 7);
    EXPECT_EQ(ask("SELECT max(offset) FROM event"), 22);
    EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), 32);
    EXPECT_EQ(ask("SELECT count(*) FROM assignment WHERE state = 'assigned' AND offset = 7"), 2);
    EXPECT_EQ(ask("SELECT count(*) FROM offset_commit"), 0) << "a range commits nothing";
    EXPECT_EQ(ask(kBreaks), 0);
    EXPECT_EQ(ask("SELECT count(*) FROM topic WHERE name = 'in' AND source = 'range'"), 1);
}

TEST_F(RecordingRange, BoundsBeyondThePartitionCountAsItsBounds) {
    fill(20);
    run({range(4, 1'000'000, {1})});
    EXPECT_EQ(ask("SELECT count(*) FROM event WHERE partition = 1 AND offset >= 4"), 6);
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 6);
    EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), 6);
}

TEST_F(RecordingRange, WithoutBoundsItIsAllThatIsThereAtTheStart) {
    fill(30);
    answer = [&](const Batch&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return Answer{};
    };
    begin(plan({range({}, {})}));
    fill(30);
    ASSERT_TRUE(until([&] { return recording->ended(); }));
    recording.reset();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 30);
}

TEST_F(RecordingRange, OneThatHoldsNothingEndsAtOnce) {
    fill(10);
    run({range(900, 1'000)});
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 0);
    EXPECT_EQ(ask("SELECT count(*) FROM decision WHERE reason LIKE '%nothing of in/0, nothing of in/1'"), 1);
}

TEST_F(RecordingRange, RetriesItsEventsBeforeItEnds) {
    fill(20);
    std::atomic<int> calls = 0;
    answer = [&](const Batch&) {
        Answer a;
        if (++calls <= 3) a.outcome = facts::Outcome::Error;
        return a;
    };
    run({range(0, 10)});
    EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), 20);
    EXPECT_EQ(ask("SELECT count(*) FROM invocation WHERE outcome = 'error'"), 3);
}

TEST_F(RecordingRange, OthersGoOnWhenItIsOver) {
    fill(40);
    flow::TriggerSpec live = trigger();
    live.name = "live";
    live.function = "g";
    begin(plan({range(10, 12), live}));
    ASSERT_TRUE(untilState(TriggerState::Drained));
    fill(10);
    ASSERT_TRUE(untilSucceeded(54));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 50);
    EXPECT_EQ(
        ask("SELECT count(*) - count(DISTINCT topic_id || '/' || partition || '@' || offset) FROM event"), 0)
        << "two triggers that start at different offsets: each event stands once";
    EXPECT_EQ(ask(kBreaks), 0);
}

TEST_F(RecordingRange, SaysWhatItCannotRead) {
    auto refused = Recording::start(plan({range(0, 1, {7})}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "The topic in has no partition 7.");
    flow::TriggerSpec timed = range({}, {});
    std::get<flow::RangeSource>(timed.source).from_time = 0;
    refused = Recording::start(plan({timed}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_FALSE(std::filesystem::exists(session())) << "nothing is left behind";
}

}  // namespace
}  // namespace weir::invoke::test
