// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/data.h"

#include <cstddef>
#include <string>

/// Numbers and sentences as the desktop writes them.
namespace weir::report {

/// `14:33:02.640` in UTC, with the date before it when `date`.
[[nodiscard]] std::string clock(TimeNs at, bool date = false);
/// `5.06 k`: three significant digits.
[[nodiscard]] std::string shortCount(double count);
/// `0.05 %`; 0 and what is under 0.01 % are told apart.
[[nodiscard]] std::string share(std::int64_t part, std::int64_t whole);
/// `1 event`, `80 events`.
[[nodiscard]] std::string counted(std::int64_t count, std::string_view one, std::string_view many);
/// `–` for nothing, else three significant digits with a unit.
[[nodiscard]] std::string durationOrDash(const Histogram& histogram, double quantile);
/// More partitions of a key than these are only counted.
constexpr std::size_t kKeyPlacesDrawn = 6;

/// What happened around a finding.
[[nodiscard]] std::string wordsOf(const Example& example);

}  // namespace weir::report
