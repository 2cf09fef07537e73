// SPDX-License-Identifier: GPL-3.0-or-later
// Order by key: a scope for each key, most of them a few bytes.
#include "analysis/order/lane.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::int64_t kRoomBelow = 1024;  // lower offsets may come after the first ones
constexpr std::int64_t kAhead = 24;        // how far memory is asked for in advance

}  // namespace

/// Calls `each(offset, index)`; the index is −1 of an event without a record.
template <typename Each>
void Lane::forEachEvent(const Run& run, const Each& each) {
    const PartitionLog& log = *s_.log;
    // Where memory is asked for. A function that did nothing but ask would be optimised away.
    const auto lightNear = [&](std::int64_t index) -> const LightScope* {
        const std::uint32_t key = log.keyAt(index);
        return key < s_.light->size() ? &(*s_.light)[key] : nullptr;
    };
    std::int64_t offset = run.first;
    for (std::size_t at = log.runAt(run.first); offset <= run.last;) {
        if (at == log.records.size() || log.records[at].first > offset) {
            const std::int64_t end =
                at == log.records.size() ? run.last : std::min(run.last, log.records[at].first - 1);
            for (; offset <= end; ++offset) each(offset, std::int64_t{-1});
            continue;
        }
        const PartitionLog::Records records = log.records[at];
        const std::int64_t end = std::min(run.last, records.last);
        for (std::int64_t soon = offset; soon < std::min(offset + kAhead, end + 1); ++soon) {
            __builtin_prefetch(lightNear(records.index + soon - records.first));
        }
        for (; offset <= end; ++offset) {
            const std::int64_t index = records.index + offset - records.first;
            if (offset + kAhead <= end) __builtin_prefetch(lightNear(index + kAhead));
            each(offset, index);
        }
        ++at;
    }
}

void Lane::takeKeyed(TimeNs at, std::span<Part* const> ended, std::span<Part* const> started) {
    touched_.clear();
    others_ended_ = ended.size() > 1;
    for (const Part* part : started) {
        if (part->call.end == at) startKeyed(*part, true);
    }
    for (const Part* part : ended) endKeyed(*part, at);
    for (Part* part : started) {
        if (part->call.end == at) continue;
        if (flying_parts_.size() <= part->place) flying_parts_.resize(part->place + 1);
        flying_parts_[part->place] = part;
        startKeyed(*part, false);
    }
    for (Scope* scope : touched_) {
        scope->overlaps.take(at, scope->ended, scope->started, overlapFound(scope->key));
        scope->ended.clear();
        scope->started.clear();
        judge(*scope, at);
        scope->touched = false;
    }
}

void Lane::startKeyed(const Part& part, bool took_no_time) {
    for (const Run& run : part.runs) {
        forEachEvent(run, [&](std::int64_t offset, std::int64_t index) {
            std::uint32_t key = KeyTable::kNone;
            if (index >= 0) {
                key = s_.log->keyAt(index);
            } else if (const auto late = lateKey(offset)) {
                key = s_.keys->number(*late, s_.bounds->most_keys);
            }
            if (key == KeyTable::kNone) {
                startAlone(part, offset, index, took_no_time);
                return;
            }
            LightScope* const light = lightOf(key);
            if (light == nullptr) {
                enter(scopeOf(key, s_.keys->bytes(key)), part.call, offset);
            } else if (light->heavy()) {
                enter(*scopes_[light->scope()], part.call, offset);
            } else if (index < 0 ||
                       (light->holder != 0 && (took_no_time || light->holder != part.place + 1))) {
                enter(promote(*light, key, &part, offset), part.call, offset);
            } else if (!took_no_time) {
                light->holder = part.place + 1;
            }
        });
    }
}

/// An event that is a scope of its own meets only itself.
void Lane::startAlone(const Part& part, std::int64_t offset, std::int64_t index, bool took_no_time) {
    Slot* const slot = slotAt(index);
    if (slot == nullptr || (!scope_of_.empty() && scope_of_.contains(~offset))) {
        enter(scopeOf(~offset, std::nullopt), part.call, offset);
    } else if (slot->back != 0 && slot->back != part.place + 1) {
        Scope& scope = scopeOf(~offset, std::nullopt);
        scope.overlaps.put({flying_parts_[slot->back - 1]->call, {{offset, offset}}});
        slot->back = 0;
        enter(scope, part.call, offset);
    } else if (!took_no_time) {
        slot->back = part.place + 1;
    }
}

