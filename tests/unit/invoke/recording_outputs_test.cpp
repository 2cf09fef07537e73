// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording_fixture.h"

namespace weir::invoke::test {
namespace {

class RecordingOutputs : public RecordingFixture {
  protected:
    [[nodiscard]] std::int64_t countIn(const std::string& topic, const std::string& where = "1") const {
        return ask("SELECT count(*) FROM event e JOIN topic t ON t.id = e.topic_id WHERE t.name = '" + topic +
                   "' AND " + where);
    }
};

TEST_F(RecordingOutputs, DeliveredEventsGoToTheTopicForSuccessesBehindTheirOutputs) {
    auto t = trigger();
    t.on_success_topic = "done";
    t.outputs = {{"out", {}, {}}};
    answer = [](const Batch& batch) {
        Answer a;
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            AnsweredRecord record;
            record.value = "answer";
            record.cause = i;
            a.records.push_back(std::move(record));
        }
        return a;
    };
    auto p = plan({t});
    p.watch = {"done"};
    begin(std::move(p));
    fill(40);
    ASSERT_TRUE(until([&] { return countIn("done") == 40; }));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM output"), 40) << "the copies are no outputs";
    EXPECT_EQ(countIn("done", "e.headers LIKE '%weir_reason%success%' AND e.headers LIKE '%weir_cause%in/%'"),
              40);
    EXPECT_EQ(
        ask("SELECT count(*) FROM event a JOIN event b ON a.value = b.value AND a.partition = b.partition "
            "AND a.offset = b.offset AND a.key = b.key AND a.topic_id <> b.topic_id"),
        80)
        << "as they came, in their partition and order";
}

TEST_F(RecordingOutputs, FailedEventsOfAPartialAnswerAreNotAmongTheSuccesses) {
    auto t = trigger();
    t.on_success_topic = "done";
    t.on_failure_topic = "out";
    t.on_exhausted = flow::OnExhausted::DeadLetter;
    t.retries = 0;
    t.partial_failures = true;
    t.order = flow::Order::None;
    answer = [](const Batch& batch) {
        Answer a;
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            const Slice& slice = batch.slices.front();
            if ((*slice.chunk)[slice.from + i].offset == 3) a.failed.push_back(i);
            if (i + 1 == slice.count) break;
        }
        if (!a.failed.empty()) a.outcome = facts::Outcome::Partial;
        return a;
    };
    auto p = plan({t});
    p.watch = {"done", "out"};
    begin(std::move(p));
    fill(10);
    ASSERT_TRUE(until([&] { return countIn("done") == 8 && countIn("out") == 2; }));
    end();
    EXPECT_EQ(countIn("done", "e.value IN ('6', '7')"), 0);
}

}  // namespace
}  // namespace weir::invoke::test
