// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/call_ref.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

namespace weir::analysis::order {

/// A set of offsets as runs: appending is O(1), looking up O(log n).
class RunSet {
  public:
    /// Returns how many were not in it.
    std::int64_t add(std::int64_t first, std::int64_t last);
    [[nodiscard]] bool contains(std::int64_t offset) const { return runWith(offset) != nullptr; }
    /// The run that holds an offset; null: none.
    [[nodiscard]] const Run* runWith(std::int64_t offset) const;
    [[nodiscard]] const std::vector<Run>& runs() const noexcept { return runs_; }
    /// Whether any of first…last is in it.
    [[nodiscard]] bool touches(std::int64_t first, std::int64_t last) const;

  private:
    std::vector<Run> runs_;  // rising, never adjacent
};

/// The parts of `run` that are not in `minus`, which rises.
template <typename Each>
void forEachLeft(Run run, const std::vector<Run>& minus, const Each& each) {
    auto at = std::lower_bound(minus.begin(), minus.end(), run.first,
                               [](const Run& r, std::int64_t offset) { return r.last < offset; });
    for (; at != minus.end() && at->first <= run.last; ++at) {
        if (at->first > run.first) each(Run{run.first, at->first - 1});
        if (at->last >= run.last) return;
        run.first = at->last + 1;
    }
    each(run);
}

/// A value for each offset of some runs; what is not in it has none. For what is rare.
template <typename Value>
class RunMap {
  public:
    [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return parts_.size(); }

    /// Calls `change(Value&)` for first…last, with a new Value where there was none.
    template <typename Change>
    void update(std::int64_t first, std::int64_t last, const Change& change) {
        splitAt(first);
        if (last != std::numeric_limits<std::int64_t>::max()) splitAt(last + 1);
        auto at = parts_.lower_bound(first);
        while (first <= last) {
            if (at == parts_.end() || at->first > first) {
                const std::int64_t end = at == parts_.end() ? last : std::min(last, at->first - 1);
                at = parts_.emplace_hint(at, first, Part{end, Value{}});
            }
            change(at->second.value);
            if (at->second.last == last) return;
            first = at->second.last + 1;
            ++at;
        }
    }

    /// Calls `each(Run, const Value*)` for first…last in pieces; null where there is no value.
    template <typename Each>
    void forEach(std::int64_t first, std::int64_t last, const Each& each) const {
        auto at = parts_.upper_bound(first);
        if (at != parts_.begin() && std::prev(at)->second.last >= first) --at;
        for (; at != parts_.end() && at->first <= last; ++at) {
            if (at->first > first) each(Run{first, at->first - 1}, static_cast<const Value*>(nullptr));
            const Run part{std::max(first, at->first), std::min(last, at->second.last)};
            each(part, &at->second.value);
            if (part.last == last) return;
            first = part.last + 1;
        }
        each(Run{first, last}, static_cast<const Value*>(nullptr));
    }

    /// Forgets parts that lie wholly at or below an offset and that `done(Run)` says are not needed.
    template <typename Done>
    void forget(std::int64_t floor, const Done& done) {
        for (auto at = parts_.begin(); at != parts_.end() && at->second.last <= floor;) {
            at = done(Run{at->first, at->second.last}) ? parts_.erase(at) : std::next(at);
        }
    }

  private:
    struct Part {
        std::int64_t last = 0;
        Value value;
    };
    void splitAt(std::int64_t offset) {
        auto at = parts_.upper_bound(offset);
        if (at == parts_.begin()) return;
        --at;
        if (at->first == offset || at->second.last < offset) return;
        parts_.emplace(offset, Part{at->second.last, at->second.value});
        at->second.last = offset - 1;
    }
    std::map<std::int64_t, Part> parts_;  // by first offset
};

}  // namespace weir::analysis::order
