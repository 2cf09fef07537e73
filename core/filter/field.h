// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What a filter can ask for. docs/filters.md lists the same fields for people.
namespace weir::filter {

enum class FieldId : std::uint8_t {
    // of an event
    Event,
    Topic,
    Partition,
    Offset,
    Key,
    Value,
    Header,
    Type,
    Size,
    Received,
    Timestamp,
    Recorded,
    Truncated,
    // of a delivery of it, that is of an invocation
    Function,
    Instance,
    Trigger,
    Invocation,
    Batch,
    Attempt,
    Cold,
    Epoch,
    Split,
    Observed,
    InFlight,
    Outcome,
    Error,
    Events,
    Started,
    Ended,
    Run,
    Wait,
    Total,
    // of an order finding about it
    Finding,
    Severity,
    Cause,
    Broken,
    Lateness,
};

/// Decides which literals and operators a field takes.
enum class Kind : std::uint8_t { Text, Name, Word, Boolean, Integer, Size, Duration, Time, Json };

/// What a field belongs to: bits, because *wait* and *total* need an event and a call.
enum Scope : unsigned { kEventScope = 1, kCallScope = 2, kFindingScope = 4 };

struct FieldInfo {
    FieldId id;
    std::string_view name;
    Kind kind;
    unsigned scope;
    std::string_view help;  ///< one line, for completion
};

/// All fields in the order of FieldId.
[[nodiscard]] std::span<const FieldInfo> fields();
[[nodiscard]] const FieldInfo& info(FieldId id);
/// Null when there is no such field.
[[nodiscard]] const FieldInfo* fieldNamed(std::string_view name);

/// The words that a field of Kind::Word can have, weakest first where they have an order; a word's number
/// is its index. Empty for other kinds.
[[nodiscard]] std::span<const std::string_view> wordsOf(FieldId id);

}  // namespace weir::filter
