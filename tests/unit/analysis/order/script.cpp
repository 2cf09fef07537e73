// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/analysis/order/script.h"

#include "unit/journal/session_fixture.h"

#include <algorithm>
#include <tuple>
#include <variant>

namespace weir::analysis::order::test {

std::vector<facts::Fact> Script::write(const std::map<Place, Entry>& entries) {
    std::stable_sort(planned_.begin(), planned_.end(), [](const Planned& a, const Planned& b) {
        return std::tie(a.at, a.rank) < std::tie(b.at, b.rank);
    });
    std::int64_t number = 0;
    for (const Planned& p : planned_) {
        if (const auto* start = std::get_if<facts::Start>(&p.body)) numbers_[start->id] = ++number;
        if (const auto* seen = std::get_if<facts::Observed>(&p.body)) numbers_[seen->id] = ++number;
    }
    if (dice_.oneIn(3)) {  // an import's calls have names of their own, in any order
        for (std::int64_t i = 1; i <= number; ++i) names_.push_back(i * 3);
        dice_.shuffle(names_);
    }
    for (std::size_t i = 0; i < planned_.size();) {
        if (std::holds_alternative<facts::Records>(planned_[i].body)) {
            i = writeChunk(i, entries);
        } else {
            at_ = planned_[i].at;
            std::visit([&](const auto& body) { write(body, planned_[i]); }, planned_[i].body);
            ++i;
        }
    }
    return facts_;
}

/// From planned fact `i` on; returns the one after the chunk.
std::size_t Script::writeChunk(std::size_t i, const std::map<Place, Entry>& entries) {
    const Place first = planned_[i].events.front();
    const bool late = ids_.contains(first);  // named before
    const EventId id = late ? ids_.at(first) : EventId{next_id_};
    const TimeNs at = planned_[i].at;
    std::vector<journal::test::Item> items;
    do {
        const Place place = planned_[i].events.front();
        const Entry& entry = entries.at(place);
        journal::test::Item item{place.offset, entry.key, std::nullopt};
        item.timestamp = entry.timestamp;
        item.type = entry.timestamp == kNoTimestamp ? TimestampType::None : TimestampType::Create;
        items.push_back(item);
        if (!late) ids_[place] = EventId{next_id_++};
        ++i;
    } while (!late && i < planned_.size() && continues(planned_[i], at, first) && !dice_.oneIn(4));
    const ChunkPtr chunk = journal::test::chunkOf(first.topic, first.partition, id, items);
    if (late) {
        facts_.push_back({at, facts::LateRecord{chunk}});
    } else {
        facts_.push_back({at, facts::Records{chunk}});
    }
    return i;
}

bool Script::continues(const Planned& p, TimeNs at, const Place& first) const {
    return p.at == at && std::holds_alternative<facts::Records>(p.body) &&
           p.events.front().topic == first.topic && p.events.front().partition == first.partition &&
           !ids_.contains(p.events.front());
}

/// Runs whose offsets and ids follow each other; what has no id yet gets one.
std::vector<facts::EventRun> Script::runsOf(const std::vector<Place>& places) {
    std::vector<facts::EventRun> unrecorded;
    for (const Place& place : places) {
        if (ids_.contains(place)) continue;
        ids_[place] = EventId{next_id_++};
        append(unrecorded, place);
    }
    for (const facts::EventRun& run : unrecorded) facts_.push_back({at_, facts::Unrecorded{run}});
    std::vector<facts::EventRun> runs;
    for (const Place& place : places) append(runs, place);
    return runs;
}

void Script::append(std::vector<facts::EventRun>& runs, const Place& place) const {
    const EventId id = ids_.at(place);
    if (!runs.empty()) {
        facts::EventRun& last = runs.back();
        if (last.topic == place.topic && last.partition == place.partition && last.last + 1 == place.offset &&
            last.lastEvent().value + 1 == id.value) {
            ++last.last;
            return;
        }
    }
    runs.push_back({place.topic, place.partition, place.offset, place.offset, id});
}

InvocationId Script::numberOf(InvocationId provisional) const {
    return provisional ? InvocationId{numbers_.at(provisional)} : InvocationId{};
}

std::optional<std::int64_t> Script::nameOf(InvocationId call) const {
    if (names_.empty()) return std::nullopt;
    return names_[static_cast<std::size_t>(call.value - 1)];
}

void Script::write(facts::Start start, const Planned& p) {
    start.id = numberOf(start.id);
    start.number = nameOf(start.id);
    start.split_of = numberOf(start.split_of);
    start.events = runsOf(p.events);
    facts_.push_back({at_, start});
}
void Script::write(facts::End end, const Planned& p) {
    end.id = numberOf(end.id);
    end.failed = runsOf(p.failed);
    facts_.push_back({at_, end});
}
void Script::write(facts::Observed observed, const Planned& p) {
    observed.id = numberOf(observed.id);
    observed.number = nameOf(observed.id);
    observed.events = runsOf(p.events);
    facts_.push_back({at_, observed});
}
void Script::write(facts::Output output, const Planned& p) {
    output.invocation = numberOf(output.invocation);
    output.caused_by = runsOf(p.events);
    std::int64_t& next = output_ends_[{output.topic, output.partition}];
    if (dice_.oneIn(6)) next += dice_.between(1, 3);
    output.offset = next++;
    facts_.push_back({at_, output});
}
void Script::write(facts::Skip skip, const Planned& p) {
    for (const facts::EventRun& run : runsOf(p.events)) {
        skip.events = run;
        facts_.push_back({at_, skip});
    }
}

}  // namespace weir::analysis::order::test
