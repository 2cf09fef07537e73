// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/answer.h"

#include "base/error.h"
#include "base/text.h"
#include "invoke/targets/item_failures.h"
#include "invoke/targets/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace weir::invoke {
namespace {

using json::Member;

constexpr std::array<std::string_view, 7> kEnvelope = {"value",   "value_base64", "key",  "partition",
                                                       "headers", "topic",        "cause"};

const Member* find(const std::vector<Member>& members, std::string_view name) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
    return found == members.end() ? nullptr : &*found;
}

bool isEnvelope(const std::vector<Member>& members) {
    if (find(members, "value") == nullptr && find(members, "value_base64") == nullptr) return false;
    return std::all_of(members.begin(), members.end(), [](const Member& m) {
        return std::find(kEnvelope.begin(), kEnvelope.end(), m.name) != kEnvelope.end();
    });
}

tl::unexpected<Error> wrong(std::string message) {
    return fail(ErrorCode::FunctionFailed, std::move(message));
}

Result<std::string> base64Member(const Member& member) {
    const std::optional<std::string> text = json::stringValue(member.value);
    std::string bytes;
    if (!text || !decodeBase64(*text, bytes)) {
        return wrong(fmt::format("`{}` must be a string of base64 with padding", member.name));
    }
    return bytes;
}

Result<std::string> textMember(const Member& member) {
    std::optional<std::string> text = json::stringValue(member.value);
    if (!text) return wrong(fmt::format("`{}` must be a string", member.name));
    return std::move(*text);
}

/// A string stands for its bytes, anything else for its JSON text, null for a tombstone.
std::optional<std::string> envelopeValue(std::string_view value) {
    if (value == "null") return std::nullopt;
    if (std::optional<std::string> text = json::stringValue(value)) return text;
    return std::string(value);
}

/// Finds the event of a batch that an item names as its cause.
class Causes {
  public:
    Causes(const Batch& batch, const TopicNames& topics)
        : batch_(batch), topics_(topics), order_(eventOrder(batch)) {}

    /// The event that the function saw at this place.
    [[nodiscard]] std::uint32_t at(std::size_t place) const { return order_[place]; }

    [[nodiscard]] Result<std::uint32_t> find(std::string_view cause) const {
        if (cause.starts_with('{')) return byPlace(cause);
        const std::optional<std::int64_t> position = json::integerValue(cause);
        if (!position)
            return wrong(R"(`cause` must be a position in the batch or {"topic","partition","offset"})");
        if (*position < 0 || *position >= batch_.count) {
            return wrong(fmt::format("`cause` {} is not in the batch, which has {} events counted from 0",
                                     *position, batch_.count));
        }
        return at(static_cast<std::size_t>(*position));
    }

  private:
    struct Place {
        std::string topic;
        std::int64_t partition = 0;
        std::int64_t offset = 0;
    };

    [[nodiscard]] static Result<Place> readPlace(std::string_view cause) {
        Place place;
        std::size_t understood = 0;
        for (const Member& member : json::members(cause)) {
            if (member.name == "topic") {
                if (auto topic = json::stringValue(member.value))
                    place.topic = std::move(*topic), ++understood;
            } else if (member.name == "partition" || member.name == "offset") {
                std::int64_t& number = member.name == "offset" ? place.offset : place.partition;
                if (const auto read = json::integerValue(member.value)) number = *read, ++understood;
            }
        }
        if (understood == 3) return place;
        return wrong("`cause` must have `topic` (a string), `partition` and `offset` (integers)");
    }

    [[nodiscard]] Result<std::uint32_t> byPlace(std::string_view cause) const {
        Result<Place> place = readPlace(cause);
        if (!place) return passOn(place);
        std::uint32_t position = 0;
        for (const Slice& slice : batch_.slices) {
            const RecordChunk& chunk = *slice.chunk;
            if (chunk.partition() == place->partition && topics_(chunk.topic()) == place->topic) {
                for (std::uint32_t i = 0; i < slice.count; ++i) {
                    if (chunk[slice.from + i].offset == place->offset) return position + i;
                }
            }
            position += slice.count;
        }
        return wrong(fmt::format("`cause` {}/{}@{} is not in the batch", place->topic, place->partition,
                                 place->offset));
    }

