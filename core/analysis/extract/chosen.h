// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "filter/interval_set.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace weir::analysis {

using IdRun = filter::IntervalSet::Interval;

/// Ids that move up to be without gaps again: the first becomes 1.
class Renumbered {
  public:
    Renumbered() = default;
    explicit Renumbered(filter::IntervalSet ids) : ids_(std::move(ids)) {
        for (const IdRun& run : runs()) {
            before_.push_back(count_);
            count_ += run.last - run.first + 1;
        }
    }
    /// In any order, each as often as it may be; 0 is none.
    static Renumbered of(std::vector<std::int64_t> ids) {
        std::sort(ids.begin(), ids.end());
        std::vector<IdRun> runs;
        for (const std::int64_t id : ids) {
            if (id <= 0 || (!runs.empty() && runs.back().last == id)) continue;
            if (!runs.empty() && runs.back().last + 1 == id) {
                ++runs.back().last;
            } else {
                runs.push_back({id, id});
            }
        }
        return Renumbered(filter::IntervalSet::of(std::move(runs)));
    }

    [[nodiscard]] std::int64_t count() const noexcept { return count_; }
    [[nodiscard]] const std::vector<IdRun>& runs() const noexcept { return ids_.intervals(); }

    /// The new id, 0 for one that is not among them.
    [[nodiscard]] std::int64_t of(std::int64_t id) const {
        const auto after =
            std::upper_bound(runs().begin(), runs().end(), id,
                             [](std::int64_t value, const IdRun& run) { return value < run.first; });
        if (after == runs().begin() || std::prev(after)->last < id) return 0;
        const auto run = std::prev(after);
        return before_[static_cast<std::size_t>(run - runs().begin())] + id - run->first + 1;
    }
    /// Calls `each(old first, old last, new first)` for the parts of first…last that are among them.
    template <typename Each>
    void clip(std::int64_t first, std::int64_t last, const Each& each) const {
        ids_.clip(first, last, [&](std::int64_t a, std::int64_t b) { each(a, b, of(a)); });
    }

  private:
    filter::IntervalSet ids_;
    std::vector<std::int64_t> before_;  ///< ids in the runs before
    std::int64_t count_ = 0;
};

/// Where the chosen events stand.
class Places {
  public:
    /// Events with consecutive offsets.
    void add(TopicId topic, std::int32_t partition, IdRun offsets) {
        added_[{topic, partition}].push_back(offsets);
    }
    /// After the last add().
    void sort() {
        for (auto& [partition, runs] : added_) offsets_[partition] = filter::IntervalSet::of(std::move(runs));
        added_.clear();
    }

    /// Calls `each(first, last)` for the parts of a run of offsets that were chosen.
    template <typename Each>
    void clip(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last,
              const Each& each) const {
        if (const auto found = offsets_.find({topic, partition}); found != offsets_.end())
            found->second.clip(first, last, each);
    }
    /// From the lowest to the highest chosen offset; first > last when none was chosen.
    [[nodiscard]] IdRun reach(TopicId topic, std::int32_t partition) const {
        const auto found = offsets_.find({topic, partition});
        if (found == offsets_.end()) return {0, -1};
        return {found->second.intervals().front().first, found->second.intervals().back().last};
    }

  private:
    using Partition = std::pair<TopicId, std::int32_t>;
    std::map<Partition, std::vector<IdRun>> added_;
    std::map<Partition, filter::IntervalSet> offsets_;
};

}  // namespace weir::analysis
