// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/aggregate.h"

#include <algorithm>
#include <limits>
#include <map>

namespace weir::analysis {
namespace {

template <typename Row, typename I>
std::size_t indexOf(const std::vector<Row>& rows, I id) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
    return static_cast<std::size_t>(found - rows.begin());
}

double rate(std::int64_t count, DurationNs duration) {
    if (duration <= 0) return 0;
    return static_cast<double>(count) / (static_cast<double>(duration) / static_cast<double>(kSecond));
}

class Builder {
  public:
    explicit Builder(journal::SessionReader& reader) : reader_(reader) {}

    Result<LineageAggregate> build() {
        for (const auto part :
             {&Builder::declare, &Builder::deliveries, &Builder::skips, &Builder::outputs, &Builder::named}) {
            if (Status s = (this->*part)(); !s) return passOn(s);
        }
        for (auto& [key, d] : delivered_) {
            d.per_second = rate(d.deliveries, graph_.duration);
            graph_.delivered.push_back(std::move(d));
        }
        return std::move(graph_);
    }

  private:
    Status declare() {
        auto extent = reader_.extent();
        if (!extent) return passOn(extent);
        graph_.duration = extent->last_at - extent->first_at;
        auto topics = reader_.topics();
        if (!topics) return passOn(topics);
        auto events = reader_.eventsByTopic();
        if (!events) return passOn(events);
        for (journal::TopicRow& t : *topics) graph_.topics.push_back({t.id, std::move(t.name), 0});
        for (const auto& [topic, count] : *events) {
            if (const auto i = indexOf(graph_.topics, topic); i < graph_.topics.size())
                graph_.topics[i].events = count;
        }
        auto functions = reader_.functions();
        if (!functions) return passOn(functions);
        for (journal::FunctionRow& f : *functions)
            graph_.functions.push_back({f.id, std::move(f.name), f.observed});
        auto triggers = reader_.triggers();
        if (!triggers) return passOn(triggers);
        for (const journal::TriggerRow& t : *triggers) {
            for (const TopicId topic : t.topics) (void)edge(topic, t.function);
        }
        return {};
    }

    /// Null: the file names what it does not declare.
    LineageAggregate::Delivered* edge(TopicId topic, FunctionId function) {
        const std::size_t t = indexOf(graph_.topics, topic);
        const std::size_t f = indexOf(graph_.functions, function);
        if (t == graph_.topics.size() || f == graph_.functions.size()) return nullptr;
        auto& d = delivered_[{t, f}];
        d.topic = t;
        d.function = f;
        return &d;
    }

    Status deliveries() {
        auto rows = reader_.deliveryCounts();
        if (!rows) return passOn(rows);
        for (const journal::DeliveryCountRow& row : *rows) {
            auto* const d = edge(row.topic, row.function);
            if (d == nullptr) continue;
            d->calls += row.calls;
            d->deliveries += row.deliveries;
            auto& part = !row.outcome                              ? d->in_flight
                         : *row.outcome == facts::Outcome::Success ? d->succeeded
                                                                   : d->failed;
            part += row.deliveries;
        }
        return {};
    }

    Status skips() {
        auto rows = reader_.skipCounts();
        if (!rows) return passOn(rows);
        for (journal::SkipCountRow& row : *rows) {
            if (auto* const d = edge(row.topic, row.function))
                d->skipped.emplace_back(facts::word(row.reason), row.events);
        }
        return {};
    }

    Status outputs() {
        auto rows = reader_.outputCounts(1, std::numeric_limits<std::int64_t>::max());
        if (!rows) return passOn(rows);
        for (const journal::OutputCountRow& row : *rows) {
            const std::size_t t = indexOf(graph_.topics, row.topic);
            const std::size_t f = indexOf(graph_.functions, row.function);
            if (t == graph_.topics.size() || f == graph_.functions.size()) continue;
            graph_.produced.push_back({f, t, row.outputs, rate(row.outputs, graph_.duration)});
        }
        return {};
    }

    Status named() {
        auto rows = reader_.namedTopics();
        if (!rows) return passOn(rows);
        for (const auto& [from, to] : *rows) {
            const std::size_t t = indexOf(graph_.topics, to);
            if (t == graph_.topics.size()) continue;
            const bool explained = std::any_of(graph_.produced.begin(), graph_.produced.end(),
                                               [&](const auto& p) { return p.topic == t; });
            if (explained) continue;
            const auto cause = std::find_if(graph_.topics.begin(), graph_.topics.end(),
                                            [&, &name = from](const auto& x) { return x.name == name; });
            const auto at = static_cast<std::size_t>(cause - graph_.topics.begin());
            if (cause == graph_.topics.end()) graph_.topics.push_back({{}, from, 0});
            graph_.named.push_back({at, t});
        }
        return {};
    }

    journal::SessionReader& reader_;
    LineageAggregate graph_;
    std::map<std::pair<std::size_t, std::size_t>, LineageAggregate::Delivered> delivered_;
};

}  // namespace

Result<LineageAggregate> aggregateLineage(journal::SessionReader& reader) {
    return Builder(reader).build();
}

}  // namespace weir::analysis