    const Batch& batch_;
    const TopicNames& topics_;
    std::vector<std::uint32_t> order_;
};

Status readHeaders(const Member& member, AnsweredRecord& record) {
    if (!member.value.starts_with('{')) return wrong("`headers` must be an object of strings");
    for (Member& header : json::members(member.value)) {
        std::optional<std::string> text = json::stringValue(header.value);
        if (!text && header.value != "null")
            return wrong(fmt::format("header `{}` must be a string", header.name));
        record.headers.emplace_back(std::move(header.name), std::move(text));
    }
    return {};
}

Status readPartition(const Member& member, AnsweredRecord& record) {
    const std::optional<std::int64_t> number = json::integerValue(member.value);
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
        return wrong("`partition` must be a partition's number");
    }
    record.partition = static_cast<std::int32_t>(*number);
    return {};
}

Status readEnvelopeMember(const Member& member, const Causes& causes, AnsweredRecord& record) {
    if (member.name == "value") {
        record.value = envelopeValue(member.value);
        return {};
    }
    if (member.name == "value_base64") {
        Result<std::string> bytes = base64Member(member);
        if (!bytes) return passOn(bytes);
        record.value = std::move(*bytes);
        return {};
    }
    if (member.value == "null") return {};  // as if it were not there
    if (member.name == "headers") return readHeaders(member, record);
    if (member.name == "partition") return readPartition(member, record);
    if (member.name == "cause") {
        Result<std::uint32_t> cause = causes.find(member.value);
        if (!cause) return passOn(cause);
        record.cause = *cause;
        return {};
    }
    Result<std::string> text = textMember(member);
    if (!text) return passOn(text);
    if (member.name == "key") {
        record.key = std::move(*text);
    } else {
        record.topic = std::move(*text);
    }
    return {};
}

Result<AnsweredRecord> readEnvelope(const std::vector<Member>& members, const Causes& causes) {
    if (find(members, "value") && find(members, "value_base64")) {
        return wrong("`value` and `value_base64` exclude each other");
    }
    AnsweredRecord record;
    for (const Member& member : members) {
        if (Status read = readEnvelopeMember(member, causes, record); !read) return passOn(read);
    }
    return record;
}

Status readAttribute(const Member& member, AnsweredRecord& record) {
    if (member.value.starts_with('{') || member.value.starts_with('[')) {
        return wrong(fmt::format("the CloudEvents attribute `{}` must be a string, a number or a boolean",
                                 member.name));
    }
    if (member.value == "null") return {};
    std::string text = json::stringValue(member.value).value_or(std::string(member.value));
    if (member.name == "partitionkey") record.key = text;
    std::string header = member.name == "datacontenttype" ? "content-type" : "ce_" + member.name;
    record.headers.emplace_back(std::move(header), std::move(text));
    return {};
}

/// Kafka's binary mode: attributes become headers, data the value.
Result<AnsweredRecord> readCloudEvent(const std::vector<Member>& members) {
    for (const std::string_view required : {"specversion", "id", "source", "type"}) {
        const Member* const member = find(members, required);
        if (member == nullptr || json::stringValue(member->value).value_or("").empty()) {
            return wrong(
                fmt::format("a CloudEvent needs the attribute `{}`, a string that is not empty", required));
        }
    }
    AnsweredRecord record;
    const Member* const type = find(members, "datacontenttype");
    const bool is_json = type == nullptr || json::isContentType(json::stringValue(type->value).value_or(""));
    for (const Member& member : members) {
        if (member.name == "data_base64") {
            Result<std::string> bytes = base64Member(member);
            if (!bytes) return passOn(bytes);
            record.value = std::move(*bytes);
        } else if (member.name == "data") {
            record.value = is_json ? std::string(member.value) : envelopeValue(member.value);
        } else if (Status read = readAttribute(member, record); !read) {
            return passOn(read);
        }
    }
    return record;
}

