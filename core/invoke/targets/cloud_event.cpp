// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/cloud_event.h"

#include "base/text.h"
#include "invoke/targets/json_parts.h"
#include "invoke/targets/log_lines.h"
#include "invoke/targets/record_body.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {
namespace {

constexpr std::string_view kJson = "application/json";

bool isStructured(std::string_view content_type) {
    constexpr std::string_view kPrefix = "application/cloudevents";
    return content_type.size() >= kPrefix.size() &&
           std::ranges::equal(content_type.substr(0, kPrefix.size()), kPrefix, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
}

/// Attribute names are lower-case letters and digits; anything else would make a header of its own.
bool isAttributeName(std::string_view name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

CloudEvent fromHeaders(const RecordChunk& chunk, std::uint32_t index) {
    CloudEvent event;
    for (const Header& header : chunk.headers(index)) {
        if (!header.name.starts_with("ce_") || header.value.isNull()) continue;
        const std::string_view name = header.name.substr(3);
        if (isAttributeName(name) && !event.has(name))
            event.attributes.emplace_back(name, toUtf8(header.value.view()));
    }
    event.content_type = contentTypeOf(chunk, index, "");
    if (const Bytes value = chunk.value(index); !value.isNull()) event.data = value.view();
    return event;
}

Status readMember(const json::Member& member, CloudEvent& event, std::string_view& data) {
    if (member.name == "data") {
        data = member.value;
        return {};
    }
    const std::optional<std::string> text = json::stringValue(member.value);
    if (member.name == "data_base64") {
        std::string bytes;
        if (!text || !decodeBase64(*text, bytes))
            return fail(ErrorCode::FunctionFailed, "`data_base64` is no base64");
        event.data = std::move(bytes);
    } else if (member.name == "datacontenttype") {
        event.content_type = text.value_or("");
    } else if (isAttributeName(member.name) && member.value != "null") {
        event.attributes.emplace_back(member.name, text.value_or(std::string(member.value)));
    }
    return {};
}

Result<CloudEvent> fromStructured(std::string_view value) {
    value = json::trim(value);
    if (!value.starts_with('{') || !json::validate(value))
        return fail(ErrorCode::FunctionFailed, "its value is no JSON object");
    CloudEvent event;
    std::string_view data;
    for (const json::Member& member : json::members(value)) {
        if (Status read = readMember(member, event, data); !read) return passOn(read);
    }
    if (data.empty()) return event;
    if (event.content_type.empty()) event.content_type = kJson;
    const std::optional<std::string> text = json::stringValue(data);
    event.data = text && !json::isContentType(event.content_type) ? *text : std::string(data);
    return event;
}

CloudEvent made(const RecordChunk& chunk, std::uint32_t index, const std::string& topic,
                const CloudEventDefaults& defaults) {
    CloudEvent event;
    const Record& record = chunk[index];
    event.attributes = {{"specversion", "1.0"},
                        {"id", fmt::format("{}/{}/{}", topic, chunk.partition(), record.offset)},
                        {"source", defaults.source.empty() ? "/topics/" + topic : defaults.source},
                        {"type", defaults.type}};
    if (record.timestamp != kNoTimestamp)
        event.attributes.emplace_back("time", formatTimeUtc(record.timestamp));
    const Bytes key = chunk.key(index);
    if (key.size > 0 && isUtf8(key.view())) event.attributes.emplace_back("partitionkey", key.view());
    const Bytes value = chunk.value(index);
    if (value.isNull()) return event;
    event.data = value.view();
    const std::string_view text = json::trim(value.view());
    const bool is_json = !text.empty() && json::validate(text).has_value();
    event.content_type = contentTypeOf(chunk, index, is_json ? kJson : "application/octet-stream");
    return event;
}

void addPlace(const RecordChunk& chunk, std::uint32_t index, CloudEvent& event) {
    const auto add = [&](std::string_view name, std::int64_t number) {
        if (!event.has(name)) event.attributes.emplace_back(name, std::to_string(number));
    };
    add("knativekafkapartition", chunk.partition());
    add("knativekafkaoffset", chunk[index].offset);
}

bool isText(std::string_view content_type) {
    return content_type.starts_with("text/");
}

bool startsWithName(std::string_view name, std::string_view prefix) {
    return name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix;
}

}  // namespace

bool CloudEvent::has(std::string_view name) const {
    return std::ranges::any_of(attributes, [name](const auto& one) { return one.first == name; });
}

Result<CloudEvent> cloudEventOf(const RecordChunk& chunk, std::uint32_t index, const std::string& topic,
                                const CloudEventDefaults& defaults) {
    CloudEvent event;
    if (headerText(chunk, index, "ce_specversion")) {
        event = fromHeaders(chunk, index);
    } else if (isStructured(headerText(chunk, index, "content-type").value_or(std::string_view()))) {
        Result<CloudEvent> read = fromStructured(chunk.value(index).view());
        if (!read) {
            return fail(ErrorCode::FunctionFailed,
                        fmt::format("{}/{}@{} calls itself a CloudEvent and cannot be read: {}.", topic,
                                    chunk.partition(), chunk[index].offset, read.error().message));
        }
        event = std::move(*read);
    } else {
        event = made(chunk, index, topic, defaults);
    }
    addPlace(chunk, index, event);
    return event;
}

std::vector<std::string> binaryHeaders(const CloudEvent& event) {
    std::vector<std::string> lines;
    lines.reserve(event.attributes.size() + 1);
    for (const auto& [name, value] : event.attributes) {
        if (value.empty()) continue;  // an attribute is never empty, and a header may not be
        lines.push_back(fmt::format("ce-{}: {}", name, encodeAttribute(value)));
    }
    // "Content-Type:" takes libcurl's own away.
    lines.push_back(event.data && !event.content_type.empty() ? "Content-Type: " + event.content_type
                                                              : "Content-Type:");
    return lines;
}

void appendStructured(std::string& out, const CloudEvent& event) {
    out += '{';
    for (const auto& [name, value] : event.attributes) {
        if (out.back() != '{') out += ',';
        appendJsonString(out, name);
        out += ':';
        appendJsonString(out, value);
    }
    if (!event.content_type.empty()) {
        out += R"(,"datacontenttype":)";
        appendJsonString(out, event.content_type);
    }
    if (event.data) {
        const std::string_view text = json::trim(*event.data);
        if (json::isContentType(event.content_type) && !text.empty() && json::validate(text)) {
            out += R"(,"data":)";
            out += text;
        } else if (isText(event.content_type) && isUtf8(*event.data)) {
            out += R"(,"data":)";
            appendJsonString(out, *event.data);
        } else {
            out += R"(,"data_base64":")";
            appendBase64(out, *event.data);
            out += '"';
        }
    }
    out += '}';
}

std::string encodeAttribute(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c > ' ' && c <= '~' && c != '"' && c != '%') {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

std::string decodeAttribute(std::string_view text) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                      : -1;
    };
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::optional<AnsweredRecord> binaryReply(const HttpHeaders& headers, std::string content_type,
                                          std::string body) {
    AnsweredRecord record;
    bool is_event = false;
    for (const auto& [name, value] : headers) {
        if (!startsWithName(name, "ce-")) continue;
        std::string text = toUtf8(decodeAttribute(value));
        is_event = is_event || name == "ce-specversion";
        if (name == "ce-partitionkey") record.key = text;
        record.headers.emplace_back("ce_" + name.substr(3), std::move(text));
    }
    if (!is_event) return std::nullopt;
    if (!content_type.empty()) record.headers.emplace_back("content-type", std::move(content_type));
    if (!body.empty()) record.value = std::move(body);
    return record;
}

}  // namespace weir::invoke
