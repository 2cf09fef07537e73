// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/transaction_stage.h"

#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

struct NobodyListens final : TransactionPort {
    void transactionCommitted(TriggerId, std::vector<Written>, const kafka::Producer::Offsets&) override {}
    void transactionAborted(TriggerId, const Error&) override {}
    void transactionsOver(TriggerId, const Error&) override {}
};

std::vector<PreparedRecord> outputs(std::size_t count, std::size_t bytes) {
    std::vector<PreparedRecord> records(count);
    for (PreparedRecord& record : records) record.bytes = bytes;
    return records;
}

/// What docs/order-and-delivery.md says of exactly_once: 32 MiB of a partition may wait for its offset.
TEST(TransactionStage, APartitionThatHoldsTooManyOutputsBackIsFullUntilItsReadingEnds) {
    NobodyListens port;
    TransactionStage stage(TriggerId{1}, nullptr, port);
    const kafka::TopicPartition held{"bids", 0};
    const kafka::TopicPartition other{"bids", 1};
    constexpr std::size_t kMebibyte = 1 << 20;
    stage.hold(InvocationId{1}, held, outputs(32, kMebibyte));
    stage.hold(InvocationId{2}, other, outputs(1, kMebibyte));
    EXPECT_FALSE(stage.full(held));
    stage.hold(InvocationId{3}, held, outputs(1, 1));
    EXPECT_TRUE(stage.full(held));
    EXPECT_FALSE(stage.full(other)) << "only its own outputs count";
    stage.forget(held);
    EXPECT_FALSE(stage.full(held)) << "the next reading begins empty";
}

TEST(TransactionStage, AfterAnAbortWhatStillComesOfTheOldReadingIsNotHeld) {
    NobodyListens port;
    TransactionStage stage(TriggerId{1}, nullptr, port);
    const kafka::TopicPartition source{"bids", 0};
    stage.passed(source, 7, 1);
    EXPECT_TRUE(stage.holds(source));
    stage.ignore({source});
    EXPECT_FALSE(stage.holds(source));
    stage.hold(InvocationId{1}, source, outputs(1, std::size_t{64} << 20));
    stage.passed(source, 9, 2);
    EXPECT_FALSE(stage.holds(source));
    EXPECT_FALSE(stage.full(source));
    EXPECT_TRUE(stage.idle());
    stage.forget(source);
    stage.passed(source, 3, 3);
    EXPECT_TRUE(stage.holds(source)) << "the next reading counts again";
}

}  // namespace
}  // namespace weir::invoke
