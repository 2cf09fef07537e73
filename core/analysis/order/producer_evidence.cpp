// SPDX-License-Identifier: GPL-3.0-or-later
// Findings that a producer causes: no call has a part in them.
#include "analysis/order/producer_evidence.h"

#include "journal/session_reader.h"
#include "journal/session_rows.h"

#include <algorithm>

namespace weir::analysis::order {
namespace {

constexpr std::int64_t kAround = 2;  // records on either side of a late one

}  // namespace

Status describeLate(journal::SessionReader& reader, const EvidenceLimits& limits, Evidence& e) {
    const Finding& f = e.finding;
    auto stretches =
        reader.eventStretches(f.topic, f.partition, std::max<std::int64_t>(0, f.first - limits.window),
                              std::min(f.last, f.first + kAround) + kAround);
    if (!stretches) return passOn(stretches);
    std::vector<EvidenceRecord> all;
    for (const journal::EventStretchRow& s : *stretches) {
        auto rows = reader.events(s.first_event, s.last_offset - s.first_offset + 1, 0);
        if (!rows) return passOn(rows);
        for (const journal::EventRow& row : *rows) {
            if (row.timestamp) all.push_back({row.offset, *row.timestamp, false, false});
        }
    }
    const auto late =
        std::find_if(all.begin(), all.end(), [&f](const EvidenceRecord& r) { return r.offset >= f.first; });
    const auto newest = std::max_element(
        all.begin(), late,
        [](const EvidenceRecord& a, const EvidenceRecord& b) { return a.timestamp < b.timestamp; });
    if (newest == late) return {};
    newest->against = true;
    for (EvidenceRecord& r : all) {
        r.broken = r.offset >= f.first && r.offset <= f.last;
        if (r.against || r.offset >= f.first - kAround) e.records.push_back(r);
    }
    return {};
}

Status describeKeySplit(journal::SessionReader& reader, const EvidenceLimits& limits, Evidence& e) {
    const Finding& f = e.finding;
    if (!f.key) return {};
    auto oldest = reader.events(EventId{1}, 1, 0);
    if (!oldest) return passOn(oldest);
    if (oldest->empty()) return {};
    const EventId end{oldest->front().id.value + limits.searched};
    auto places = journal::collectRows(
        reader.file(),
        "SELECT partition, count(*), min(offset), min(received_ns), max(received_ns) FROM event "
        "WHERE id < ?1 AND topic_id = ?2 AND CAST(key AS BLOB) = CAST(?3 AS BLOB) GROUP BY partition "
        "ORDER BY min(id)",
        [](journal::RowReader& row) {
            KeyPlace place;
            place.partition = row.int32();
            place.events = row.integer();
            place.first = row.integer();
            place.from = row.time();
            place.to = row.time();
            return place;
        },
        end, f.topic, *f.key);
    if (!places) return passOn(places);
    e.key_places = std::move(*places);
    auto more = reader.events(end, 1, 0);
    if (!more) return passOn(more);
    e.key_places_cut = !more->empty();
    return {};
}

}  // namespace weir::analysis::order
