// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/field.h"

#include <algorithm>
#include <array>

namespace weir::filter {
namespace {

constexpr std::array kFields{
    FieldInfo{FieldId::Event, "event", Kind::Integer, kEventScope, "number of the event in the session"},
    FieldInfo{FieldId::Topic, "topic", Kind::Name, kEventScope, "topic of the event"},
    FieldInfo{FieldId::Partition, "partition", Kind::Integer, kEventScope, "partition of the event"},
    FieldInfo{FieldId::Offset, "offset", Kind::Integer, kEventScope, "offset in its partition"},
    FieldInfo{FieldId::Key, "key", Kind::Text, kEventScope, "key of the record"},
    FieldInfo{FieldId::Value, "value", Kind::Json, kEventScope,
              "value of the record as text; value.a.b[0] looks into its JSON"},
    FieldInfo{FieldId::Header, "header", Kind::Text, kEventScope, "a header: header[\"name\"]"},
    FieldInfo{FieldId::Type, "type", Kind::Text, kEventScope, "CloudEvents type, from the header ce_type"},
    FieldInfo{FieldId::Size, "size", Kind::Size, kEventScope, "bytes of the whole value"},
    FieldInfo{FieldId::Received, "received", Kind::Time, kEventScope, "when the event arrived in Weir"},
    FieldInfo{FieldId::Timestamp, "timestamp", Kind::Time, kEventScope, "the record's own time"},
    FieldInfo{FieldId::Recorded, "recorded", Kind::Boolean, kEventScope,
              "a record of the event is known, not its place alone"},
    FieldInfo{FieldId::Truncated, "truncated", Kind::Boolean, kEventScope,
              "only a part of the value was kept"},
    FieldInfo{FieldId::Function, "function", Kind::Name, kCallScope, "function that was called"},
    FieldInfo{FieldId::Instance, "instance", Kind::Name, kCallScope, "instance that ran the call"},
    FieldInfo{FieldId::Trigger, "trigger", Kind::Name, kCallScope, "trigger that made the call"},
    FieldInfo{FieldId::Invocation, "invocation", Kind::Integer, kCallScope, "number of the call"},
    FieldInfo{FieldId::Batch, "batch", Kind::Integer, kCallScope, "number of its batch"},
    FieldInfo{FieldId::Attempt, "attempt", Kind::Integer, kCallScope, "1 for the first try"},
    FieldInfo{FieldId::Cold, "cold", Kind::Boolean, kCallScope, "first call of a new instance"},
    FieldInfo{FieldId::Epoch, "epoch", Kind::Integer, kCallScope, "assignment epoch of the call"},
    FieldInfo{FieldId::Split, "split", Kind::Boolean, kCallScope, "the call is a part of a failed one"},
    FieldInfo{FieldId::Observed, "observed", Kind::Boolean, kCallScope, "the call was seen from outside"},
    FieldInfo{FieldId::InFlight, "in_flight", Kind::Boolean, kCallScope, "the call has no end"},
    FieldInfo{FieldId::Outcome, "outcome", Kind::Word, kCallScope, "how the event, or the call, fared"},
    FieldInfo{FieldId::Error, "error", Kind::Text, kCallScope, "what the call failed with"},
    FieldInfo{FieldId::Events, "events", Kind::Integer, kCallScope, "how many events the call had"},
    FieldInfo{FieldId::Started, "started", Kind::Time, kCallScope, "when the call started"},
    FieldInfo{FieldId::Ended, "ended", Kind::Time, kCallScope, "when the call ended"},
    FieldInfo{FieldId::Run, "run", Kind::Duration, kCallScope, "from start to end of the call"},
    FieldInfo{FieldId::Wait, "wait", Kind::Duration, kEventScope | kCallScope,
              "from the event's arrival to the start of the call"},
    FieldInfo{FieldId::Total, "total", Kind::Duration, kEventScope | kCallScope,
              "from the event's arrival to the end of the call"},
    FieldInfo{FieldId::Finding, "finding", Kind::Word, kFindingScope, "kind of an order finding"},
    FieldInfo{FieldId::Severity, "severity", Kind::Word, kFindingScope, "severity of the finding"},
    FieldInfo{FieldId::Cause, "cause", Kind::Word, kFindingScope, "cause of the finding"},
    FieldInfo{FieldId::Broken, "broken", Kind::Time, kFindingScope, "when order broke"},
    FieldInfo{FieldId::Lateness, "lateness", Kind::Duration, kFindingScope, "how late a late event is"},
};

constexpr std::array<std::string_view, 7> kOutcomes{"success",   "partial", "error",    "timeout",
                                                    "throttled", "crashed", "abandoned"};
constexpr std::array<std::string_view, 8> kFindings{
    "regression", "inversion", "overlap", "duplicate", "gap", "output-inversion", "key-split", "late"};
constexpr std::array<std::string_view, 3> kSeverities{"note", "warn", "error"};
constexpr std::array<std::string_view, 6> kCauses{"rebalance", "bisect",      "timeout",
                                                  "retry",     "concurrency", "producer"};

}  // namespace

std::span<const FieldInfo> fields() {
    return kFields;
}

const FieldInfo& info(FieldId id) {
    return kFields[static_cast<std::size_t>(id)];
}

const FieldInfo* fieldNamed(std::string_view name) {
    const auto found = std::find_if(kFields.begin(), kFields.end(),
                                    [&](const FieldInfo& field) { return field.name == name; });
    return found == kFields.end() ? nullptr : &*found;
}

std::span<const std::string_view> wordsOf(FieldId id) {
    switch (id) {
        case FieldId::Outcome:
            return kOutcomes;
        case FieldId::Finding:
            return kFindings;
        case FieldId::Severity:
            return kSeverities;
        case FieldId::Cause:
            return kCauses;
        default:
            return {};
    }
}

}  // namespace weir::filter
