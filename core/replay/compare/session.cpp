// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/gather.h"

#include <algorithm>
#include <utility>

namespace weir::compare {
namespace {

constexpr std::int64_t kSamples = 200;  // events that are looked at
constexpr std::int64_t kPage = 2'000;
constexpr std::int64_t kFirstPage = 16;

/// An event of some topics, at or soon after an id.
Result<std::optional<journal::EventRow>> eventSoonAfter(Session& session, const std::set<TopicId>& topics,
                                                        std::int64_t id, std::int64_t within) {
    std::int64_t page = std::min(within, kFirstPage);
    for (std::int64_t looked = 0; looked < within; looked += page, page = within - looked) {
        auto rows = session.reader->events(EventId{id + looked}, page, 0);
        if (!rows) return passOn(rows);
        const auto row = std::find_if(rows->begin(), rows->end(),
                                      [&](const auto& e) { return e.recorded && topics.count(e.topic) > 0; });
        if (row != rows->end()) return std::optional(std::move(*row));
    }
    return std::optional<journal::EventRow>{};
}

}  // namespace

Result<Session> openSession(const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return passOn(reader);
    Session session;
    session.path = path;
    session.reader = std::move(*reader);
    const auto topics = session.reader->topics();
    if (!topics) return tl::unexpected<Error>(topics.error());
    for (const journal::TopicRow& t : *topics) {
        session.topics[t.name] = t.id;
        session.topic_names[t.id] = t.name;
    }
    const auto functions = session.reader->functions();
    if (!functions) return tl::unexpected<Error>(functions.error());
    for (const journal::FunctionRow& f : *functions) session.functions[f.name] = f.id;
    return session;
}

Result<bool> samePlaces(Session& a, Session& b, const std::vector<std::string>& sources) {
    std::set<TopicId> of_b;
    for (const std::string& name : sources) of_b.insert(b.topics.at(name));
    auto extent = b.reader->extent();
    if (!extent) return passOn(extent);
    const std::int64_t step = std::max<std::int64_t>(extent->events / kSamples, 1);
    std::int64_t looked = 0;
    for (std::int64_t id = 1; id <= extent->events && looked < kSamples; id += step) {
        auto of_page = eventSoonAfter(b, of_b, id, std::min(step, kPage));
        if (!of_page) return passOn(of_page);
        const auto& row = *of_page;
        if (!row) continue;
        ++looked;
        const TopicId topic = a.topics.at(b.topic_names.at(row->topic));
        auto found = a.reader->findEvent(topic, row->partition, row->offset);
        if (!found) return passOn(found);
        if (!*found) return false;
        auto other = a.reader->events(*found, 1, 0);
        if (!other) return passOn(other);
        if (other->empty() || other->front().key != row->key || other->front().size != row->size)
            return false;
        if (other->front().timestamp != row->timestamp) return false;
    }
    return looked > 0;
}

}  // namespace weir::compare
