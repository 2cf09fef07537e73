// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording_fixture.h"

namespace weir::invoke::test {
namespace {

class RecordingControl : public RecordingFixture {};

TEST_F(RecordingControl, PauseHoldsAndResumeGoesOn) {
    begin(plan({trigger()}));
    fill(20);
    ASSERT_TRUE(untilSucceeded(20));
    ASSERT_TRUE(recording->control(control::Pause{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Paused));
    fill(20);
    ASSERT_TRUE(until([&] { return recording->status().triggers[0].queued == 20; }));
    EXPECT_EQ(ask("SELECT count(*) FROM delivery"), 20);
    ASSERT_TRUE(recording->control(control::Resume{"t"}));
    ASSERT_TRUE(untilSucceeded(40));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM decision WHERE kind IN ('pause', 'resume')"), 2);
}

TEST_F(RecordingControl, DrainDeliversWhatIsHereAndReadsNoMore) {
    begin(plan({trigger()}));
    fill(20);
    ASSERT_TRUE(untilSucceeded(20));
    ASSERT_TRUE(recording->control(control::Drain{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Drained));
    fill(20);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 20);
    ASSERT_TRUE(recording->control(control::Resume{"t"}));
    ASSERT_TRUE(untilSucceeded(40));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM decision WHERE kind = 'drain' AND trigger_id = 1"), 1);
}

TEST_F(RecordingControl, AStoppedTriggerGivesItsPartitionsBack) {
    begin(plan({trigger()}));
    fill(20);
    ASSERT_TRUE(untilSucceeded(20));
    ASSERT_TRUE(recording->control(control::Stop{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Stopped));
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM assignment WHERE state = 'revoked'") == 2; }));
    fill(20);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM delivery"), 20);
    EXPECT_EQ(ask("SELECT sum(o) FROM (SELECT max(offset) AS o FROM offset_commit GROUP BY partition)"), 20);
}

TEST_F(RecordingControl, ReplayDeliversTheSameEventsAgainInOrder) {
    begin(plan({trigger()}));
    fill(40);
    ASSERT_TRUE(untilSucceeded(40));
    ASSERT_TRUE(recording->control(control::Seek{"t", "", 0, {kafka::StartAt::Kind::Offset, 5}}));
    ASSERT_TRUE(untilSucceeded(55));
    fill(2);
    ASSERT_TRUE(untilSucceeded(57));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 42) << "what is read again is the same event";
    EXPECT_EQ(ask("SELECT count(*) FROM delivery"), 57);
    EXPECT_EQ(ask("SELECT count(*) FROM assignment WHERE state = 'assigned' AND partition = 0"), 2);
    EXPECT_EQ(ask("SELECT offset FROM assignment WHERE epoch = 2"), 5);
    EXPECT_EQ(ask("SELECT count(*) FROM decision WHERE kind = 'seek'"), 1);
}

TEST_F(RecordingControl, TheGroupsOffsetMovesWithASeek) {
    begin(plan({trigger()}));
    fill(40);
    ASSERT_TRUE(untilSucceeded(40));
    ASSERT_TRUE(recording->control(control::Pause{"t"}));
    ASSERT_TRUE(recording->control(control::Seek{"t", "", 0, {kafka::StartAt::Kind::Offset, 5}}));
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM offset_commit WHERE offset = 5") == 1; }));
    end();
    EXPECT_EQ(ask("SELECT offset FROM offset_commit WHERE partition = 0 ORDER BY id DESC LIMIT 1"), 5);
}

TEST_F(RecordingControl, RecordsFromBelowTheFirstAreEventsOfTheirOwn) {
    fill(40);
    flow::TriggerSpec spec = trigger();
    spec.starting_position.kind = flow::StartingPosition::Kind::Latest;
    begin(plan({spec}));
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM assignment WHERE offset = 20") == 2; }));
    fill(10);
    ASSERT_TRUE(untilSucceeded(10));
    EXPECT_EQ(ask("SELECT min(offset) FROM event"), 20);
    ASSERT_TRUE(recording->control(control::Seek{"t", "", {}, {kafka::StartAt::Kind::Earliest}}));
    ASSERT_TRUE(untilSucceeded(60));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 50);
    EXPECT_EQ(ask("SELECT count(DISTINCT partition || '@' || offset) FROM event"), 50) << "each stands once";
    EXPECT_EQ(ask("SELECT count(*) FROM event a JOIN event b ON a.partition = b.partition AND a.id < b.id "
                  "WHERE a.received_ns > b.received_ns"),
              0)
        << "ids follow the arrival";
    EXPECT_EQ(ask("SELECT count(*) FROM finding WHERE kind IN ('late', 'gap')"), 0)
        << "what stands at lower offsets was there before, though it came later";
}

TEST_F(RecordingControl, ASeekToTheEndSkipsWhatIsQueued) {
    begin(plan({trigger()}));
    ASSERT_TRUE(recording->control(control::Pause{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Paused));
    fill(20);
    ASSERT_TRUE(until([&] { return recording->status().triggers[0].queued == 20; }));
    ASSERT_TRUE(recording->control(control::Seek{"t", "in", {}, kafka::StartAt::latest()}));
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM assignment WHERE state = 'assigned'") == 4; }));
    ASSERT_TRUE(recording->control(control::Resume{"t"}));
    fill(4);
    ASSERT_TRUE(untilSucceeded(4));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM delivery"), 4);
}

TEST_F(RecordingControl, ConcurrencyAndBatchSizeChangeLive) {
    begin(plan({trigger()}));
    ASSERT_TRUE(recording->control(control::SetConcurrency{"f", 1}));
    ASSERT_TRUE(recording->control(control::SetBatchSize{"t", 2}));
    ASSERT_TRUE(until([&] {
        const auto status = recording->status().triggers.at(0);
        return status.batch_size == 2 && status.concurrency == 1;
    }));
    fill(20);
    ASSERT_TRUE(untilSucceeded(20));
    end();
    EXPECT_EQ(ask("SELECT max(n) FROM (SELECT count(*) AS n FROM delivery GROUP BY invocation_id)"), 2);
    EXPECT_EQ(ask("SELECT count(*) FROM decision WHERE kind = 'config'"), 2);
}

TEST_F(RecordingControl, WhatCanNeverBeDoneIsRefused) {
    begin(plan({trigger()}));
    EXPECT_FALSE(recording->control(control::Pause{"unknown"}));
    EXPECT_FALSE(recording->control(control::SetConcurrency{"unknown", 2}));
    EXPECT_FALSE(recording->control(control::SetConcurrency{"f", 0}));
    EXPECT_FALSE(recording->control(control::SetBatchSize{"t", 10'001}));
    EXPECT_FALSE(recording->control(control::Seek{"t", "out", {}, kafka::StartAt::latest()}));
    EXPECT_FALSE(recording->control(control::Seek{"t", "in", {}, {kafka::StartAt::Kind::Time}}));
    recording->requestStop();
    ASSERT_TRUE(recording->wait());
    EXPECT_FALSE(recording->control(control::Pause{"t"}));
}

}  // namespace
}  // namespace weir::invoke::test
