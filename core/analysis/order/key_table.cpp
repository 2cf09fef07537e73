// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/key_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::uint32_t kAhead = 24;  // keys: how far memory is asked for in advance
constexpr std::uint64_t kOne = 0xa0761d6478bd642fU, kTwo = 0xe7037ed1a0b428dbU;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <typename T>
std::uint64_t read(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

}  // namespace

/// By the topmost bits of the hash, so that a larger table keeps the order.
std::size_t KeyTable::homeOf(std::uint64_t a, std::uint64_t b, std::size_t size) const {
    return mixed(mixed(a ^ kOne, b ^ kTwo) ^ size, kTwo) >> shift_;
}

/// The two words of a short key overlap.
KeyTable::Sought KeyTable::sought(std::string_view key) const {
    const char* const p = key.data();
    const std::size_t size = key.size();
    Sought s;
    s.key = key;
    if (size > kInline) {
        s.a = std::hash<std::string_view>{}(key);
    } else if (size >= 8) {
        s.a = read<std::uint64_t>(p);
        s.b = read<std::uint64_t>(p + size - 8);
    } else if (size >= 4) {
        s.a = read<std::uint32_t>(p);
        s.b = read<std::uint32_t>(p + size - 4);
    } else {
        for (const char c : key) s.a = s.a << 8 | static_cast<unsigned char>(c);
    }
    s.home = homeOf(s.a, s.b, size);
    return s;
}

void KeyTable::number(const RecordChunk& chunk, std::size_t limit, std::vector<std::uint32_t>& numbers) {
    const std::uint32_t count = chunk.size();
    numbers.resize(count);
    sought_.resize(count);
    makeRoom(count, limit);
    const auto ask = [&](std::uint32_t i) {
        sought_[i] = sought(chunk.key(i).view());
        __builtin_prefetch(&slots_[sought_[i].home]);
    };
    for (std::uint32_t i = 0; i < std::min(count, kAhead); ++i) ask(i);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i + kAhead < count) ask(i + kAhead);
        numbers[i] = sought_[i].key.data() == nullptr ? kNone : findOrAdd(sought_[i], limit);
    }
}

std::uint32_t KeyTable::number(std::string_view key, std::size_t limit) {
    makeRoom(1, limit);
    return findOrAdd(sought(key), limit);
}

std::uint32_t KeyTable::findOrAdd(const Sought& sought, std::size_t limit) {
    std::size_t at = sought.home;
    for (std::size_t tries = 1; slots_[at].name != 0; at = placeOf(sought.home, tries++)) {
        if (equals(slots_[at], sought)) return slots_[at].name - 1;
    }
    if (places_.size() >= limit) {
        overflowed_ = true;
        return kNone;
    }
    Slot& added = slots_[at];
    added.a = sought.a;
    added.b = sought.b;
    added.size = static_cast<std::uint32_t>(sought.key.size());
    if (sought.key.size() > kInline) {
        added.b = arena_.size();
        arena_.insert(arena_.end(), sought.key.begin(), sought.key.end());
    }
    places_.push_back(static_cast<std::uint32_t>(at));
    added.name = static_cast<std::uint32_t>(places_.size());
    return added.name - 1;
}

bool KeyTable::equals(const Slot& known, const Sought& sought) const {
    const std::size_t size = sought.key.size();
    if (known.a != sought.a || known.size != size) return false;
    if (size <= kInline) return known.b == sought.b;
    return std::memcmp(arena_.data() + known.b, sought.key.data(), size) == 0;
}

std::string KeyTable::bytes(std::uint32_t number) const {
    const Slot& key = slots_[places_[number]];
    if (key.size > kInline) return {arena_.data() + key.b, key.size};
    std::string bytes(key.size, '\0');
    if (key.size >= 8) {
        std::memcpy(bytes.data(), &key.a, 8);
        std::memcpy(bytes.data() + key.size - 8, &key.b, 8);
    } else if (key.size >= 4) {
        const auto first = static_cast<std::uint32_t>(key.a), last = static_cast<std::uint32_t>(key.b);
        std::memcpy(bytes.data(), &first, 4);
        std::memcpy(bytes.data() + key.size - 4, &last, 4);
    } else {
        std::uint64_t rest = key.a;
        for (std::size_t i = key.size; i > 0; --i, rest >>= 8) bytes[i - 1] = static_cast<char>(rest & 0xff);
    }
    return bytes;
}

/// At most two of three slots are in use.
void KeyTable::makeRoom(std::size_t keys, std::size_t limit) {
    while (std::min(places_.size() + keys, limit) * 3 >= slots_.size() * 2) grow();
}

void KeyTable::grow() {
    ZeroedTable<Slot> old(std::max<std::size_t>(64, slots_.size() * 2));
    std::swap(old, slots_);
    shift_ = 64 - std::countr_zero(slots_.size());
    for (std::size_t from = 0; from < old.size(); ++from) {  // in order, so is what is written
        const Slot& slot = old[from];
        if (slot.name == 0) continue;
        const std::size_t home = homeOf(slot.a, slot.size > kInline ? 0 : slot.b, slot.size);
        std::size_t at = home;
        for (std::size_t tries = 1; slots_[at].name != 0; ++tries) at = placeOf(home, tries);
        slots_[at] = slot;
        places_[slot.name - 1] = static_cast<std::uint32_t>(at);
    }
}

}  // namespace weir::analysis::order
