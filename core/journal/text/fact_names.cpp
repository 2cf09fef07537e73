// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_names.h"

#include <array>

namespace weir::journal {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Field::Count)> kNames{
    "fact",           "at",       "version",   "name",      "mode",    "topic",     "partitions",
    "source",         "function", "target",    "observe",   "answers", "trigger",   "topics",
    "order",          "group",    "partition", "state",     "epoch",   "offset",    "timestamp",
    "timestamp_type", "key",      "value",     "truncated", "size",    "headers",   "first",
    "last",           "reason",   "event",     "batch",     "events",  "closed_by", "instance",
    "invocation",     "attempt",  "cold",      "split_of",  "outcome", "failed",    "error",
    "caused_by",      "kind",     "stream",    "text"};

template <typename... F>
constexpr FieldSet set(F... fields) {
    return (FieldSet{0} | ... | bit(fields));
}

using F = Field;
constexpr std::array kSpecs{
    FactSpec{FactKind::Session, "session", set(F::Version, F::Name, F::Mode), 0},
    FactSpec{FactKind::Topic, "topic", set(F::Topic, F::Partitions), set(F::Source)},
    FactSpec{FactKind::Function, "function", set(F::Function), set(F::Target, F::Observe, F::Answers)},
    FactSpec{FactKind::Trigger, "trigger", set(F::Function, F::Topics, F::Order), set(F::Trigger, F::Group)},
    FactSpec{FactKind::Assignment, "assignment", set(F::Topic, F::Partition, F::State, F::Epoch),
             set(F::Offset, F::Group)},
    FactSpec{FactKind::Record, "record", set(F::Topic, F::Partition, F::Offset, F::Key),
             set(F::Timestamp, F::TimestampKind, F::Value, F::Truncated, F::Size, F::Headers)},
    FactSpec{FactKind::Hole, "hole", set(F::Topic, F::Partition, F::First, F::Last, F::Reason), 0},
    FactSpec{FactKind::Skip, "skip", set(F::Function, F::Event, F::Reason), set(F::Trigger)},
    FactSpec{FactKind::Batch, "batch", set(F::Batch, F::Trigger, F::Events, F::ClosedBy), 0},
    FactSpec{FactKind::Instance, "instance", set(F::Instance, F::Function), 0},
    FactSpec{FactKind::InstanceReady, "instance-ready", set(F::Instance), 0},
    FactSpec{FactKind::InstanceEnd, "instance-end", set(F::Instance, F::Reason), 0},
    FactSpec{FactKind::Start, "start", set(F::Invocation, F::Function, F::Attempt, F::Events),
             set(F::Trigger, F::Instance, F::Batch, F::Cold, F::Epoch, F::SplitOf)},
    FactSpec{FactKind::End, "end", set(F::Invocation, F::Outcome), set(F::Failed, F::Error)},
    FactSpec{FactKind::Observed, "observed", set(F::Invocation, F::Function, F::Events), 0},
    FactSpec{FactKind::Output, "output", set(F::Invocation, F::Event, F::CausedBy), 0},
    FactSpec{FactKind::Commit, "commit", set(F::Topic, F::Partition, F::Offset), set(F::Group)},
    FactSpec{FactKind::Decision, "decision", set(F::Kind, F::Reason), set(F::Trigger)},
    FactSpec{FactKind::Log, "log", set(F::Stream, F::Text), set(F::Instance, F::Invocation)},
    FactSpec{FactKind::Note, "note", set(F::Text), 0},
};

}  // namespace

std::span<const FactSpec> factSpecs() {
    return kSpecs;
}

std::string_view nameOf(Field field) {
    return kNames[static_cast<std::size_t>(field)];
}

std::string_view nameOf(FactKind kind) {
    for (const FactSpec& spec : kSpecs) {
        if (spec.kind == kind) return spec.name;
    }
    return {};
}

std::optional<Field> fieldNamed(std::string_view name, FieldSet fields) {
    for (FieldSet left = fields; left != 0; left &= left - 1) {
        const auto field = static_cast<Field>(__builtin_ctzll(left));
        if (nameOf(field) == name) return field;
    }
    return std::nullopt;
}

}  // namespace weir::journal
