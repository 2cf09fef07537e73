// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/record_body.h"

#include "base/text.h"
#include "base/time.h"
#include "invoke/targets/answer.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/json_parts.h"
#include "invoke/targets/log_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace weir::invoke {
namespace {

bool sameName(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

template <typename Visit>
void forEachRecord(const Batch& batch, Visit visit) {
    for (const Slice& slice : batch.slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) visit(*slice.chunk, i);
    }
}

void appendAzureEvent(std::string& out, const RecordChunk& chunk, std::uint32_t index,
                      std::string_view topic) {
    const auto text = [&](Bytes bytes) {
        if (bytes.isNull()) {
            out += "null";
        } else {
            appendJsonString(out, toUtf8(bytes.view()));
        }
    };
    const Record& record = chunk[index];
    out += fmt::format(R"({{"Offset":{},"Partition":{},"Topic":)", record.offset, chunk.partition());
    appendJsonString(out, topic);
    out += R"(,"Timestamp":)";
    appendJsonString(out, record.timestamp == kNoTimestamp ? "" : formatTimeUtc(record.timestamp));
    out += R"(,"Key":)";
    text(chunk.key(index));
    out += R"(,"Value":)";
    text(chunk.value(index));
    out += R"(,"Headers":[)";
    for (const Header& header : chunk.headers(index)) {
        out += out.back() == '[' ? R"({"Key":)" : R"(,{"Key":)";
        appendJsonString(out, toUtf8(header.name));
        out += R"(,"Value":")";
        appendBase64(out, header.value.view());
        out += "\"}";
    }
    out += "]}";
}

void readLogs(std::string_view logs, std::vector<LogWritten>& log) {
    if (!logs.starts_with('[')) return;
    for (const std::string_view line : json::elements(logs)) {
        LogWritten written{};
        written.stream = facts::Stream::Stdout;
        written.text = json::stringValue(line).value_or(std::string(line));
        log.push_back(std::move(written));
    }
}

}  // namespace

std::optional<std::string_view> headerText(const RecordChunk& chunk, std::uint32_t index,
                                           std::string_view name) {
    if (chunk[index].headers_count == 0) return std::nullopt;
    for (const Header& header : chunk.headers(index)) {
        if (sameName(header.name, name) && !header.value.isNull()) return header.value.view();
    }
    return std::nullopt;
}

std::string contentTypeOf(const RecordChunk& chunk, std::uint32_t index, std::string_view otherwise) {
    const std::string_view type = headerText(chunk, index, "content-type").value_or(std::string_view());
    const bool clean = !type.empty() && std::ranges::all_of(type, [](char c) { return c >= ' ' && c < 127; });
    return std::string(clean ? type : otherwise);
}

void appendJsonValue(std::string& out, Bytes value) {
    if (value.isNull()) {
        out += "null";
    } else if (const std::string_view text = json::trim(value.view());
               !text.empty() && json::validate(text)) {
        // One line: line ends may stand between the parts of JSON, and never inside of its strings.
        for (const char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
    } else if (isUtf8(value.view())) {
        appendJsonString(out, value.view());
    } else {
        out += '"';
        appendBase64(out, value.view());
        out += '"';
    }
}

std::string valuesList(const Batch& batch) {
    std::string out = "[";
    out.reserve(batch.bytes + 2);
    forEachRecord(batch, [&](const RecordChunk& chunk, std::uint32_t i) {
        if (out.size() > 1) out += ',';
        appendJsonValue(out, chunk.value(i));
    });
    out += ']';
    return out;
}

std::string azureRequest(const Batch& batch, const TopicNames& topics, std::string_view function) {
    std::string out = R"({"Data":{"events":[)";
    out.reserve(batch.bytes * 2 + 256);
    const std::size_t begin = out.size();
    forEachRecord(batch, [&](const RecordChunk& chunk, std::uint32_t i) {
        if (out.size() > begin) out += ',';
        appendAzureEvent(out, chunk, i, topics(chunk.topic()));
    });
    const std::string only = batch.count == 1 ? out.substr(begin) : std::string();
    out += ']';
    if (!only.empty()) out += R"(,"event":)" + only;
    out += R"(},"Metadata":{"sys":{"MethodName":)";
    appendJsonString(out, function);
    out += fmt::format(R"(,"UtcNow":"{}"}}}}}})", formatTimeUtc(now()));
    return out;
}

Answer azureAnswer(std::string_view body, const Batch& batch, const TopicNames& topics,
                   std::vector<LogWritten>& log) {
    body = json::trim(body);
    if (body.empty()) return {};
    if (const Status valid = json::validate(body); !valid) {
        return failedAnswer(facts::Outcome::Error,
                            fmt::format("The answer is not valid JSON: {}.", valid.error().message));
    }
    if (!body.starts_with('{')) {
        return failedAnswer(facts::Outcome::Error,
                            "The answer is no object with `Outputs`, `Logs` and `ReturnValue`.");
    }
    Answer answer;
    for (const json::Member& member : json::members(body)) {
        if (member.name == "Logs") readLogs(member.value, log);
        std::vector<std::string_view> outputs;
        if (member.name == "ReturnValue") outputs.push_back(member.value);
        if (member.name == "Outputs" && member.value.starts_with('{')) {
            for (const json::Member& output : json::members(member.value)) outputs.push_back(output.value);
        }
        for (const std::string_view output : outputs) {
            Answer part = parseAnswer(output, batch, topics);
            if (part.outcome != facts::Outcome::Success) return part;
            std::ranges::move(part.records, std::back_inserter(answer.records));
        }
    }
    return answer;
}

}  // namespace weir::invoke
