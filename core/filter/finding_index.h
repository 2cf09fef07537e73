// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/row.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::filter {

/// Findings by the events that they are about.
class FindingIndex {
  public:
    explicit FindingIndex(const std::vector<FindingPart>& findings) {
        for (const FindingPart& f : findings) {
            if (f.partition) {
                places_[{f.topic, *f.partition}].push_back({&f, 0});
            } else if (f.key) {
                keys_[{f.topic, *f.key}].push_back(&f);
            }
        }
        for (auto& [place, entries] : places_) {
            std::sort(entries.begin(), entries.end(),
                      [](const Entry& a, const Entry& b) { return a.finding->first < b.finding->first; });
            std::int64_t last = -1;
            for (Entry& e : entries) e.last_so_far = last = std::max(last, e.finding->last);
        }
    }

    void about(const EventPart& event, std::vector<const FindingPart*>& out) const {
        out.clear();
        if (event.partition && event.offset) {
            const auto place = places_.find({event.topic, *event.partition});
            if (place != places_.end()) atOffset(place->second, *event.offset, out);
        }
        if (!event.key || keys_.empty()) return;
        const auto key = keys_.find({event.topic, *event.key});
        if (key != keys_.end()) out.insert(out.end(), key->second.begin(), key->second.end());
    }

    [[nodiscard]] bool needsKeys() const { return !keys_.empty(); }

  private:
    struct Entry {
        const FindingPart* finding;
        std::int64_t last_so_far;
    };

    static void atOffset(const std::vector<Entry>& entries, std::int64_t offset,
                         std::vector<const FindingPart*>& out) {
        auto at = std::upper_bound(entries.begin(), entries.end(), offset,
                                   [](std::int64_t o, const Entry& e) { return o < e.finding->first; });
        while (at != entries.begin() && std::prev(at)->last_so_far >= offset) {
            --at;
            if (at->finding->last >= offset) out.push_back(at->finding);
        }
    }

    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Entry>> places_;
    std::map<std::pair<std::int64_t, std::string>, std::vector<const FindingPart*>> keys_;
};

}  // namespace weir::filter
