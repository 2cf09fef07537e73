// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace weir {
namespace {

constexpr const char* kNoBreakSpace = "\u00A0";

struct Unit {
    std::string_view name;
    DurationNs length;
};
constexpr std::array<Unit, 6> kUnits{{{"ns", 1},
                                      {"us", kMicrosecond},
                                      {"ms", kMillisecond},
                                      {"s", kSecond},
                                      {"m", 60 * kSecond},
                                      {"h", 3600 * kSecond}}};

/// Three significant digits: 1.24, 12.4, 124.
std::string threeDigits(double value) {
    if (value < 9.995) return fmt::format("{:.2f}", value);
    if (value < 99.95) return fmt::format("{:.1f}", value);
    return fmt::format("{:.0f}", value);
}

/// Reads exactly `digits` decimal digits at `pos` and steps over them.
std::optional<int> readDigits(std::string_view text, std::size_t& pos, std::size_t digits) noexcept {
    if (pos + digits > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = text[pos + i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    pos += digits;
    return value;
}

bool readChar(std::string_view text, std::size_t& pos, char expected) noexcept {
    if (pos >= text.size() || text[pos] != expected) return false;
    ++pos;
    return true;
}

}  // namespace

TimeNs now() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::optional<DurationNs> parseDuration(std::string_view text) noexcept {
    if (text == "0") return 0;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end == text.data() || text.front() == '-' || !std::isfinite(value)) {
        return std::nullopt;
    }
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const Unit& u : kUnits) {
        if (unit != u.name) continue;
        const double ns = value * static_cast<double>(u.length);
        if (ns > 9.2e18) return std::nullopt;
        return static_cast<DurationNs>(std::llround(ns));
    }
    return std::nullopt;
}

std::string durationLiteral(DurationNs duration) {
    if (duration == 0) return "0s";
    for (const std::string_view name : {"h", "m", "s", "ms", "us"}) {
        for (const Unit& u : kUnits) {
            if (u.name == name && duration % u.length == 0) {
                return fmt::format("{}{}", duration / u.length, name);
            }
        }
    }
    return fmt::format("{}ns", duration);
}

std::string formatDuration(DurationNs duration) {
    if (duration < 0) return "\u2212" + formatDuration(-duration);
    const auto d = static_cast<double>(duration);
    if (duration < 1000) return fmt::format("{}{}ns", duration, kNoBreakSpace);
    if (d < 999.5e3) return fmt::format("{}{}µs", threeDigits(d / 1e3), kNoBreakSpace);
    if (d < 999.5e6) return fmt::format("{}{}ms", threeDigits(d / 1e6), kNoBreakSpace);
    if (d < 59.95e9) return fmt::format("{}{}s", threeDigits(d / 1e9), kNoBreakSpace);
    const std::int64_t seconds = std::llround(d / 1e9);
    if (seconds < 3600) {
        return fmt::format("{0}{2}min {1:02}{2}s", seconds / 60, seconds % 60, kNoBreakSpace);
    }
    return fmt::format("{0}{2}h {1:02}{2}min", seconds / 3600, seconds % 3600 / 60, kNoBreakSpace);
}

std::string formatTimeUtc(TimeNs time) {
    using namespace std::chrono;
    const sys_time<nanoseconds> point{nanoseconds{time}};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss clock{point - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<TimeNs> parseTimeUtc(std::string_view text) noexcept {
    using namespace std::chrono;
    std::size_t pos = 0;
    const auto y = readDigits(text, pos, 4);
    if (!y || !readChar(text, pos, '-')) return std::nullopt;
    const auto mo = readDigits(text, pos, 2);
    if (!mo || !readChar(text, pos, '-')) return std::nullopt;
    const auto d = readDigits(text, pos, 2);
    if (!d || !readChar(text, pos, 'T')) return std::nullopt;
    const auto h = readDigits(text, pos, 2);
    if (!h || !readChar(text, pos, ':')) return std::nullopt;
    const auto mi = readDigits(text, pos, 2);
    if (!mi || !readChar(text, pos, ':')) return std::nullopt;
    const auto s = readDigits(text, pos, 2);
    if (!s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;

    std::int64_t fraction = 0;
    if (readChar(text, pos, '.')) {
        int digits = 0;
        for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos, ++digits) {
            if (digits < 9) fraction = fraction * 10 + (text[pos] - '0');
        }
        if (digits == 0) return std::nullopt;
        for (; digits < 9; ++digits) fraction *= 10;
    }

    std::int64_t zone = 0;
    if (!readChar(text, pos, 'Z')) {
        const bool east = readChar(text, pos, '+');
        if (!east && !readChar(text, pos, '-')) return std::nullopt;
        const auto zh = readDigits(text, pos, 2);
        if (!zh) return std::nullopt;
        readChar(text, pos, ':');
        const auto zm = readDigits(text, pos, 2);
        if (!zm || *zh > 14 || *zm > 59) return std::nullopt;
        zone = (*zh * 3600 + *zm * 60) * (east ? 1 : -1);
    }
    if (pos != text.size()) return std::nullopt;

    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *y < 1678 || *y > 2261) return std::nullopt;
    const std::int64_t days_since = sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds = days_since * 86'400 + *h * 3600 + *mi * 60 + *s - zone;
    return seconds * kSecond + fraction;
}

}  // namespace weir
