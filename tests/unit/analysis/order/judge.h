// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

/// The definitions of docs/order.md once more, as loops over loops: slow, obvious, and what the fast check is
/// held against.
namespace weir::analysis::order::test {

/// One broken unit. What a kind does not have stays empty, as docs/order.md says.
struct Unit {
    Kind kind = Kind::Regression;
    Severity severity = Severity::Error;
    Cause cause = Cause::Unknown;
    FunctionId function;  ///< none for key-split and late
    TopicId topic;        ///< with partition and offset: of the output for output-inversion
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::optional<std::string> key;
    std::optional<Place> against;
    InvocationId invocation;  ///< of overlap and duplicate
    TimeNs at = 0;
    DurationNs lateness = 0;  ///< of late

    friend auto operator<=>(const Unit&, const Unit&) = default;
};

struct Verdict {
    std::int64_t events = 0;      ///< distinct recorded events
    std::int64_t deliveries = 0;  ///< distinct (invocation, event)
    std::int64_t open = 0;        ///< (function, event) whose fate is not known yet
    std::int64_t displaced = 0;   ///< over functions and scopes
    std::vector<Unit> units;      ///< sorted
};

/// Judges a whole list of facts, whose `at` never decreases.
[[nodiscard]] Verdict judge(const std::vector<facts::Fact>& facts, DurationNs late_tolerance = 0);

/// For messages of failed tests.
[[nodiscard]] std::string describe(const Unit& unit);
/// GoogleTest's way to print one.
void PrintTo(const Unit& unit, std::ostream* out);

}  // namespace weir::analysis::order::test
