// SPDX-License-Identifier: GPL-3.0-or-later
// Runs over history: what the engine does for triggers whose source is a range.
#include "invoke/engine.h"
#include "invoke/range.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {

Status Engine::openRange(const kafka::ClusterInfo& info, const Trigger& t, const flow::RangeSource& range) {
    const auto topic = std::find_if(info.topics.begin(), info.topics.end(),
                                    [&](const kafka::TopicInfo& x) { return x.name == range.topic; });
    if (topic == info.topics.end())
        return fail(ErrorCode::UnknownTopic, fmt::format("There is no topic {}.", range.topic));
    const auto parts = resolveRange(range, *topic, cluster_, plan_.embedded != nullptr);
    if (!parts) return tl::unexpected<Error>(parts.error());
    record(started_, facts::Decision{facts::DecisionKind::Config, t.id,
                                     "a range of history: " + rangeText(range.topic, *parts)});

    std::vector<std::pair<kafka::TopicPartition, std::int64_t>> from;
    std::vector<std::int64_t> ends(topic->partitions.size(), 0);
    for (const RangePart& part : *parts) {
        if (part.from == part.to) continue;
        from.emplace_back(kafka::TopicPartition{range.topic, part.partition}, part.from);
        ends[static_cast<std::size_t>(part.partition)] = part.to;
    }
    if (from.empty()) return {};  // followRanges() sees that there is nothing to read
    auto consumer = kafka::Consumer::create(cluster_, consumerOptions(), [this] { inbox_.wake(); });
    if (!consumer) return passOn(consumer);
    SourcePort& port = *this;
    auto source = std::make_unique<Source>(t.spec.name, t.id, std::string(), std::move(*consumer), port);
    source->expect(range.topic, topic_ids_.at(range.topic), ends);
    Status assigned = source->assignRange(from);
    sources_.push_back(std::move(source));
    return assigned;
}

/// Notices that a range is read to its end: what is queued of it does not wait for more.
void Engine::followRanges(TimeNs at) {
    for (Trigger& t : triggers_) {
        if (t.range_read || t.state != TriggerState::Running || !t.isRange()) continue;
        const Source* const source = sourceOf(t.id);
        if (source != nullptr && !source->rangeRead()) continue;
        t.range_read = true;
        t.state = TriggerState::Draining;
        decide(
            at, facts::DecisionKind::Drain, t.id,
            fmt::format("the range is read; {} events are still delivered", dispatcher_.load(t.id).queued));
        dispatcher_.drain(t.id, at);
    }
}

/// There were ranges, all of them are delivered, and nothing else is left to run.
bool Engine::rangesOver() const {
    if (!plan_.watch.empty() || !observations_.empty()) return false;
    bool any = false;
    for (const Trigger& t : triggers_) {
        any = any || t.isRange();
        if (t.state == TriggerState::Stopped) continue;
        const auto load = dispatcher_.load(t.id);
        if (!t.range_read || load.queued > 0 || load.batches > 0) return false;
    }
    return any;
}

}  // namespace weir::invoke
