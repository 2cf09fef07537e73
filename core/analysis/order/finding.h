// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

/// What the order check says. docs/order.md defines each kind exactly.
namespace weir::analysis::order {

enum class Kind : std::uint8_t {
    Regression,
    Inversion,
    Overlap,
    Duplicate,
    Gap,
    OutputInversion,
    KeySplit,
    Late
};
inline constexpr std::array kKinds{Kind::Regression, Kind::Inversion,       Kind::Overlap,  Kind::Duplicate,
                                   Kind::Gap,        Kind::OutputInversion, Kind::KeySplit, Kind::Late};

enum class Severity : std::uint8_t { Note, Warn, Error };

/// Why a unit was broken, as far as known.
enum class Cause : std::uint8_t { Unknown, Rebalance, Bisect, Timeout, Retry, Concurrency, Producer };

struct Place {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

/// Broken units that share everything but the offset: a run of consecutive offsets, mostly of one.
struct Finding {
    Kind kind = Kind::Regression;
    Severity severity = Severity::Error;
    Cause cause = Cause::Unknown;
    FunctionId function;               ///< none for key-split and late
    TopicId topic;                     ///< of an output for output-inversion
    std::int32_t partition = 0;        ///< 0 for key-split
    std::int64_t first = 0, last = 0;  ///< offsets, inclusive; 0 for key-split: it is one unit
    std::optional<std::string> key;    ///< bytes; of key-split, and where the scope is a key
    std::optional<Place> against;      ///< the event or output that overtook
    InvocationId invocation;           ///< of overlap and duplicate: the delivery
    TimeNs at = 0;                     ///< when the units became broken
    DurationNs lateness = 0;           ///< of late: behind the highest timestamp before it

    [[nodiscard]] std::int64_t units() const noexcept { return last - first + 1; }
};

[[nodiscard]] const char* word(Kind kind);
[[nodiscard]] const char* word(Severity severity);
[[nodiscard]] const char* word(Cause cause);  ///< empty for Unknown
[[nodiscard]] std::optional<Kind> kindOf(std::string_view word);
[[nodiscard]] std::optional<Severity> severityOf(std::string_view word);
[[nodiscard]] std::optional<Cause> causeOf(std::string_view word);

}  // namespace weir::analysis::order
