// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/transactions.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace weir::kafka {
namespace {

constexpr int kStepMs = 5'000;
constexpr int kMostTries = 12;  // of a step that the cluster asks to try again: a minute

}  // namespace

std::optional<Transactions::Refusal> Transactions::take(rd_kafka_error_t* raw) const {
    const ErrorHandle error(raw);
    if (!error) return std::nullopt;
    return Refusal{{rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get())},
                   rd_kafka_error_is_fatal(error.get()) != 0,
                   rd_kafka_error_txn_requires_abort(error.get()) != 0};
}

/// Takes a step again while it may still go well.
template <typename Step>
std::optional<Transactions::Refusal> Transactions::insist(const Step& step) const {
    for (int tries = 1;; ++tries) {
        rd_kafka_error_t* const raw = step();
        const bool again =
            raw != nullptr && rd_kafka_error_is_retriable(raw) != 0 && tries < kMostTries && !stopping_;
        auto refusal = take(raw);
        if (!refusal || !again) return refusal;
    }
}

Error Transactions::explain(const ClientError& error) const {
    if (error.code == RD_KAFKA_RESP_ERR__FENCED || error.code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
        error.code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH) {
        return {ErrorCode::Cancelled,
                fmt::format("Another process has taken over the transactions of {}.", id_),
                "Only one process at a time can run a trigger with `exactly_once`: end one of the two."};
    }
    return translate(error, fmt::format("transactions of {}", id_));
}

Status Transactions::init(int timeout_ms) {
    if (const auto refusal = take(rd_kafka_init_transactions(&client_, timeout_ms)))
        return tl::unexpected(explain(refusal->error));
    return {};
}

Status Transactions::begin() {
    if (const auto refusal = take(rd_kafka_begin_transaction(&client_)))
        return tl::unexpected(explain(refusal->error));
    return {};
}

void Transactions::commit(Producer::Offsets offsets, GroupMetadata group) {
    helper_.post([this, offsets = std::move(offsets), group = std::move(group)] {
        const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
        for (const auto& [partition, offset] : offsets) {
            rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition)
                ->offset = offset;
        }
        auto refusal = insist(
            [&] { return rd_kafka_send_offsets_to_transaction(&client_, list.get(), group.get(), kStepMs); });
        if (!refusal) refusal = insist([&] { return rd_kafka_commit_transaction(&client_, kStepMs); });
        if (refusal) return giveBack(*refusal);
        end(TransactionEnd::How::Committed, {});
    });
}

void Transactions::abort() {
    helper_.post([this] { giveBack({{RD_KAFKA_RESP_ERR_NO_ERROR, "asked for"}, false, true}); });
}

/// Aborts, where that is still ours to do.
void Transactions::giveBack(const Refusal& refusal) {
    if (!refusal.fatal) {
        const auto refused = insist([&] { return rd_kafka_abort_transaction(&client_, kStepMs); });
        if (!refused) return end(TransactionEnd::How::Aborted, tl::unexpected(explain(refusal.error)));
        return end(TransactionEnd::How::Fenced, tl::unexpected(explain(refused->error)));
    }
    end(TransactionEnd::How::Fenced, tl::unexpected(explain(refusal.error)));
}

void Transactions::end(TransactionEnd::How how, Status why) {
    {
        const std::lock_guard lock(mutex_);
        end_ = TransactionEnd{how, std::move(why)};
    }
    wake_();
}

std::optional<TransactionEnd> Transactions::takeEnd() {
    const std::lock_guard lock(mutex_);
    return std::exchange(end_, std::nullopt);
}

void Transactions::stop() {
    stopping_ = true;
    helper_.stop();
}

}  // namespace weir::kafka
