// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/selection.h"

#include "base/text.h"
#include "filter/query.h"
#include "journal/session_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::redrive {
namespace {

using journal::RowReader;

constexpr std::int64_t kPage = 10'000;

/// How much of the values of some events was kept.
struct Kept {
    std::int64_t cut = 0, none = 0, masked = 0, unrecorded = 0;
};

Status look(journal::SessionFile& file, const Stretch& stretch, Kept& kept) {
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    return journal::forEachRow(
        file,
        "SELECT capture, count(*) FROM event WHERE id BETWEEN ?1 AND ?2 AND capture IS NOT NULL "
        "GROUP BY capture",
        [&](RowReader& row) {
            const std::string capture = row.text();
            const std::int64_t count = row.integer();
            if (capture == "prefix") kept.cut += count;
            if (capture == "none") kept.none += count;
            if (capture == "masked") kept.masked += count;
            if (capture == "unrecorded") kept.unrecorded += count;
        },
        stretch.first_event.value, stretch.first_event.value + stretch.count() - 1);
}

/// The parts of an arrival that were chosen.
void choose(const journal::ArrivalRow& arrival, const filter::IntervalSet& chosen,
            std::vector<Stretch>& out) {
    const std::int64_t first = arrival.first_event.value;
    const std::int64_t last = first + arrival.last_offset - arrival.first_offset;
    chosen.clip(first, last, [&](std::int64_t from, std::int64_t to) {
        out.push_back({EventId{from}, arrival.first_offset + from - first, arrival.first_offset + to - first,
                       arrival.received});
    });
}

Error incomplete(const Kept& kept, std::int64_t events) {
    return {
        ErrorCode::Unsupported,
        fmt::format("Of {} chosen events {} have no whole value in this session, so that the function "
                    "would not get what it got.",
                    formatCount(events), formatCount(kept.cut + kept.none)),
        "Record with `\"capture\": {\"values\": \"whole\"}`. If the topic still holds the events, run the "
        "function over them with a trigger whose source is a `range` of that topic."};
}

}  // namespace

Result<Selection> select(journal::SessionReader& reader, const std::vector<std::string>& topics,
                         const filter::Filter& filter) {
    auto known = reader.topics();
    if (!known) return passOn(known);
    Selection selection;
    std::map<TopicId, std::size_t> places;
    for (const journal::TopicRow& t : *known) {
        if (std::find(topics.begin(), topics.end(), t.name) == topics.end()) continue;
        places[t.id] = selection.topics.size();
        selection.topics.push_back({t.name, t.partitions, {}});
    }
    const auto chosen = filter::matchingEvents(reader, filter);
    if (!chosen) return tl::unexpected<Error>(chosen.error());

    Kept kept;
    std::vector<Stretch> parts;
    for (std::int64_t next = 1;;) {
        auto arrivals = reader.arrivals(next, kPage);
        if (!arrivals) return passOn(arrivals);
        if (arrivals->empty()) break;
        for (const journal::ArrivalRow& arrival : *arrivals) {
            const auto place = places.find(arrival.topic);
            if (place == places.end()) continue;
            parts.clear();
            choose(arrival, *chosen, parts);
            Selection::Topic& topic = selection.topics[place->second];
            for (const Stretch& part : parts) {
                Kept of_part;
                if (Status s = look(reader.file(), part, of_part); !s) return passOn(s);
                if (of_part.unrecorded > 0) {  // one at a time: nothing arrived with them
                    selection.unrecorded += part.count();
                    continue;
                }
                kept.cut += of_part.cut;
                kept.none += of_part.none;
                selection.masked += of_part.masked;
                if (selection.events == 0) selection.first_at = part.received;
                selection.events += part.count();
                topic.stretches[arrival.partition].push_back(part);
                topic.partitions = std::max(topic.partitions, arrival.partition + 1);
            }
        }
        next = arrivals->back().id + 1;
    }
    if (selection.events == 0) {
        return fail(ErrorCode::Usage,
                    filter.matchesAll() ? "The session holds no events of these topics."
                                        : "The filter lets no event of these topics through.",
                    "`weir-cli info` says which topics the session holds, `weir-cli events --filter` what a "
                    "filter lets through.");
    }
    if (kept.cut + kept.none > 0) return tl::unexpected<Error>(incomplete(kept, selection.events));
    for (Selection::Topic& topic : selection.topics) {
        for (auto& [partition, stretches] : topic.stretches) {
            std::sort(stretches.begin(), stretches.end(),
                      [](const Stretch& a, const Stretch& b) { return a.first < b.first; });
        }
    }
    return selection;
}

}  // namespace weir::redrive
