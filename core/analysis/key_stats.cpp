// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/key_stats.h"

#include "journal/session_rows.h"

#include <map>
#include <string_view>
#include <utility>

namespace weir::analysis {
namespace {

using journal::RowReader;

#define WEIR_KEYED_DELIVERIES                                                \
    "FROM delivery_run AS r JOIN invocation AS i ON i.id = r.invocation_id " \
    "JOIN event AS e ON e.id BETWEEN r.first_event_id AND r.last_event_id "  \
    "WHERE e.key NOTNULL "

using KeyPlaces = std::map<std::pair<std::int64_t, std::string>, std::size_t, std::less<>>;

void add(KeyStats& stats, RowReader& row) {
    const TimeNs received = row.time();
    const auto start = row.maybeTime();
    const auto end = row.maybeTime();
    const auto outcome = row.maybeWord(facts::Outcome::Abandoned);
    ++stats.deliveries;
    if (!outcome || !end) return;  // in flight
    if (start) stats.run.record(*end - *start);
    if (*outcome != facts::Outcome::Success) {
        ++stats.failed;
        return;
    }
    ++stats.delivered;
    if (received > start.value_or(*end)) return;  // it did not wait for a call that had begun
    if (start) stats.wait.record(*start - received);
    stats.total.record(*end - received);
}

}  // namespace

Result<std::vector<KeyStats>> keyStats(journal::SessionReader& reader, std::size_t most) {
    std::vector<KeyStats> all;
    KeyPlaces places;
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    std::map<TopicId, std::string> names;
    for (const journal::TopicRow& topic : *topics) names[topic.id] = topic.name;

    auto in_use = reader.file().use();
    if (!in_use) return passOn(in_use);
    Status read = journal::forEachRow(
        reader.file(),
        "SELECT e.topic_id, e.key, count(*) " WEIR_KEYED_DELIVERIES
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?1",
        [&](RowReader& row) {
            KeyStats stats;
            stats.topic = row.id<TopicId>();
            stats.topic_name = names[stats.topic];
            stats.key = row.view();
            places[{stats.topic.value, stats.key}] = all.size();
            all.push_back(std::move(stats));
        },
        static_cast<std::int64_t>(most));
    if (!read) return passOn(read);
    read = journal::forEachRow(reader.file(),
                               "SELECT e.topic_id, e.key, e.received_ns, i.start_ns, i.end_ns, "
                               "coalesce(r.outcome, i.outcome) " WEIR_KEYED_DELIVERIES,
                               [&](RowReader& row) {
                                   const std::int64_t topic = row.integer();
                                   const std::string key(row.view());
                                   const auto found = places.find(std::pair(topic, key));
                                   if (found != places.end()) add(all[found->second], row);
                               });
    if (!read) return passOn(read);
    return all;
}

}  // namespace weir::analysis
