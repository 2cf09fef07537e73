// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/output_stage.h"

#include "invoke/batch_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::invoke {
namespace {

/// The header that names the causes of an output: `bids/3@72990`, runs as `bids/3@72990-72999`, several with
/// commas.
constexpr const char* kCauseHeader = "weir_cause";

/// Of an error's text in a header.
constexpr std::size_t kLongestError = 1'000;

std::string causeText(const std::vector<facts::EventRun>& runs, const OutputStage::TopicName& name) {
    std::string text;
    for (const facts::EventRun& run : runs) {
        if (!text.empty()) text += ',';
        fmt::format_to(std::back_inserter(text), "{}/{}@{}", name(run.topic), run.partition, run.first);
        if (run.last != run.first) fmt::format_to(std::back_inserter(text), "-{}", run.last);
    }
    return text;
}

std::size_t sizeOf(const kafka::OutgoingRecord& record) {
    std::size_t size = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
    for (const auto& [name, value] : record.headers) size += name.size() + (value ? value->size() : 0);
    return size;
}

}  // namespace

OutputStage::OutputStage(std::unique_ptr<kafka::Producer> producer, kafka::EmbeddedCluster* embedded,
                         std::map<std::string, std::int32_t> partitions, TopicName topic_name,
                         OutputPort& port)
    : producer_(std::move(producer)),
      embedded_(embedded),
      partitions_(std::move(partitions)),
      topic_name_(std::move(topic_name)),
      port_(port) {}

OutputStage::Pending OutputStage::prepare(AnsweredRecord answered, const Batch& batch,
                                          const std::vector<flow::OutputSpec>& outputs) const {
    const auto named = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const flow::OutputSpec& o) { return o.topic == answered.topic; });
    const flow::OutputSpec& output = named == outputs.end() ? outputs.front() : *named;

    Pending p;
    p.record.topic = output.topic;
    p.record.value = std::move(answered.value);
    p.record.headers = std::move(answered.headers);
    p.caused_by = answered.cause ? std::vector{eventAt(batch, *answered.cause)} : runsOf(batch);
    p.record.headers.emplace_back(kCauseHeader, causeText(p.caused_by, topic_name_));

    const auto topic = partitions_.find(output.topic);
    const std::int32_t count = topic == partitions_.end() ? 0 : topic->second;
    if (answered.key) {
        p.record.key = std::move(answered.key);
    } else if (output.key) {
        p.record.key = output.key;
    } else if (answered.cause) {
        const Place place = placeOf(batch, *answered.cause);
        const Bytes key = place.chunk->key(place.index);
        if (!key.isNull()) p.record.key.emplace(key.view());
    }
    if (answered.partition) {
        p.record.partition = *answered.partition;
    } else if (output.partition) {
        p.record.partition = *output.partition;
    } else if (answered.cause) {
        const std::int32_t of_cause = placeOf(batch, *answered.cause).chunk->partition();
        if (of_cause < count) p.record.partition = of_cause;
    } else if (!p.record.key && count > 0) {
        p.record.partition = static_cast<std::int32_t>(batch.id.value % count);
    }
    p.bytes = sizeOf(p.record);
    return p;
}

void OutputStage::stage(InvocationId invocation, const BatchPtr& batch, std::vector<AnsweredRecord> answered,
                        const std::vector<flow::OutputSpec>& outputs) {
    Call& call = calls_[invocation];
    for (AnsweredRecord& record : answered) {
        const bool known =
            record.topic.empty() || std::any_of(outputs.begin(), outputs.end(),
                                                [&](const auto& o) { return o.topic == record.topic; });
        if (!known) {
            call.status =
                fail(ErrorCode::FunctionFailed,
                     fmt::format("The answer names the topic {}, which is no output of the trigger.",
                                 record.topic),
                     "Name it under the trigger's `output`, or leave `topic` out of the answer.");
            call.pending.clear();
            break;
        }
        call.pending.push_back(prepare(std::move(record), *batch, outputs));
    }
}

/// An event as it came, in the partition with its number where the topic has it.
OutputStage::Pending OutputStage::copyOf(const RecordChunk& chunk, std::uint32_t i, const std::string& topic,
                                         const NamedValues& headers) const {
    const auto known = partitions_.find(topic);
    const std::int32_t count = known == partitions_.end() ? 0 : known->second;
    Pending p;
    p.record.topic = topic;
    if (const Bytes key = chunk.key(i); !key.isNull()) p.record.key.emplace(key.view());
    if (const Bytes value = chunk.value(i); !value.isNull()) p.record.value.emplace(value.view());
    if (chunk.partition() < count) p.record.partition = chunk.partition();
    if (chunk[i].timestamp >= 0) p.record.timestamp_ms = timestampToMs(chunk[i].timestamp);
    for (const Header& header : chunk.headers(i)) {
        std::optional<std::string> value;
        if (!header.value.isNull()) value.emplace(header.value.view());
        p.record.headers.emplace_back(header.name, std::move(value));
    }
    const facts::EventRun event{chunk.topic(), chunk.partition(), chunk[i].offset, chunk[i].offset,
                                chunk.eventId(i)};
    p.record.headers.emplace_back(kCauseHeader, causeText({event}, topic_name_));
    for (const auto& [name, value] : headers) p.record.headers.emplace_back(name, value);
    p.bytes = sizeOf(p.record);
    return p;
}

void OutputStage::stageSucceeded(const Invocation& invocation, const std::vector<std::uint32_t>& failed,
                                 const std::string& topic, const std::string& trigger,
                                 const std::string& function) {
    Call& call = calls_[invocation.id];
    if (!call.status) return;
    const NamedValues headers = {
        {"weir_reason", "success"},
        {"weir_attempts", std::to_string(invocation.attempt)},
        {"weir_function", function},
        {"weir_trigger", trigger},
    };
    std::uint32_t position = 0;
    for (const Slice& slice : invocation.batch->slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i, ++position) {
            if (std::binary_search(failed.begin(), failed.end(), position)) continue;
            call.pending.push_back(copyOf(*slice.chunk, i, topic, headers));
        }
    }
}

void OutputStage::stageGivenUp(const GivenUp& given_up, const std::string& topic, const std::string& trigger,
                               const std::string& function) {
    Call& call = calls_[given_up.id];
    const NamedValues headers = {
        {"weir_error", given_up.why.substr(0, kLongestError)},
        {"weir_reason", facts::word(given_up.reason)},
        {"weir_attempts", std::to_string(given_up.attempts)},
        {"weir_function", function},
        {"weir_trigger", trigger},
    };
    for (const Slice& slice : given_up.batch->slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) {
            call.pending.push_back(copyOf(*slice.chunk, i, topic, headers));
        }
    }
}

/// On the embedded cluster a record may only go where nothing that is still needed would be dropped for it.
bool OutputStage::hasRoom(const kafka::OutgoingRecord& record) const {
    if (embedded_ == nullptr) return true;
    if (record.partition >= 0) return embedded_->hasRoom(record.topic, record.partition);
    const auto topic = partitions_.find(record.topic);
    const std::int32_t count = topic == partitions_.end() ? 0 : topic->second;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!embedded_->hasRoom(record.topic, i)) return false;
    }
    return true;
}

void OutputStage::handOver(Owner owner, Call& call) {
    while (!call.pending.empty() && call.status) {
        Pending& next = call.pending.front();
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