void Lane::endKeyed(const Part& part, TimeNs at) {
    const bool any = part.outcome == facts::Outcome::Success || part.outcome == facts::Outcome::Partial;
    if (any) successesOf(part);
    std::uint32_t call_place = 0;
    const auto failed = [&](std::int64_t offset) {
        if (!any) return true;
        const auto f = std::lower_bound(part.failed.begin(), part.failed.end(), offset,
                                        [](const Run& r, std::int64_t o) { return r.last < o; });
        return f != part.failed.end() && f->first <= offset;
    };
    for (const Run& run : part.runs) {
        forEachEvent(run, [&](std::int64_t offset, std::int64_t index) {
            std::uint32_t key = KeyTable::kNone;
            if (index >= 0) {
                key = s_.log->keyAt(index);
            } else if (const auto late = lateKey(offset)) {
                key = s_.keys->number(*late, s_.bounds->most_keys);
            }
            Scope* scope = nullptr;
            LightScope* light = nullptr;
            if (key != KeyTable::kNone) {
                light = lightOf(key);
                if (light == nullptr) {
                    scope = &scopeOf(key, s_.keys->bytes(key));
                } else if (light->heavy()) {
                    scope = scopes_[light->scope()].get();
                } else if (index < 0) {
                    scope = &promote(*light, key);
                } else if (light->holder == part.place + 1 && !part.call.observed) {
                    light->holder = 0;
                }
            } else if (Slot* const slot = slotAt(index);
                       slot != nullptr && !part.call.observed && slot->back == part.place + 1) {
                slot->back = 0;
            } else if (!scope_of_.empty() && scope_of_.contains(~offset)) {
                leave(scopeOf(~offset, std::nullopt), part.call);
            }
            if (scope != nullptr) leave(*scope, part.call);
            if (failed(offset)) return;

            Slot* const slot = slotAt(index);
            if (slot != nullptr && slot->call != 0) {
                duplicate({offset, offset}, part.call, calls_[slot->call - 1 - calls_from_], keyOf(offset));
                return;
            }
            if (slot == nullptr || offset <= highest_unrecorded_) {
                const auto piece =
                    std::lower_bound(done_.begin(), done_.end(), offset,
                                     [](const Piece& p, std::int64_t o) { return p.last < o; });
                if (piece != done_.end() && piece->first <= offset) {
                    duplicate({offset, offset}, part.call, piece->call, keyOf(offset));
                    return;
                }
            }
            if (slot == nullptr) {
                insert({offset, offset}, part.call);
                if (index < 0) highest_unrecorded_ = std::max(highest_unrecorded_, offset);
            } else {
                if (call_place == 0) {
                    calls_.push_back(part.call);
                    call_place = calls_from_ + static_cast<std::uint32_t>(calls_.size());
                }
                slot->call = call_place;
                ++succeeded_;
            }
            if (key == KeyTable::kNone) return;  // alone: nothing can be before or after it
            if (scope == nullptr && slot != nullptr && index > light->last) {
                const bool at_once = others_ended_ && light->last >= slots_from_ &&
                                     calls_[slotAt(light->last)->call - 1 - calls_from_].end == at &&
                                     calls_[slotAt(light->last)->call - 1 - calls_from_].id != part.call.id;
                if (!at_once) {
                    const std::int64_t back = light->last < 0 ? 0 : index - light->last;
                    slot->back = back > std::numeric_limits<std::uint32_t>::max()
                                     ? 0
                                     : static_cast<std::uint32_t>(back);
                    light->last = index;
                    return;
                }
            }
            if (scope == nullptr) scope = &promote(*light, key);
            scope->fresh.push_back({{offset, offset}, part.call});
            touch(*scope);
        });
    }
}

Lane::Scope& Lane::scopeOf(std::int64_t code, const std::optional<std::string>& key) {
    const auto [at, is_new] = scope_of_.try_emplace(code, static_cast<std::uint32_t>(scopes_.size()));
    if (is_new) {
        scopes_.push_back(std::make_unique<Scope>());
        scopes_.back()->key = key;
    }
    return *scopes_[at->second];
}

/// From here on the scope keeps all that it needs itself.
Lane::Scope& Lane::promote(LightScope& light, std::uint32_t key, const Part* starting, std::int64_t before) {
    Scope& scope = scopeOf(key, s_.keys->bytes(key));
    const std::uint32_t holder = light.holder;
    light.becomeHeavy(scope_of_.at(key));
    std::vector<std::int64_t> chain;
    for (std::int64_t index = light.last; index >= slots_from_;) {
        chain.push_back(index);
        const std::uint32_t back = slotAt(index)->back;
        if (back == 0) break;
        index -= back;
    }
    std::reverse(chain.begin(), chain.end());
    for (const std::int64_t index : chain) {
        const CallRef& call = calls_[slotAt(index)->call - 1 - calls_from_];
        const std::int64_t offset = s_.log->offsetOf(index);
        if (call.end == at_) {
            scope.fresh.push_back({{offset, offset}, call});  // judged with the others of this instant
            touch(scope);
            continue;
        }
        const bool same = !scope.ahead.empty() && scope.ahead.back().of.id == call.id;
        scope.ahead.add(offset, offset, call, same);
        (void)scope.rising.add(offset, offset);
    }
    if (holder != 0) {
        const Part& part = *flying_parts_[holder - 1];
        Overlaps::Part entered{part.call, {}};
        entered.call.end = kForever;
        for (const Run& run : part.runs) {
            forEachEvent(run, [&](std::int64_t offset, std::int64_t index) {
                if (index < 0 || s_.log->keyAt(index) != key) return;
                if (&part != starting) {
                    entered.runs.push_back({offset, offset});
                } else if (offset < before) {
                    enter(scope, part.call, offset);
                }
            });
        }
        if (!entered.runs.empty()) scope.overlaps.put(std::move(entered));
    }
    return scope;
}

