// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weir::analysis::order {

/// Numbers for the keys of a topic, from 0 on in the order in which they were first seen. Identity is that of
/// the bytes.
class KeyTable {
  public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    /// The numbers of a chunk's keys, kNone for a null key and for new ones once `limit` are known.
    void number(const RecordChunk& chunk, std::size_t limit, std::vector<std::uint32_t>& numbers);
    std::uint32_t number(std::string_view key, std::size_t limit);

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
    [[nodiscard]] std::string_view bytes(std::uint32_t number) const;

    /// The first partition that a key was seen in; −1 before that. −2 once it was seen in a second one.
    [[nodiscard]] std::int32_t& partition(std::uint32_t number) { return keys_[number].partition; }

  private:
    static constexpr std::size_t kInline = 16;
    struct Key {
        char head[kInline];  ///< the whole key, if it fits
        std::uint32_t size = 0;
        std::int32_t partition = -1;
        std::uint64_t position = 0;  ///< in the arena, if it does not
    };
    [[nodiscard]] std::uint32_t findOrAdd(std::uint64_t hash, std::string_view key, std::size_t limit);
    [[nodiscard]] bool equals(const Key& known, std::string_view key) const;
    void grow();

    std::vector<std::uint64_t> slots_;  // upper half of the hash, number + 1; 0: free. Size: a power of two
    std::vector<Key> keys_;
    std::vector<char> arena_;
    std::vector<std::uint64_t> hashes_;  // of the chunk at hand
    bool overflowed_ = false;
};

}  // namespace weir::analysis::order
