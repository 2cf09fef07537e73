// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::invoke {

/// Where a source event stands.
struct SourcePlace {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};

/// Finds source events by their key or id: the newest million of them.
/// Threads: one.
class SourceMemory {
  public:
    explicit SourceMemory(std::size_t limit = 1'000'000) : limit_(limit) {}

    void add(std::string_view text, const SourcePlace& place);

    struct Found {
        SourcePlace place;
        bool open = false;  ///< no output was found for it before
    };
    /// The oldest event of that text without an output, else the newest one; nothing when none is known.
    [[nodiscard]] std::optional<Found> find(std::string_view text) const;
    /// An output of the event that find() gives was found.
    void answered(std::string_view text);

    /// Events that are not known any more.
    [[nodiscard]] std::int64_t forgotten() const noexcept { return forgotten_; }

  private:
    struct Entry {
        std::vector<SourcePlace> open;  ///< by arrival
        SourcePlace newest;
        std::size_t known = 0;
    };

    std::unordered_map<std::uint64_t, Entry> entries_;  ///< by the text's hash
    std::deque<std::uint64_t> order_;
    std::size_t limit_;
    std::int64_t forgotten_ = 0;
};

}  // namespace weir::invoke
