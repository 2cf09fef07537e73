// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cause_text.h"

#include <fmt/format.h>

#include <charconv>

namespace weir {
namespace {

template <typename Number>
bool readNumber(std::string_view text, Number& number) noexcept {
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<PlaceText> parsePlace(std::string_view text) noexcept {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t slash = text.rfind('/', at);
    if (slash == std::string_view::npos || slash == 0) return std::nullopt;
    PlaceText place;
    place.topic = text.substr(0, slash);
    const std::string_view offsets = text.substr(at + 1);
    const std::size_t dash = offsets.find('-');
    if (!readNumber(text.substr(slash + 1, at - slash - 1), place.partition)) return std::nullopt;
    if (!readNumber(offsets.substr(0, dash), place.first)) return std::nullopt;
    place.last = place.first;
    if (dash != std::string_view::npos && !readNumber(offsets.substr(dash + 1), place.last))
        return std::nullopt;
    if (place.last < place.first) return std::nullopt;
    return place;
}

std::string placeText(std::string_view topic, std::int32_t partition, std::int64_t first, std::int64_t last) {
    std::string text = fmt::format("{}/{}@{}", topic, partition, first);
    if (last != first) fmt::format_to(std::back_inserter(text), "-{}", last);
    return text;
}

int causeHeaderRank(std::string_view name) noexcept {
    if (name == "weir_cause") return 2;
    if (name == "ce_causationid") return 1;
    return 0;
}

}  // namespace weir
