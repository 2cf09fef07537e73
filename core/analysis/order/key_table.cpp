// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/key_table.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace weir::analysis::order {
namespace {

constexpr std::size_t kAhead = 8;  // how far memory is asked for in advance
constexpr std::uint64_t kTag = 0xffffffff00000000U;

std::uint64_t hashOf(std::string_view key) {
    return std::hash<std::string_view>{}(key)*0x9e3779b97f4a7c15U;
}

}  // namespace

void KeyTable::number(const RecordChunk& chunk, std::size_t limit, std::vector<std::uint32_t>& numbers) {
    const std::uint32_t count = chunk.size();
    numbers.resize(count);
    hashes_.resize(count);
    while ((keys_.size() + count) * 2 > slots_.size() && slots_.size() < limit * 4) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t i = 0; i < count; ++i) {
        const Bytes key = chunk.key(i);
        hashes_[i] = key.isNull() ? 0 : hashOf(key.view());
        __builtin_prefetch(&slots_[hashes_[i] & mask]);
    }
    const auto likely = [&](std::uint32_t i) {
        const auto number = static_cast<std::uint32_t>(slots_[hashes_[i] & mask]);
        if (number != 0) __builtin_prefetch(&keys_[number - 1], 1);
    };
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(count, kAhead); ++i) likely(i);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i + kAhead < count) likely(i + static_cast<std::uint32_t>(kAhead));
        const Bytes key = chunk.key(i);
        numbers[i] = key.isNull() ? kNone : findOrAdd(hashes_[i], key.view(), limit);
    }
}

std::uint32_t KeyTable::number(std::string_view key, std::size_t limit) {
    while ((keys_.size() + 1) * 2 > slots_.size() && slots_.size() < limit * 4) grow();
    return findOrAdd(hashOf(key), key, limit);
}

std::uint32_t KeyTable::findOrAdd(std::uint64_t hash, std::string_view key, std::size_t limit) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
        if ((slots_[at] & kTag) != (hash & kTag)) continue;
        const auto number = static_cast<std::uint32_t>(slots_[at]) - 1;
        if (equals(keys_[number], key)) return number;
    }
    if (keys_.size() >= limit) {
        overflowed_ = true;
        return kNone;
    }
    Key added{};
    added.partition = -1;
    added.size = static_cast<std::uint32_t>(key.size());
    std::memcpy(added.head, key.data(), std::min(key.size(), kInline));
    if (key.size() > kInline) {
        added.position = arena_.size();
        arena_.insert(arena_.end(), key.begin(), key.end());
    }
    keys_.push_back(added);
    const auto number = static_cast<std::uint32_t>(keys_.size() - 1);
    slots_[at] = (hash & kTag) | (number + 1);
    return number;
}

bool KeyTable::equals(const Key& known, std::string_view key) const {
    if (known.size != key.size()) return false;
    if (key.size() <= kInline) return std::memcmp(known.head, key.data(), key.size()) == 0;
    return std::memcmp(known.head, key.data(), kInline) == 0 &&
           std::memcmp(arena_.data() + known.position, key.data(), key.size()) == 0;
}

std::string_view KeyTable::bytes(std::uint32_t number) const {
    const Key& key = keys_[number];
    return key.size <= kInline ? std::string_view{key.head, key.size}
                               : std::string_view{arena_.data() + key.position, key.size};
}

void KeyTable::grow() {
    std::vector<std::uint64_t> old(std::max<std::size_t>(64, slots_.size() * 2), 0);
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t n = 0; n < keys_.size(); ++n) {
        const std::uint64_t hash = hashOf(bytes(n));
        std::size_t at = hash & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = (hash & kTag) | (n + 1);
    }
}

}  // namespace weir::analysis::order
