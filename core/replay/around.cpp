// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/cursor.h"

#include <algorithm>

namespace weir::replay {
namespace {

void byPlace(std::vector<Happening>& list) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Happening& a, const Happening& b) { return a.position < b.position; });
}

}  // namespace

Result<Surroundings> Cursor::around(std::size_t before, std::size_t after) {
    if (Status s = loadFindings(); !s) return passOn(s);
    Surroundings result;
    const auto happened = [&](const Moment& m) { return m.first() <= position_; };
    for (auto segment = segment_; segment != nullptr && result.before.size() < before;) {
        const auto& moments = segment->moments;
        for (auto m = moments.rbegin(); m != moments.rend() && result.before.size() < before; ++m) {
            if (happened(*m)) result.before.push_back({m->position, *m});
        }
        auto earlier = keyframes_.before(*segment);
        if (!earlier) return passOn(earlier);
        segment = std::move(*earlier);
    }
    for (auto segment = segment_; result.after.size() < after;) {
        for (const Moment& m : segment->moments) {
            if (result.after.size() >= after) break;
            if (!happened(m)) result.after.push_back({m.position, m});
        }
        if (segment->last) break;
        auto later = keyframes_.segment(segment->until);
        if (!later) return passOn(later);
        segment = std::move(*later);
    }
    const auto next =
        std::upper_bound(findings_.begin(), findings_.end(), position_,
                         [](const Position& p, const FindingMark& f) { return p < placeOf(f); });
    for (auto f = next; f != findings_.begin() && static_cast<std::size_t>(next - f) < before;) {
        --f;
        result.before.push_back({placeOf(*f), std::nullopt});
    }
    for (auto f = next; f != findings_.end() && static_cast<std::size_t>(f - next) < after; ++f)
        result.after.push_back({placeOf(*f), std::nullopt});
    byPlace(result.before);
    byPlace(result.after);
    if (result.before.size() > before)
        result.before.erase(result.before.begin(), result.before.end() - static_cast<std::ptrdiff_t>(before));
    if (result.after.size() > after) result.after.resize(after);
    return result;
}

}  // namespace weir::replay
