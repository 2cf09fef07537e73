// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/source_memory.h"

#include <functional>

namespace weir::invoke {
namespace {

std::uint64_t hashOf(std::string_view text) {
    return std::hash<std::string_view>{}(text);
}

}  // namespace

void SourceMemory::add(std::string_view text, const SourcePlace& place) {
    const std::uint64_t hash = hashOf(text);
    Entry& entry = entries_[hash];
    entry.open.push_back(place);
    entry.newest = place;
    ++entry.known;
    order_.push_back(hash);
    if (order_.size() <= limit_) return;
    ++forgotten_;
    const auto oldest = entries_.find(order_.front());
    order_.pop_front();
    // An answered event leaves first; the open ones of the same text are all newer, or as old.
    Entry& old = oldest->second;
    if (old.open.size() == old.known) old.open.erase(old.open.begin());
    if (--old.known == 0) entries_.erase(oldest);
}

std::optional<SourceMemory::Found> SourceMemory::find(std::string_view text) const {
    const auto found = entries_.find(hashOf(text));
    if (found == entries_.end()) return std::nullopt;
    const Entry& entry = found->second;
    if (entry.open.empty()) return Found{entry.newest, false};
    return Found{entry.open.front(), true};
}

void SourceMemory::answered(std::string_view text) {
    const auto found = entries_.find(hashOf(text));
    if (found == entries_.end() || found->second.open.empty()) return;
    found->second.open.erase(found->second.open.begin());
}

}  // namespace weir::invoke
