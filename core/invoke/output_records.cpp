// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/output_records.h"

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

std::string causeText(const std::vector<facts::EventRun>& runs, const OutputRecords::TopicName& name) {
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

std::int32_t OutputRecords::partitionsOf(const std::string& topic) const {
    const auto known = partitions_.find(topic);
    return known == partitions_.end() ? 0 : known->second;
}

PreparedRecord OutputRecords::prepare(AnsweredRecord answered, const Batch& batch,
                                      const std::vector<flow::OutputSpec>& outputs) const {
    const auto named = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const flow::OutputSpec& o) { return o.topic == answered.topic; });
    const flow::OutputSpec& output = named == outputs.end() ? outputs.front() : *named;

    PreparedRecord p;
    p.record.topic = output.topic;
    p.record.value = std::move(answered.value);
    p.record.headers = std::move(answered.headers);
    p.caused_by = answered.cause ? std::vector{eventAt(batch, *answered.cause)} : runsOf(batch);
    p.record.headers.emplace_back(kCauseHeader, causeText(p.caused_by, topic_name_));

    const std::int32_t count = partitionsOf(output.topic);
    for (const facts::EventRun& run : p.caused_by) p.last_cause = std::max(p.last_cause, run.last);
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

Result<std::vector<PreparedRecord>> OutputRecords::answered(
    const Batch& batch, std::vector<AnsweredRecord> answers,
    const std::vector<flow::OutputSpec>& outputs) const {
    std::vector<PreparedRecord> records;
    records.reserve(answers.size());
    for (AnsweredRecord& answer : answers) {
        const bool known =
            answer.topic.empty() || std::any_of(outputs.begin(), outputs.end(),
                                                [&](const auto& o) { return o.topic == answer.topic; });
        if (!known) {
            return fail(ErrorCode::FunctionFailed,
                        fmt::format("The answer names the topic {}, which is no output of the trigger.",
                                    answer.topic),
                        "Name it under the trigger's `output`, or leave `topic` out of the answer.");
        }
        records.push_back(prepare(std::move(answer), batch, outputs));
    }
    return records;
}

/// An event as it came, in the partition with its number where the topic has it.
PreparedRecord OutputRecords::copyOf(const RecordChunk& chunk, std::uint32_t i, const std::string& topic,
                                     const NamedValues& headers) const {
    const std::int32_t count = partitionsOf(topic);
    PreparedRecord p;
    p.record.topic = topic;
    p.last_cause = chunk[i].offset;
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

std::vector<PreparedRecord> OutputRecords::succeeded(const Invocation& invocation,
                                                     const std::vector<std::uint32_t>& failed,
                                                     const std::string& topic, const std::string& trigger,
                                                     const std::string& function) const {
    const NamedValues headers = {
        {"weir_reason", "success"},
        {"weir_attempts", std::to_string(invocation.attempt)},
        {"weir_function", function},
        {"weir_trigger", trigger},
    };
    std::vector<PreparedRecord> records;
    std::uint32_t position = 0;
    for (const Slice& slice : invocation.batch->slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i, ++position) {
            if (std::binary_search(failed.begin(), failed.end(), position)) continue;
            records.push_back(copyOf(*slice.chunk, i, topic, headers));
        }
    }
    return records;
}

std::vector<PreparedRecord> OutputRecords::givenUp(const GivenUp& given_up, const std::string& topic,
                                                   const std::string& trigger,
                                                   const std::string& function) const {
    const NamedValues headers = {
        {"weir_error", given_up.why.substr(0, kLongestError)},
        {"weir_reason", facts::word(given_up.reason)},
        {"weir_attempts", std::to_string(given_up.attempts)},
        {"weir_function", function},
        {"weir_trigger", trigger},
    };
    std::vector<PreparedRecord> records;
    for (const Slice& slice : given_up.batch->slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) {
            records.push_back(copyOf(*slice.chunk, i, topic, headers));
        }
    }
    return records;
}

}  // namespace weir::invoke