void Lane::enter(Scope& scope, const CallRef& call, std::int64_t offset) {
    if (scope.started.empty() || scope.started.back().call.id != call.id) {
        scope.started.push_back({call, {}});
        scope.started.back().call.end = kForever;
    }
    scope.started.back().runs.push_back({offset, offset});
    touch(scope);
}

void Lane::leave(Scope& scope, const CallRef& call) {
    if (scope.ended.empty() || scope.ended.back().id != call.id) scope.ended.push_back(call);
    touch(scope);
}

void Lane::touch(Scope& scope) {
    if (scope.touched) return;
    scope.touched = true;
    touched_.push_back(&scope);
}

void Lane::makeLight(std::uint32_t key) {
    s_.light->resize(std::max<std::size_t>(s_.keys->size(), key + 1));
}

LightScope* Lane::lightOf(std::uint32_t key) {
    if (key >= s_.light->size()) makeLight(key);
    LightScope& light = (*s_.light)[key];
    const auto mine = static_cast<std::uint32_t>(s_.index + 1);
    if (light.lane == 0) light.lane = mine;
    return light.lane == mine ? &light : nullptr;
}

std::optional<std::string> Lane::lateKey(std::int64_t offset) const {
    if (s_.late_keys == nullptr) return std::nullopt;
    const auto at = s_.late_keys->find(offset);
    return at == s_.late_keys->end() ? std::nullopt : std::optional{at->second};
}

/// The key of an event for a finding; nothing unless order is by key.
std::optional<std::string> Lane::keyOf(std::int64_t offset) const {
    if (s_.ordered != Ordered::Key) return std::nullopt;
    const std::size_t at = s_.log->runAt(offset);
    if (at == s_.log->records.size() || s_.log->records[at].first > offset) return lateKey(offset);
    const PartitionLog::Records& records = s_.log->records[at];
    const std::uint32_t key = s_.log->keyAt(records.index + offset - records.first);
    if (key == KeyTable::kNone) return std::nullopt;
    return s_.keys->bytes(key);
}

Lane::Slot* Lane::slotAt(std::int64_t index) {
    if (index < 0) return nullptr;
    if (slots_.empty() && floor_ < 0) slots_from_ = std::max<std::int64_t>(0, index - kRoomBelow);
    if (index < slots_from_) return nullptr;
    const auto at = static_cast<std::size_t>(index - slots_from_);
    if (at >= slots_.size()) slots_.resize(at + 1);
    return &slots_[at];
}

/// What is at or below the floor becomes runs, without its calls.
void Lane::foldKeyed(std::int64_t floor) {
    const std::size_t at = s_.log->runAt(floor + 1);
    const std::int64_t keep_from =
        at == s_.log->records.size()
            ? s_.log->count
            : s_.log->records[at].index + std::max<std::int64_t>(0, floor + 1 - s_.log->records[at].first);
    if (keep_from <= slots_from_) return;
    const std::size_t drop = std::min(slots_.size(), static_cast<std::size_t>(keep_from - slots_from_));
    std::vector<Piece> folded;
    for (std::size_t i = 0; i < drop; ++i) {
        if (slots_[i].call == 0) continue;
        const std::int64_t offset = s_.log->offsetOf(slots_from_ + static_cast<std::int64_t>(i));
        const CallRef& call = calls_[slots_[i].call - 1 - calls_from_];
        if (!folded.empty() && folded.back().last + 1 == offset && folded.back().call.epoch == call.epoch) {
            folded.back().last = offset;
        } else {
            folded.push_back({offset, offset, call});
        }
    }
    slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(drop));
    slots_from_ += static_cast<std::int64_t>(drop);
    const std::size_t middle = done_.size();
    done_.insert(done_.end(), folded.begin(), folded.end());
    std::inplace_merge(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(middle), done_.end(),
                       [](const Piece& a, const Piece& b) { return a.first < b.first; });
    std::uint32_t oldest = calls_from_ + static_cast<std::uint32_t>(calls_.size()) + 1;
    for (const Slot& slot : slots_) {
        if (slot.call != 0) oldest = std::min(oldest, slot.call);
    }
    const std::uint32_t gone = oldest - 1 - calls_from_;
    calls_.erase(calls_.begin(), calls_.begin() + static_cast<std::ptrdiff_t>(gone));
    calls_from_ += gone;
    for (const auto& scope : scopes_) {
        scope->ahead.fold(floor);
        scope->rising.fold(floor);
    }
}

}  // namespace weir::analysis::order
