// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/call_ref.h"
#include "analysis/order/key_table.h"
#include "analysis/order/run_set.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis::order {

/// What is known of the records of one partition.
struct PartitionLog {
    /// Recorded offsets in a row. `index` counts the records of the partition.
    struct Records {
        std::int64_t first = 0, last = 0;
        std::int64_t index = 0;
        TimeNs at = 0;  ///< when they came, if calls were there before them; else 0

        [[nodiscard]] bool holds(std::int64_t i) const { return i >= index && i - index <= last - first; }
    };
    struct Assigned {
        TimeNs at = 0;
        int epoch = 0;
        std::optional<std::int64_t> offset;
        std::string group;
    };

    TopicId topic;
    std::int32_t partition = 0;
    std::vector<Records> records;  ///< by offset
    bool from_below = false;       ///< some came when higher offsets were here: see docs/order.md
    std::int64_t count = 0;
    RunSet holes;
    TimeNs highest = -1;        ///< of all timestamps so far
    std::int64_t top = -1;      ///< highest offset recorded
    std::int64_t touched = -1;  ///< highest offset that a call has named
    std::vector<Assigned> assigned;
    std::set<std::pair<int, std::string>> epochs_used;  ///< with groups, by calls so far

    /// Numbers of the keys of records from index `keys_from` on; only while a trigger orders by key.
    std::vector<std::uint32_t> keys;
    std::int64_t keys_from = 0;

    /// The run with the first record at or above an offset, as an index into `records`.
    [[nodiscard]] std::size_t runAt(std::int64_t offset) const {
        if (!records.empty() && records.back().first <= offset) {
            return records.back().last >= offset ? records.size() - 1 : records.size();
        }
        const auto at = std::lower_bound(records.begin(), records.end(), offset,
                                         [](const Records& r, std::int64_t o) { return r.last < o; });
        return static_cast<std::size_t>(at - records.begin());
    }
    [[nodiscard]] bool recorded(std::int64_t offset) const {
        const std::size_t at = runAt(offset);
        return at < records.size() && records[at].first <= offset;
    }
    [[nodiscard]] std::int64_t offsetOf(std::int64_t index) const {
        if (from_below) {  // then they are not sorted by index
            const auto at = std::find_if(records.begin(), records.end(),
                                         [index](const Records& r) { return r.holds(index); });
            return at->first + index - at->index;
        }
        auto at = std::upper_bound(records.begin(), records.end(), index,
                                   [](std::int64_t i, const Records& r) { return i < r.index; });
        --at;
        return at->first + index - at->index;
    }
    [[nodiscard]] std::uint32_t keyAt(std::int64_t index) const {
        return index < keys_from ? KeyTable::kNone : keys[static_cast<std::size_t>(index - keys_from)];
    }
    void add(std::int64_t first, std::int64_t last, TimeNs at) {
        if (first > touched) at = 0;
        if (!records.empty() && records.back().last + 1 == first && records.back().at == at) {
            records.back().last = last;
        } else if (!records.empty() && first < records.back().first) {
            from_below = true;
            const auto above = std::upper_bound(records.begin(), records.end(), first,
                                                [](std::int64_t o, const Records& r) { return o < r.first; });
            records.insert(above, {first, last, count, at});
        } else {
            records.push_back({first, last, count, at});
        }
        count += last - first + 1;
    }
};

}  // namespace weir::analysis::order
