// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// An instant: nanoseconds since the Unix epoch, UTC. A plain integer because facts, session files and text
/// facts all hold it so.
using TimeNs = std::int64_t;

/// A length of time in nanoseconds.
using DurationNs = std::int64_t;

constexpr DurationNs kMicrosecond = 1'000;
constexpr DurationNs kMillisecond = 1'000'000;
constexpr DurationNs kSecond = 1'000'000'000;

/// The system clock, now.
[[nodiscard]] TimeNs now() noexcept;

/// Reads `500ms`, `2s`, `1.5s`, `5m`, `1h`, `250us`, `0`. Nothing else: no sign, no spaces.
[[nodiscard]] std::optional<DurationNs> parseDuration(std::string_view text) noexcept;

/// Writes a duration for the flow file and the command line, exactly: `500ms`, `2s`, `90s` becomes `90s`.
[[nodiscard]] std::string durationLiteral(DurationNs duration);

/// Three significant digits for people: `840 ns`, `12.4 µs`, `1.24 ms`, `12.3 s`, `2 min 05 s`, `3 h 07 min`.
/// A U+00A0 stands before the unit.
[[nodiscard]] std::string formatDuration(DurationNs duration);

/// ISO 8601 in UTC with nanoseconds: `2026-01-31T10:00:00.123456789Z`.
[[nodiscard]] std::string formatTimeUtc(TimeNs time);

/// Reads ISO 8601 with `Z` or a numeric offset, fraction optional (up to nanoseconds).
[[nodiscard]] std::optional<TimeNs> parseTimeUtc(std::string_view text) noexcept;

}  // namespace weir
