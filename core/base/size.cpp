// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace weir {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t bytes;
};

constexpr std::array<Unit, 11> kUnits{{
    {"TiB", std::int64_t{1} << 40},
    {"TB", 1'000'000'000'000},
    {"GiB", std::int64_t{1} << 30},
    {"GB", 1'000'000'000},
    {"MiB", std::int64_t{1} << 20},
    {"MB", 1'000'000},
    {"KiB", std::int64_t{1} << 10},
    {"kiB", std::int64_t{1} << 10},
    {"kB", 1'000},
    {"KB", 1'000},
    {"B", 1},
}};

constexpr double kMost = 9e18;

}  // namespace

std::optional<std::int64_t> parseSize(std::string_view text) noexcept {
    double number = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number) || text.front() == '-') return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(last - end));
    for (const auto& known : kUnits) {
        if (unit != known.name) continue;
        const double bytes = number * static_cast<double>(known.bytes);
        if (bytes > kMost) return std::nullopt;
        return std::llround(bytes);
    }
    return std::nullopt;
}

std::string sizeLiteral(std::int64_t bytes) {
    for (const auto& unit : kUnits) {
        if (bytes != 0 && bytes % unit.bytes == 0) return fmt::format("{}{}", bytes / unit.bytes, unit.name);
    }
    return fmt::format("{}B", bytes);
}

}  // namespace weir
