// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace weir::analysis {

/// Ids first…last, both included.
struct IdRun {
    std::int64_t first = 0, last = 0;
    friend bool operator==(const IdRun&, const IdRun&) = default;
};

/// Ids that move up to be without gaps again: the first becomes 1. Ids are added in rising order.
class Renumbered {
  public:
    void add(std::int64_t id) {
        if (!runs_.empty() && runs_.back().last + 1 == id) {
            ++runs_.back().last;
        } else {
            runs_.push_back({id, id});
            before_.push_back(count_);
        }
        ++count_;
    }
    void add(IdRun run) {
        runs_.push_back(run);
        before_.push_back(count_);
        count_ += run.last - run.first + 1;
    }

    [[nodiscard]] std::int64_t count() const noexcept { return count_; }
    [[nodiscard]] const std::vector<IdRun>& runs() const noexcept { return runs_; }

    /// The new id, 0 for one that was not added.
    [[nodiscard]] std::int64_t of(std::int64_t id) const {
        const auto run = from(id);
        return run == runs_.end() || run->first > id ? 0 : place(run, id);
    }
    /// Calls `each(old first, old last, new first)` for the parts of first…last that were added.
    template <typename Each>
    void clip(std::int64_t first, std::int64_t last, const Each& each) const {
        for (auto run = from(first); run != runs_.end() && run->first <= last; ++run) {
            const std::int64_t a = std::max(first, run->first);
            each(a, std::min(last, run->last), place(run, a));
        }
    }

  private:
    using Run = std::vector<IdRun>::const_iterator;
    [[nodiscard]] Run from(std::int64_t id) const {
        return std::lower_bound(runs_.begin(), runs_.end(), id,
                                [](const IdRun& run, std::int64_t value) { return run.last < value; });
    }
    [[nodiscard]] std::int64_t place(Run run, std::int64_t id) const {
        return before_[static_cast<std::size_t>(run - runs_.begin())] + id - run->first + 1;
    }

    std::vector<IdRun> runs_;           ///< rising; may touch
    std::vector<std::int64_t> before_;  ///< ids in the runs before
    std::int64_t count_ = 0;
};

/// Where the chosen events stand.
class Places {
  public:
    /// Events with consecutive offsets.
    void add(TopicId topic, std::int32_t partition, IdRun offsets) {
        offsets_[{topic, partition}].push_back(offsets);
    }
    /// After the last add(): stretches that touch become one.
    void sort() {
        for (auto& [partition, runs] : offsets_) {
            std::sort(runs.begin(), runs.end(), [](IdRun a, IdRun b) { return a.first < b.first; });
            std::vector<IdRun> joined;
            for (const IdRun& run : runs) {
                if (!joined.empty() && joined.back().last + 1 >= run.first) {
                    joined.back().last = std::max(joined.back().last, run.last);
                } else {
                    joined.push_back(run);
                }
            }
            runs = std::move(joined);
        }
    }

    /// Calls `each(first, last)` for the parts of a run of offsets that were chosen.
    template <typename Each>
    void clip(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last,
              const Each& each) const {
        const auto found = offsets_.find({topic, partition});
        if (found == offsets_.end()) return;
        auto run = std::lower_bound(found->second.begin(), found->second.end(), first,
                                    [](IdRun r, std::int64_t value) { return r.last < value; });
        for (; run != found->second.end() && run->first <= last; ++run) {
            each(std::max(first, run->first), std::min(last, run->last));
        }
    }
    /// From the lowest to the highest chosen offset; first > last when none was chosen.
    [[nodiscard]] IdRun reach(TopicId topic, std::int32_t partition) const {
        const auto found = offsets_.find({topic, partition});
        if (found == offsets_.end()) return {0, -1};
        return {found->second.front().first, found->second.back().last};
    }

  private:
    std::map<std::pair<TopicId, std::int32_t>, std::vector<IdRun>> offsets_;
};

}  // namespace weir::analysis
