// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A run of events as a header or a command line names it: `bids/3@72990`, or `bids/3@72990-72999`.
struct PlaceText {
    std::string_view topic;  ///< into the text that was read
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
};

/// Reads one place; nothing when the text is not of that shape. Offsets and partitions are not negative,
/// `last` is not before `first`.
[[nodiscard]] std::optional<PlaceText> parsePlace(std::string_view text) noexcept;

/// Calls `visit(const PlaceText&)` for each place of a list with commas. False: something in it is no place
/// (the others were visited all the same).
template <typename Visit>
bool forEachPlace(std::string_view list, const Visit& visit) {
    bool good = !list.empty();
    while (!list.empty()) {
        const std::size_t end = list.find(',');
        std::string_view one = list.substr(0, end);
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        const auto place = parsePlace(one);
        if (place) visit(*place);
        good = good && place;
    }
    return good;
}

/// `bids/3@72990`, `bids/3@72990-72999`.
[[nodiscard]] std::string placeText(std::string_view topic, std::int32_t partition, std::int64_t first,
                                    std::int64_t last);

/// How well a header names the causes of its record: 0 not at all, the higher the more it is to be believed.
/// Known are `weir_cause`, which driving writes, and CloudEvents' `causationid`, whose text counts when it is
/// a place. Of two that count the same the later stands.
[[nodiscard]] int causeHeaderRank(std::string_view name) noexcept;

}  // namespace weir
