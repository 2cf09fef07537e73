// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/evaluate.h"

#include "filter/text_test.h"
#include "journal/headers_json.h"

#include <algorithm>

namespace weir::filter {
namespace {

using Number = std::optional<std::int64_t>;

Number ofId(std::int64_t id) {
    return id == 0 ? Number{} : Number{id};
}
Number ofFlag(std::optional<bool> flag) {
    return flag ? Number{*flag ? 1 : 0} : Number{};
}
Number between(Number from, Number to) {
    std::int64_t length = 0;
    if (!from || !to || __builtin_sub_overflow(*to, *from, &length)) return std::nullopt;
    return length;
}

Number eventNumber(FieldId field, const EventPart& e) {
    switch (field) {
        case FieldId::Event:
            return ofId(e.id);
        case FieldId::Topic:
            return ofId(e.topic);
        case FieldId::Partition:
            return e.partition;
        case FieldId::Offset:
            return e.offset;
        case FieldId::Size:
            return e.size;
        case FieldId::Received:
            return e.received;
        case FieldId::Timestamp:
            return e.timestamp;
        case FieldId::Recorded:
            return ofFlag(e.recorded);
        case FieldId::Truncated:
            return ofFlag(e.truncated);
        default:
            return std::nullopt;
    }
}

Number callNumber(FieldId field, const CallPart& c) {
    if (field == FieldId::Function) return ofId(c.function);
    if (c.invocation == 0) return std::nullopt;
    switch (field) {
        case FieldId::Instance:
            return ofId(c.instance);
        case FieldId::Trigger:
            return ofId(c.trigger);
        case FieldId::Invocation:
            return c.invocation;
        case FieldId::Batch:
            return ofId(c.batch);
        case FieldId::Attempt:
            return c.attempt;
        case FieldId::Cold:
            return ofFlag(c.cold);
        case FieldId::Epoch:
            return c.epoch;
        case FieldId::Split:
            return ofFlag(c.split);
        case FieldId::Observed:
            return ofFlag(!c.start);
        case FieldId::InFlight:
            return ofFlag(!c.end);
        case FieldId::Outcome:
            return c.outcome;
        case FieldId::Events:
            return c.events;
        case FieldId::Started:
            return c.start;
        case FieldId::Ended:
            return c.end;
        case FieldId::Run:
            return between(c.start, c.end);
        default:
            return std::nullopt;
    }
}

Number findingNumber(FieldId field, const FindingPart& f) {
    switch (field) {
        case FieldId::Finding:
            return f.kind;
        case FieldId::Severity:
            return f.severity;
        case FieldId::Cause:
            return f.cause;
        case FieldId::Broken:
            return f.at;
        default:
            return f.lateness;
    }
}

Number numberOf(FieldId field, const Row& row) {
    switch (info(field).scope) {
        case kEventScope:
            return row.event == nullptr ? Number{} : eventNumber(field, *row.event);
        case kCallScope:
            return row.call == nullptr ? Number{} : callNumber(field, *row.call);
        case kFindingScope:
            return row.finding == nullptr ? Number{} : findingNumber(field, *row.finding);
        default:
            if (row.event == nullptr || row.call == nullptr) return std::nullopt;
            return between(row.event->received, field == FieldId::Wait ? row.call->start : row.call->end);
    }
}

/// Several headers may have one name: any of them does, and for != all must.
bool headerHolds(const Test& test, const EventPart& event) {
    if (event.headers.empty()) return false;
    bool any = false;
    for (const auto& [name, value] : journal::parseHeaders(event.headers)) {
        if (name != test.header || !value) continue;
        const bool holds = textHolds(test, *value);
        if (test.op != Op::NotEqual && holds) return true;
        if (test.op == Op::NotEqual && !holds) return false;
        any = true;
    }
    return any && test.op == Op::NotEqual;
}

}  // namespace

bool Evaluator::holds(const Bound& bound, const Row& row) {
    const auto each = [&](const Bound& child) { return holds(child, row); };
    switch (bound.type) {
        case Node::Type::And:
            return std::all_of(bound.children.begin(), bound.children.end(), each);
        case Node::Type::Or:
            return std::any_of(bound.children.begin(), bound.children.end(), each);
        case Node::Type::Not:
            return !holds(bound.children.front(), row);
        default:
            return holdsTest(bound, row);
    }
}

bool Evaluator::holdsTest(const Bound& bound, const Row& row) {
    const Test& test = *bound.test;
    if (isNumeric(test.field)) {
        const Number number = numberOf(test.field, row);
        return number && bound.numbers.contains(*number);
    }
    if (test.field == FieldId::Error) {
        return row.call != nullptr && row.call->error && textHolds(test, *row.call->error);
    }
    if (row.event == nullptr) return false;
    switch (test.field) {
        case FieldId::Key:
            return row.event->key && textHolds(test, *row.event->key);
        case FieldId::Header:
            return headerHolds(test, *row.event);
        case FieldId::Type: {
            const std::string type = journal::cloudEventType(row.event->headers);
            return !type.empty() && textHolds(test, type);
        }
        default:
            return row.event->value && holdsValue(test, *row.event);
    }
}

bool Evaluator::holdsValue(const Test& test, const EventPart& event) {
    if (test.path.empty()) return textHolds(test, *event.value);
    if (json_of_ != &event) {
        json_of_ = &event;
        json_.set(*event.value);
    }
    return json_.holds(test);
}

}  // namespace weir::filter
