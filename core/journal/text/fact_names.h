// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/fact_parser.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weir::journal {

/// Fields of text facts. A fact's fields are a set of them.
enum class Field : std::uint8_t {
    Fact,
    At,
    Version,
    Name,
    Mode,
    Topic,
    Partitions,
    Source,
    Function,
    Target,
    Observe,
    Answers,
    Trigger,
    Topics,
    Order,
    Group,
    Partition,
    State,
    Epoch,
    Offset,
    Timestamp,
    TimestampKind,
    Key,
    Value,
    Truncated,
    Size,
    Headers,
    First,
    Last,
    Reason,
    Event,
    Batch,
    Events,
    ClosedBy,
    Instance,
    Invocation,
    Attempt,
    Cold,
    SplitOf,
    Outcome,
    Failed,
    Error,
    CausedBy,
    Kind,
    Stream,
    Text,
    Count
};

using FieldSet = std::uint64_t;
[[nodiscard]] constexpr FieldSet bit(Field f) noexcept {
    return FieldSet{1} << static_cast<unsigned>(f);
}

/// What a kind of fact is called and made of.
struct FactSpec {
    FactKind kind;
    std::string_view name;
    FieldSet required, optional;
};

[[nodiscard]] std::span<const FactSpec> factSpecs();
[[nodiscard]] std::string_view nameOf(Field field);
[[nodiscard]] std::string_view nameOf(FactKind kind);
/// The field of that name among `fields`.
[[nodiscard]] std::optional<Field> fieldNamed(std::string_view name, FieldSet fields);

}  // namespace weir::journal