Result<AnsweredRecord> readItem(std::string_view item, const Causes& causes) {
    if (item.starts_with('{')) {
        const std::vector<Member> members = json::members(item);
        if (isEnvelope(members)) return readEnvelope(members, causes);
        if (find(members, "specversion") != nullptr) return readCloudEvent(members);
    }
    AnsweredRecord record;
    record.value = std::string(item);
    return record;
}

Answer failed(std::string error) {
    Answer answer;
    answer.outcome = facts::Outcome::Error;
    answer.error = std::move(error);
    return answer;
}

/// An item of a list that is null answers nothing to its event, but counts as an item.
Answer readItems(const std::vector<std::string_view>& items, bool is_list, const Batch& batch,
                 const Causes& causes) {
    struct Read {
        std::size_t item = 0;
        AnsweredRecord record;
    };
    std::vector<Read> read;
    bool named = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i] == "null") continue;
        Result<AnsweredRecord> record = readItem(items[i], causes);
        if (!record) {
            const std::string where = is_list ? fmt::format("Item {} of the answer", i) : "The answer";
            return failed(fmt::format("{} cannot be used: {}.", where, record.error().message));
        }
        named = named || record->cause.has_value();
        read.push_back({i, std::move(*record)});
    }
    Answer answer;
    answer.records.reserve(read.size());
    for (Read& one : read) {
        if (batch.count == 1) one.record.cause = 0;
        if (!named && items.size() == batch.count) one.record.cause = causes.at(one.item);
        answer.records.push_back(std::move(one.record));
    }
    return answer;
}

Answer readOutputs(std::string_view outputs, const Batch& batch, const Causes& causes) {
    if (outputs == "null") return {};
    if (outputs.starts_with('[')) return readItems(json::elements(outputs), true, batch, causes);
    return readItems({outputs}, false, batch, causes);
}

/// Lambda's answer for partial failures, with our `outputs` beside it; nothing when the object is something
/// else.
std::optional<Answer> readPartial(const std::vector<Member>& members, const Batch& batch,
                                  const TopicNames& topics, const Causes& causes) {
    const Member* const failures = find(members, "batchItemFailures");
    const Member* const outputs = find(members, "outputs");
    if (failures == nullptr || members.size() != (outputs == nullptr ? 1U : 2U)) return std::nullopt;
    if (failures->value != "null" && !failures->value.starts_with('[')) {
        return failed("`batchItemFailures` must be a list.");
    }
    Answer answer = outputs == nullptr ? Answer{} : readOutputs(outputs->value, batch, causes);
    if (answer.outcome != facts::Outcome::Success || failures->value == "null") return answer;
    Result<std::vector<std::uint32_t>> named = readItemFailures(failures->value, batch, topics);
    if (!named) return failed(named.error().message);
    if (named->empty()) return answer;
    answer.outcome = facts::Outcome::Partial;
    answer.failed = std::move(*named);
    answer.error = fmt::format("The function reports {} of {} {} as failed.", answer.failed.size(),
                               batch.count, batch.count == 1 ? "event" : "events");
    return answer;
}

}  // namespace

Answer parseAnswer(std::string_view text, const Batch& batch, const TopicNames& topics) {
    const std::string_view answer = json::trim(text);
    if (answer.empty()) return {};
    if (const Status valid = json::validate(answer); !valid) {
        return failed(fmt::format("The answer is not valid JSON: {}.", valid.error().message));
    }
    if (answer == "null" || answer == R"("")") return {};
    const Causes causes(batch, topics);
    if (answer.starts_with('[')) return readItems(json::elements(answer), true, batch, causes);
    if (answer.starts_with('{')) {
        const std::vector<Member> members = json::members(answer);
        if (members.empty()) return {};
        if (std::optional<Answer> partial = readPartial(members, batch, topics, causes)) {
            return std::move(*partial);
        }
    }
    return readItems({answer}, false, batch, causes);
}

}  // namespace weir::invoke
