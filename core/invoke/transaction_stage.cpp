// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/transaction_stage.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace weir::invoke {
namespace {

constexpr std::size_t kMostHeld = 32 << 20;  // bytes of a partition
constexpr DurationNs kInterval = 100 * kMillisecond;
constexpr DurationNs kAfterAbort = kSecond;
constexpr int kMostAborts = 10;  // one after the other
constexpr auto kGiveUpStep = std::chrono::milliseconds(10);
constexpr int kGiveUpSteps = 500;

}  // namespace

void TransactionStage::hold(InvocationId invocation, const kafka::TopicPartition& source,
                            std::vector<PreparedRecord> records) {
    if (ignored_.contains(source)) return;
    Partition& p = partitions_[source];
    for (PreparedRecord& record : records) {
        p.bytes += record.bytes;
        p.held.push_back({invocation, std::move(record)});
    }
}

void TransactionStage::passed(const kafka::TopicPartition& source, std::int64_t offset,
                              journal::Sequence sequence) {
    if (ignored_.contains(source)) return;
    Partition& p = partitions_[source];
    p.latest = {offset, sequence};
    if (p.waiting.offset < 0) p.waiting = p.latest;
}

void TransactionStage::ignore(const std::vector<kafka::TopicPartition>& sources) {
    ignored_.insert(sources.begin(), sources.end());
    partitions_.clear();
}

void TransactionStage::forget(const kafka::TopicPartition& source) {
    ignored_.erase(source);
    partitions_.erase(source);
}

bool TransactionStage::holds(const kafka::TopicPartition& source) const {
    if (phase_ == Phase::Over) return false;
    const auto found = partitions_.find(source);
    if (found != partitions_.end() && found->second.latest.offset > found->second.committed) return true;
    return phase_ != Phase::Idle && std::any_of(offsets_.begin(), offsets_.end(),
                                                [&](const auto& entry) { return entry.first == source; });
}

bool TransactionStage::full(const kafka::TopicPartition& source) const {
    const auto found = partitions_.find(source);
    return found != partitions_.end() && found->second.bytes > kMostHeld;
}

bool TransactionStage::idle() const {
    if (phase_ == Phase::Over) return true;
    return phase_ == Phase::Idle &&
           std::all_of(partitions_.begin(), partitions_.end(), [](const auto& entry) {
               return entry.second.latest.offset <= entry.second.committed;
           });
}

std::optional<TimeNs> TransactionStage::deadline() const {
    if (phase_ == Phase::Over || idle()) return std::nullopt;
    return next_at_;
}

void TransactionStage::pump(TimeNs now, journal::Sequence flushed,
                            const std::function<kafka::GroupMetadata()>& group) {
    if (phase_ == Phase::Over) return;
    takeReports();
    if (const auto end = producer_->takeTransactionEnd()) {
        takeReports();
        ended(*end, now);
    }
    if (phase_ == Phase::Idle && now >= next_at_) begin(flushed);
    if (phase_ == Phase::Producing) produce(group);
}

void TransactionStage::takeReports() {
    for (const kafka::DeliveryReport& report : producer_->poll()) {
        auto node = in_transit_.extract(report.token);
        if (node.empty() || !report.status) continue;  // a failure makes the commit fail
        Held& sent = node.mapped();
        if (sent.record.caused_by.empty()) continue;
        written_.push_back({sent.invocation, report.topic, report.partition, report.offset,
                            std::move(sent.record.caused_by)});
    }
}

/// Begins a transaction with what is done, flushed and not committed, if there is any.
void TransactionStage::begin(journal::Sequence flushed) {
    offsets_.clear();
    for (auto& [source, p] : partitions_) {
        if (p.latest.offset >= 0 && p.latest.sequence <= flushed) p.waiting = p.latest;
        if (p.waiting.offset <= p.committed || p.waiting.sequence > flushed) continue;
        const std::int64_t up_to = p.waiting.offset;
        offsets_.emplace_back(source, up_to);
        p.waiting = p.latest.offset > up_to ? p.latest : Gate{};
        std::deque<Held> later;
        for (Held& held : p.held) {
            const bool now_sent = held.record.last_cause < up_to;
            if (now_sent) p.bytes -= held.record.bytes;
            (now_sent ? sending_ : later).push_back(std::move(held));
        }
        p.held = std::move(later);
    }
    if (offsets_.empty()) return;
    if (const Status begun = producer_->beginTransaction(); !begun) return over(begun.error());
    phase_ = Phase::Producing;
}

void TransactionStage::produce(const std::function<kafka::GroupMetadata()>& group) {
    while (!sending_.empty()) {
        const std::uint64_t token = next_token_;
        const Result<bool> accepted = producer_->produce(sending_.front().record.record, token);
        if (!accepted) {
            refused_ = accepted.error();
            producer_->abortTransaction();
            phase_ = Phase::Ending;
            return;
        }
        if (!*accepted) return;  // the queue is full; its reports make room
        ++next_token_;
        in_transit_.emplace(token, std::move(sending_.front()));
        sending_.pop_front();
    }
    producer_->commitTransaction(offsets_, group());
    phase_ = Phase::Ending;
}

void TransactionStage::ended(const kafka::TransactionEnd& end, TimeNs now) {
    using How = kafka::TransactionEnd::How;
    const auto offsets = std::exchange(offsets_, {});
    auto written = std::exchange(written_, {});
    sending_.clear();
    in_transit_.clear();
    phase_ = Phase::Idle;
    next_at_ = now + kInterval;
    if (end.how == How::Committed) {
        aborts_ = 0;
        for (const auto& [source, offset] : offsets) {
            if (const auto found = partitions_.find(source); found != partitions_.end())
                found->second.committed = std::max(found->second.committed, offset);
        }
        return port_.transactionCommitted(trigger_, std::move(written), offsets);
    }
    // Where nothing is ours to abort, a record was refused for the same reason, in words that tell less.
    const Error why = refused_ && end.how != How::Fenced ? *refused_ : end.why.error();
    refused_.reset();
    if (end.how == How::Fenced || ++aborts_ >= kMostAborts) return over(why);
    partitions_.clear();
    next_at_ = now + kAfterAbort;
    port_.transactionAborted(trigger_, why);
}

void TransactionStage::over(const Error& why) {
    phase_ = Phase::Over;
    partitions_.clear();
    port_.transactionsOver(trigger_, why);
}

void TransactionStage::giveUp() {
    if (phase_ == Phase::Producing) {
        producer_->abortTransaction();
        phase_ = Phase::Ending;
    }
    for (int i = 0; i < kGiveUpSteps && phase_ == Phase::Ending; ++i) {
        takeReports();
        if (const auto end = producer_->takeTransactionEnd()) {
            takeReports();
            if (end->how == kafka::TransactionEnd::How::Committed) ended(*end, 0);
            break;
        }
        std::this_thread::sleep_for(kGiveUpStep);
    }
    phase_ = Phase::Over;
}

}  // namespace weir::invoke
