// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/door/request_records.h"

#include "base/text.h"
#include "invoke/targets/json_parts.h"
#include "invoke/targets/log_lines.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace weir::invoke {
namespace {

constexpr std::string_view kBatch = "application/cloudevents-batch";
constexpr std::string_view kStructured = "application/cloudevents";
constexpr const char* kStructuredJson = "application/cloudevents+json";
constexpr const char* kJson = "application/json";

/// Headers that speak of the connection, or say who calls: they are no part of the event.
constexpr std::array<std::string_view, 19> kNotOfTheEvent{"accept",
                                                          "accept-charset",
                                                          "accept-encoding",
                                                          "accept-language",
                                                          "authorization",
                                                          "connection",
                                                          "content-length",
                                                          "content-type",
                                                          "cookie",
                                                          "expect",
                                                          "host",
                                                          "keep-alive",
                                                          "proxy-authorization",
                                                          "proxy-connection",
                                                          "te",
                                                          "trailer",
                                                          "transfer-encoding",
                                                          "upgrade",
                                                          "user-agent"};

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::ranges::equal(text.substr(0, prefix.size()), prefix, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
}

std::string headerOf(const HttpHeaders& headers, std::string_view name) {
    const auto found = std::ranges::find_if(headers, [name](const auto& h) { return h.first == name; });
    return found == headers.end() ? std::string() : found->second;
}

void addOthers(const HttpHeaders& headers, DoorRecord& record) {
    for (const auto& [name, value] : headers) {
        if (startsWith(name, "ce-") || std::ranges::find(kNotOfTheEvent, name) != kNotOfTheEvent.end())
            continue;
        record.headers.emplace_back(name, toUtf8(value));
    }
}

DoorRecord structured(std::string_view event, const HttpHeaders& headers) {
    DoorRecord record;
    for (const json::Member& member : json::members(event)) {
        if (member.name == "partitionkey") record.key = json::stringValue(member.value);
    }
    record.value = event;
    record.headers.emplace_back("content-type", kStructuredJson);
    addOthers(headers, record);
    return record;
}

Result<std::vector<DoorRecord>> batched(std::string_view body, const HttpHeaders& headers) {
    if (!body.starts_with('[') || !json::validate(body))
        return fail(ErrorCode::Usage, "The body says that it is a batch of CloudEvents and is no JSON list.");
    std::vector<DoorRecord> records;
    for (const std::string_view element : json::elements(body)) {
        if (!element.starts_with('{'))
            return fail(ErrorCode::Usage, "The batch holds something that is no CloudEvent.");
        records.push_back(structured(element, headers));
    }
    if (records.empty()) return fail(ErrorCode::Usage, "The batch is empty.");
    return records;
}

std::string textOf(const AnsweredRecord& answer) {
    if (!answer.value) return "null";
    const std::string_view text = json::trim(*answer.value);
    if (!text.empty() && json::validate(text)) return std::string(text);
    std::string quoted;
    appendJsonString(quoted, toUtf8(*answer.value));
    return quoted;
}

}  // namespace

Result<std::vector<DoorRecord>> recordsOf(const HttpHeaders& headers, std::string body) {
    const std::string content_type = headerOf(headers, "content-type");
    if (startsWith(content_type, kBatch)) return batched(json::trim(body), headers);
    if (startsWith(content_type, kStructured)) {
        const std::string_view event = json::trim(body);
        if (!event.starts_with('{') || !json::validate(event))
            return fail(ErrorCode::Usage, "The body says that it is a CloudEvent and is no JSON object.");
        return std::vector{structured(event, headers)};
    }
    DoorRecord record;
    if (auto event = binaryReply(headers, content_type, body)) {
        record = {std::move(event->key), std::move(event->value), std::move(event->headers)};
    } else {
        if (const std::string key = headerOf(headers, "ce-partitionkey"); !key.empty())
            record.key = toUtf8(decodeAttribute(key));
        if (!content_type.empty()) record.headers.emplace_back("content-type", toUtf8(content_type));
        record.value = std::move(body);
    }
    addOthers(headers, record);
    return std::vector{std::move(record)};
}

DoorReply replyWith(const std::vector<AnsweredRecord>& answers) {
    DoorReply reply;
    if (answers.empty()) return reply;
    reply.status = 200;
    if (answers.size() > 1) {
        for (const AnsweredRecord& answer : answers) {
            reply.body += reply.body.empty() ? "[" : ",";
            reply.body += textOf(answer);
        }
        reply.body += ']';
        reply.headers.emplace_back("content-type", kJson);
        return reply;
    }
    const AnsweredRecord& answer = answers.front();
    reply.body = answer.value.value_or("");
    std::string content_type = json::validate(json::trim(reply.body)) ? kJson : "application/octet-stream";
    for (const auto& [name, value] : answer.headers) {
        if (!value) continue;
        if (name == "content-type") content_type = encodeAttribute(*value);
        if (name.starts_with("ce_") && name.size() > 3 && encodeAttribute(name) == name)
            reply.headers.emplace_back("ce-" + name.substr(3), encodeAttribute(*value));
    }
    if (answer.value) reply.headers.emplace_back("content-type", content_type);
    return reply;
}

DoorReply replyFailure(int status, const std::string& why) {
    DoorReply reply{status, {{"content-type", kJson}}, R"({"error":)"};
    appendJsonString(reply.body, toUtf8(why));
    reply.body += '}';
    if (status == 503) reply.headers.emplace_back("retry-after", "1");
    return reply;
}

}  // namespace weir::invoke
