// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda_event.h"

#include "base/text.h"
#include "invoke/targets/log_lines.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>
#include <utility>

namespace weir::invoke {
namespace {

/// MSK's events name their cluster; a function may parse it.
constexpr std::string_view kClusterArn =
    "arn:aws:kafka:us-east-1:000000000000:cluster/weir/00000000-0000-0000-0000-000000000000-1";

std::string_view timestampWord(TimestampType type) {
    switch (type) {
        case TimestampType::Create:
            return "CREATE_TIME";
        case TimestampType::LogAppend:
            return "LOG_APPEND_TIME";
        case TimestampType::None:
            break;
    }
    return "NO_TIMESTAMP_TYPE";
}

void appendNumber(std::string& out, std::int64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void appendBytes(std::string& out, Bytes bytes) {
    if (bytes.isNull()) {
        out += "null";
        return;
    }
    out += '"';
    appendBase64(out, bytes.view());
    out += '"';
}

/// Signed bytes, as Lambda writes them. A null header value becomes an empty one: the shape knows no null.
void appendHeaderValue(std::string& out, Bytes value) {
    out += '[';
    for (std::size_t i = 0; i < value.view().size(); ++i) {
        if (i != 0) out += ',';
        appendNumber(out, static_cast<signed char>(value.view()[i]));
    }
    out += ']';
}

void appendHeaders(std::string& out, const RecordChunk& chunk, std::uint32_t index) {
    out += '[';
    if (chunk[index].headers_count != 0) {
        bool first = true;
        for (const Header& header : chunk.headers(index)) {
            out += std::exchange(first, false) ? "{" : ",{";
            appendJsonString(out, toUtf8(header.name));
            out += ':';
            appendHeaderValue(out, header.value);
            out += '}';
        }
    }
    out += ']';
}

void appendRecord(std::string& out, const RecordChunk& chunk, std::uint32_t index, std::string_view topic) {
    const Record& record = chunk[index];
    out += R"({"topic":)";
    appendJsonString(out, topic);
    out += R"(,"partition":)";
    appendNumber(out, chunk.partition());
    out += R"(,"offset":)";
    appendNumber(out, record.offset);
    out += R"(,"timestamp":)";
    appendNumber(out, timestampToMs(record.timestamp));
    out += R"(,"timestampType":")";
    out += timestampWord(record.timestamp_type);
    out += R"(","key":)";
    appendBytes(out, chunk.key(index));
    out += R"(,"value":)";
    appendBytes(out, chunk.value(index));
    out += R"(,"headers":)";
    appendHeaders(out, chunk, index);
    out += '}';
}

std::size_t numberSize(std::int64_t number) {
    std::array<char, 20> digits;
    return static_cast<std::size_t>(std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr -
                                    digits.data());
}

std::size_t bytesSize(Bytes bytes) {
    return bytes.isNull() ? 4 : (bytes.size + 2) / 3 * 4 + 2;
}

std::size_t headersSize(const RecordChunk& chunk, std::uint32_t index) {
    if (chunk[index].headers_count == 0) return 2;
    std::string text;
    appendHeaders(text, chunk, index);
    return text.size();
}

/// The slices of one partition; it may have several.
struct Group {
    TopicId topic;
    std::int32_t partition = 0;
    struct Part {
        const Slice* slice = nullptr;
        std::uint32_t position = 0;  ///< of its first record in the batch
    };
    std::vector<Part> parts;
};

/// Partitions in the order of their first record.
std::vector<Group> groupSlices(const Batch& batch) {
    std::vector<Group> groups;
    std::map<std::pair<TopicId, std::int32_t>, std::size_t> known;
    std::uint32_t position = 0;
    for (const Slice& slice : batch.slices) {
        const std::pair place(slice.chunk->topic(), slice.chunk->partition());
        const auto [found, added] = known.emplace(place, groups.size());
        if (added) groups.push_back({place.first, place.second, {}});
        groups[found->second].parts.push_back({&slice, position});
        position += slice.count;
    }
    return groups;
}

}  // namespace

std::string lambdaEvent(const EventSource& source, const Batch& batch, const TopicNames& topics) {
    std::string out;
    out.reserve(batch.bytes + 512);
    out += R"({"eventSource":)";
    appendJsonString(out, source.name);
    if (source.name == "aws:kafka") {
        out += R"(,"eventSourceArn":)";
        appendJsonString(out, kClusterArn);
    }
    out += R"(,"bootstrapServers":)";
    appendJsonString(out, source.brokers);
    out += R"(,"records":{)";
    for (const Group& group : groupSlices(batch)) {
        const std::string topic = topics(group.topic);
        if (out.back() != '{') out += ',';
        appendJsonString(out, fmt::format("{}-{}", topic, group.partition));
        out += ":[";
        for (const Group::Part& part : group.parts) {
            for (std::uint32_t i = part.slice->from; i < part.slice->from + part.slice->count; ++i) {
                if (out.back() != '[') out += ',';
                appendRecord(out, *part.slice->chunk, i, topic);
            }
        }
        out += ']';
    }
    out += "}}";
    return out;
}

std::vector<std::uint32_t> eventOrder(const Batch& batch) {
    std::vector<std::uint32_t> order;
    order.reserve(batch.count);
    for (const Group& group : groupSlices(batch)) {
        for (const Group::Part& part : group.parts) {
            for (std::uint32_t i = 0; i < part.slice->count; ++i) order.push_back(part.position + i);
        }
    }
    return order;
}

std::size_t lambdaRecordSize(const RecordChunk& chunk, std::uint32_t index, std::string_view topic) {
    constexpr std::string_view kFrame =
        R"({"topic":"","partition":,"offset":,"timestamp":,"timestampType":"","key":,"value":,"headers":},)";
    const Record& record = chunk[index];
    return kFrame.size() + topic.size() + numberSize(chunk.partition()) + numberSize(record.offset) +
           numberSize(timestampToMs(record.timestamp)) + timestampWord(record.timestamp_type).size() +
           bytesSize(chunk.key(index)) + bytesSize(chunk.value(index)) + headersSize(chunk, index);
}

}  // namespace weir::invoke
