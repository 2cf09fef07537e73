// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/output_stage.h"

#include <algorithm>
#include <utility>

namespace weir::invoke {
OutputStage::OutputStage(std::unique_ptr<kafka::Producer> producer, kafka::EmbeddedCluster* embedded,
                         const OutputRecords& records, OutputPort& port)
    : producer_(std::move(producer)), embedded_(embedded), records_(records), port_(port) {}

void OutputStage::append(Call& call, std::vector<PreparedRecord> records) {
    for (PreparedRecord& record : records) call.pending.push_back(std::move(record));
}

void OutputStage::stage(InvocationId invocation, const BatchPtr& batch, std::vector<AnsweredRecord> answered,
                        const std::vector<flow::OutputSpec>& outputs) {
    Call& call = calls_[invocation];
    auto records = records_.answered(*batch, std::move(answered), outputs);
    if (records) {
        append(call, std::move(*records));
    } else {
        call.status = tl::unexpected<Error>(std::move(records.error()));
    }
}

void OutputStage::stageSucceeded(const Invocation& invocation, const std::vector<std::uint32_t>& failed,
                                 const std::string& topic, const std::string& trigger,
                                 const std::string& function) {
    Call& call = calls_[invocation.id];
    if (call.status) append(call, records_.succeeded(invocation, failed, topic, trigger, function));
}

void OutputStage::stageGivenUp(const GivenUp& given_up, const std::string& topic, const std::string& trigger,
                               const std::string& function) {
    append(calls_[given_up.id], records_.givenUp(given_up, topic, trigger, function));
}

/// On the embedded cluster a record may only go where nothing that is still needed would be dropped for it.
bool OutputStage::hasRoom(const kafka::OutgoingRecord& record) const {
    if (embedded_ == nullptr) return true;
    if (record.partition >= 0) return embedded_->hasRoom(record.topic, record.partition);
    for (std::int32_t i = 0; i < records_.partitionsOf(record.topic); ++i) {
        if (!embedded_->hasRoom(record.topic, i)) return false;
    }
    return true;
}

void OutputStage::handOver(Owner owner, Call& call) {
    while (!call.pending.empty() && call.status) {
        PreparedRecord& next = call.pending.front();
        if (!hasRoom(next.record)) {
            waiting_ = true;
            return;
        }
        const std::uint64_t token = next_token_;
        const Result<bool> accepted = producer_->produce(next.record, token);
        if (!accepted) {
            call.status = tl::unexpected<Error>(accepted.error());
            return;
        }
        if (!*accepted) {
            waiting_ = true;
            return;
        }
        ++next_token_;
        ++call.unreported;
        in_transit_.emplace(token, InTransit{owner, std::move(next.caused_by), next.bytes});
        call.pending.pop_front();
    }
}

void OutputStage::report(const kafka::DeliveryReport& report) {
    const auto found = in_transit_.find(report.token);
    if (found == in_transit_.end()) return;
    InTransit sent = std::move(found->second);
    in_transit_.erase(found);
    Call& call = calls_.at(sent.owner);
    --call.unreported;
    if (!report.status) {
        if (call.status) call.status = report.status;
        return;
    }
    if (embedded_ != nullptr) {
        embedded_->produced(report.topic, report.partition, report.offset, sent.bytes);
    }
    const auto* const invocation = std::get_if<InvocationId>(&sent.owner);
    if (invocation != nullptr && !sent.caused_by.empty()) {
        port_.outputWritten(*invocation, report.topic, report.partition, report.offset,
                            std::move(sent.caused_by));
    }
}

void OutputStage::pump() {
    waiting_ = false;
    for (const kafka::DeliveryReport& r : producer_->poll()) report(r);
    for (auto& [owner, call] : calls_) handOver(owner, call);
    for (auto it = calls_.begin(); it != calls_.end();) {
        Call& call = it->second;
        const bool done = call.unreported == 0 && (call.pending.empty() || !call.status);
        if (!done) {
            ++it;
            continue;
        }
        const Owner owner = it->first;
        const Status status = std::move(call.status);
        it = calls_.erase(it);
        if (const auto* const invocation = std::get_if<InvocationId>(&owner)) {
            port_.outputsDone(*invocation, status);
        } else {
            port_.givenUpDone(std::get<GiveUpId>(owner), status);
        }
    }
}

void OutputStage::flush(int timeout_ms) {
    (void)producer_->flush(timeout_ms);
}

}  // namespace weir::invoke
