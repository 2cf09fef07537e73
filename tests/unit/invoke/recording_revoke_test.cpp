// SPDX-License-Identifier: GPL-3.0-or-later
// A partition that somebody else has got while a call on it runs: what the call answers is written down, but
// neither produced nor committed.
#include "kafka/consumer.h"
#include "recording_fixture.h"

#include <atomic>
#include <optional>
#include <utility>

namespace weir::invoke::test {
namespace {

constexpr std::int64_t kRecords = 3;

/// What the test does with the group, and what it sees of it.
struct Group {
    std::atomic<bool> lost{false}, returned{false};
    std::atomic<std::int64_t> committed{0};
};

/// A member of the group with one partition of three records, which it loses and gets back.
class Member final : public kafka::Consumer {
  public:
    explicit Member(std::shared_ptr<Group> group) : group_(std::move(group)) {}

    Status subscribe(const std::vector<std::string>&) override { return {}; }
    Status assign(const std::vector<kafka::TopicPartition>& partitions) override {
        all_ = partitions;
        return {};
    }
    Status assignAt(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>&) override {
        return {};
    }
    std::vector<kafka::ConsumerEvent> poll() override {
        std::vector<kafka::ConsumerEvent> events;
        if (step_ == 0 || (step_ == 2 && group_->returned)) {
            next_ = group_->committed;
            events.emplace_back(kafka::PartitionsAssigned{all_});
            ++step_;
        } else if (step_ == 1 && group_->lost) {
            events.emplace_back(kafka::PartitionsRevoked{all_, true});
            ++step_;
        }
        return events;
    }
    Result<std::size_t> read(const kafka::TopicPartition& partition, RecordChunk& chunk, std::size_t,
                             std::size_t) override {
        std::size_t count = 0;
        for (; next_ < kRecords; ++next_, ++count)
            chunk.add(next_, 0, TimestampType::Create, {"k", 1}, {"v", 1}, {});
        (void)partition;
        return count;
    }
    std::vector<kafka::TopicPartition> takeReady() override { return all_; }
    [[nodiscard]] std::optional<std::int64_t> position(const kafka::TopicPartition&) const override {
        return next_;
    }
    [[nodiscard]] std::optional<std::int64_t> firstPosition(const kafka::TopicPartition&) const override {
        return 0;
    }
    [[nodiscard]] std::optional<std::int64_t> highWatermark(const kafka::TopicPartition&) const override {
        return kRecords;
    }
    Status seek(const std::vector<std::pair<kafka::TopicPartition, kafka::StartAt>>&) override { return {}; }
    void finishRevoke() override {}
    Status commit(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& offsets) override {
        return commitNow(offsets, 0);
    }
    Status commitNow(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& offsets,
                     int) override {
        for (const auto& [partition, offset] : offsets) group_->committed = offset;
        return {};
    }
    void close() override {}

  private:
    std::shared_ptr<Group> group_;
    std::vector<kafka::TopicPartition> all_;
    std::int64_t next_ = 0;
    int step_ = 0;
};

class RecordingRevoke : public RecordingFixture {};

TEST_F(RecordingRevoke, AnAnswerThatComesAfterItIsWrittenDownButNeitherProducedNorCommitted) {
    const auto group = std::make_shared<Group>();
    std::atomic<bool> late{false};
    std::atomic<int> calls{0};
    answer = [&](const Batch& batch) {
        if (++calls == 1) until([&] { return late.load(); });
        Answer a;
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            AnsweredRecord record;
            record.value = "answer";
            record.cause = i;
            a.records.push_back(std::move(record));
        }
        return a;
    };
    auto t = trigger();
    t.outputs = {{"out", {}, {}}};
    auto p = plan({t});
    p.watch = {"out"};
    p.fed = {{"in", false, {{0, 0, kRecords}}}};
    p.feed = [group](const flow::TriggerSpec&) -> Result<std::unique_ptr<kafka::Consumer>> {
        return std::make_unique<Member>(group);
    };
    begin(std::move(p));
    ASSERT_TRUE(until([&] { return calls == 1; }));
    group->lost = true;
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM assignment WHERE state = 'lost'") == 1; }));
    late = true;
    ASSERT_TRUE(untilSucceeded(kRecords)) << "it is written down";
    EXPECT_EQ(group->committed, 0);
    EXPECT_EQ(ask("SELECT count(*) FROM output"), 0);

    group->returned = true;
    ASSERT_TRUE(untilSucceeded(2 * kRecords)) << "it is delivered again by whoever gets the partition";
    ASSERT_TRUE(until([&] { return group->committed == kRecords; }));
    ASSERT_TRUE(until([&] { return ask("SELECT count(*) FROM output") == kRecords; }));
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event e JOIN topic t ON t.id = e.topic_id WHERE t.name = 'out'"),
              kRecords);
    EXPECT_EQ(ask("SELECT min(invocation_id) FROM output"), 2);
    EXPECT_EQ(ask("SELECT group_concat(epoch, '') FROM invocation"), 12) << "each call in its assignment";
}

}  // namespace
}  // namespace weir::invoke::test
