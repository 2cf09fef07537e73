// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/large_pages.h"
#include "base/record.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::analysis::order {

/// Numbers for the keys of a topic, from 0 on in the order in which they were first seen. Identity is that of
/// the bytes. Looking up one of a million keys costs one cache miss, which the look-ups before it hide.
class KeyTable {
  public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    /// The numbers of a chunk's keys, kNone for a null key and for new ones once `limit` are known.
    void number(const RecordChunk& chunk, std::size_t limit, std::vector<std::uint32_t>& numbers);
    std::uint32_t number(std::string_view key, std::size_t limit);

    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
    [[nodiscard]] std::string bytes(std::uint32_t number) const;

    static constexpr std::int32_t kNoPartition = -1, kManyPartitions = -2;
    /// The partition in which a key was seen.
    [[nodiscard]] std::int32_t partition(std::uint32_t number) const {
        return static_cast<std::int32_t>(slots_[places_[number]].partition - 1);
    }
    void setPartition(std::uint32_t number, std::int32_t partition) {
        slots_[places_[number]].partition = static_cast<std::uint32_t>(partition) + 1;
    }

  private:
    static constexpr std::size_t kInline = 16;  // bytes of a short key
    /// A key as two words and its size, which tell short ones apart. Of a long key the first word is a hash.
    struct Sought {
        std::uint64_t a = 0, b = 0;
        std::size_t home = 0;  ///< where its search begins
        std::string_view key;  ///< data() == nullptr: null
    };
    /// Of a long key `b` is its place in the arena. All zero: free.
    struct Slot {
        std::uint64_t a, b;
        std::uint32_t size;
        std::uint32_t name;       ///< its number + 1
        std::uint32_t partition;  ///< see partition(), + 1
        std::uint32_t unused;     // two slots to a line of the cache
    };
    [[nodiscard]] Sought sought(std::string_view key) const;
    [[nodiscard]] std::size_t homeOf(std::uint64_t a, std::uint64_t b, std::size_t size) const;
    /// Where a key may stand after so many places that are taken: first both of a line, then those behind it.
    [[nodiscard]] std::size_t placeOf(std::size_t home, std::size_t tries) const noexcept {
        return ((home ^ (tries & 1)) + (tries & ~std::size_t{1})) & (slots_.size() - 1);
    }
    [[nodiscard]] std::uint32_t findOrAdd(const Sought& sought, std::size_t limit);
    [[nodiscard]] bool equals(const Slot& known, const Sought& sought) const;
    /// Makes room for so many new keys.
    void makeRoom(std::size_t keys, std::size_t limit);
    void grow();

    ZeroedTable<Slot> slots_;            // size: a power of two
    int shift_ = 0;                      // 64 − log2 of that size
    std::vector<std::uint32_t> places_;  // in slots_, by number
    std::vector<char> arena_;
    std::vector<Sought> sought_;  // of the chunk at hand
    bool overflowed_ = false;
};

}  // namespace weir::analysis::order
