// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/observer.h"

#include "base/cause_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

namespace weir::invoke {
namespace {

using By = flow::CausesSpec::By;
using From = flow::CausesSpec::From;

/// How long an output waits for records of other partitions that may be on their way.
constexpr DurationNs kGrace = 300 * kMillisecond;
/// And for a cause that its topic does not show yet.
constexpr DurationNs kCauseGrace = 2 * kSecond;
/// Outputs of one partition that wait at most; then it is not read further.
constexpr std::size_t kMostWaiting = 20'000;
/// Events that one output may be caused by, as in one call.
constexpr std::int64_t kMostCauses = 1'000'000;

std::uint64_t contentOf(const RecordChunk& chunk, std::uint32_t index) {
    const std::hash<std::string_view> hash;
    const Bytes key = chunk.key(index);
    const Bytes value = chunk.value(index);
    return hash(key.view()) * 31 + hash(value.view()) + (key.isNull() ? 1 : 0) + (value.isNull() ? 2 : 0);
}

/// No event twice, in order.
void normalize(std::vector<NamedRun>& runs) {
    std::sort(runs.begin(), runs.end(), [](const NamedRun& a, const NamedRun& b) {
        return std::tie(a.topic, a.partition, a.first) < std::tie(b.topic, b.partition, b.first);
    });
    std::vector<NamedRun> merged;
    for (NamedRun& run : runs) {
        const bool joins = !merged.empty() && merged.back().topic == run.topic &&
                           merged.back().partition == run.partition && run.first - 1 <= merged.back().last;
        if (joins) {
            merged.back().last = std::max(merged.back().last, run.last);
        } else {
            merged.push_back(std::move(run));
        }
    }
    runs = std::move(merged);
}

}  // namespace

bool Observer::reads(TopicId topic) const {
    return std::any_of(spec_.sources.begin(), spec_.sources.end(),
                       [&](const auto& source) { return source.second == topic; });
}

std::string Observer::topicName(TopicId topic) const {
    for (const auto& [name, id] : spec_.sources) {
        if (id == topic) return name;
    }
    const auto found = spec_.outputs.find(topic);
    return found == spec_.outputs.end() ? std::string{} : found->second;
}

void Observer::open(TopicId topic, std::int32_t partition) {
    const Place place{topic, partition};
    if (reads(topic)) source_partitions_.try_emplace(place);
    if (spec_.outputs.contains(topic)) outputs_.try_emplace(place);
}

void Observer::began(TopicId topic, std::int32_t partition, std::int64_t offset) {
    const auto found = source_partitions_.find({topic, partition});
    if (found != source_partitions_.end()) found->second.next = std::max(found->second.next, offset);
}

void Observer::arrived(const ChunkPtr& chunk, std::int64_t next, TimeNs now) {
    const Place place{chunk->topic(), chunk->partition()};
    if (const auto source = source_partitions_.find(place); source != source_partitions_.end()) {
        remember(*chunk);
        source->second.next = std::max(source->second.next, next);
    }
    const auto output = outputs_.find(place);
    if (output == outputs_.end()) return;
    OutputPartition& p = output->second;
    for (std::uint32_t i = 0; i < chunk->size(); ++i) {
        p.timestamp = std::max(p.timestamp, (*chunk)[i].timestamp);
        p.waiting.push_back({chunk, i, p.timestamp, now});
        ++waiting_;
    }
}

bool Observer::wants(TopicId topic, std::int32_t partition) const {
    const auto output = outputs_.find({topic, partition});
    // A topic that is read and written must go on: its records may be the causes that outputs wait for.
    return output == outputs_.end() || reads(topic) || output->second.waiting.size() < kMostWaiting;
}

/// For outputs that name their causes by key or by id.
void Observer::remember(const RecordChunk& chunk) {
    const bool ids = spec_.causes.from == From::Known || spec_.causes.by == By::Id;
    const bool keys = spec_.causes.from != From::Known && spec_.causes.by == By::Key;
    if (!ids && !keys) return;
    std::string text;
    for (std::uint32_t i = 0; i < chunk.size(); ++i) {
        const SourcePlace place{chunk.topic(), chunk.partition(), chunk[i].offset};
        if (keys && !chunk.key(i).isNull()) keys_.add(chunk.key(i).view(), place);
        if (ids && chunk[i].headers_count > 0 && headerText(chunk, i, "ce_id", text)) ids_.add(text, place);
    }
}

bool Observer::sourcesAtEnd() {
    return std::all_of(source_partitions_.begin(), source_partitions_.end(),
                       [&](const auto& entry) { return port_.atEnd(entry.first.first, entry.first.second); });
}

void Observer::release(TimeNs now, bool all) {
    std::vector<NamedRun> causes;
    std::vector<std::string> texts;
    while (waiting_ > 0) {
        auto next = outputs_.end();
        for (auto it = outputs_.begin(); it != outputs_.end(); ++it) {
            if (it->second.waiting.empty()) continue;
            if (next == outputs_.end() ||
                it->second.waiting.front().timestamp < next->second.waiting.front().timestamp) {
                next = it;
            }
        }
        const Waiting& output = next->second.waiting.front();
        if (!all) {
            const bool waited = now - output.arrived >= kGrace;
            for (const auto& [place, partition] : outputs_) {
                if (partition.waiting.empty() && !(waited && port_.atEnd(place.first, place.second))) return;
            }
        }
        causes.clear();
        texts.clear();
        const Linked linked = link(output, now, all, causes, texts);
        if (linked == Linked::NotYet) return;
        const Waiting taken = output;
        next->second.waiting.pop_front();
        --waiting_;
        if (taken.timestamp > timestamp_ || at_ == 0) at_ = std::max(now, at_ + 1);
        timestamp_ = std::max(timestamp_, taken.timestamp);
        if (linked == Linked::Yes) {
            for (const std::string& text : texts) keys_.answered(text);
            take(next->first, taken, causes);
        }
    }
}

Observer::Linked Observer::link(const Waiting& output, TimeNs now, bool all, std::vector<NamedRun>& causes,
                                std::vector<std::string>& texts) {
    const Place place{output.chunk->topic(), output.chunk->partition()};
    SaidCauses said = readCauses(*output.chunk, output.index, spec_.causes);
    if (said.fault == SaidCauses::Fault::Nothing) {
        complain(place, output, counts_.silent, "names no cause");
        return Linked::No;
    }
    if (said.fault == SaidCauses::Fault::Unreadable) {
        complain(place, output, counts_.unreadable, "names its cause in a form that is not expected");
        return Linked::No;
    }
    if (!said.lookups.empty()) {
        const Linked found = lookUp(said, output, now, all, causes, texts);
        if (found != Linked::Yes) {
            if (found == Linked::No)
                complain(place, output, counts_.unknown, "names a cause that was not found");
            return found;
        }
    }
    std::int64_t events = 0;
    for (NamedRun& run : said.places) {
        const auto topic = spec_.sources.find(run.topic);
        if (topic == spec_.sources.end()) continue;
        const auto source = source_partitions_.find({topic->second, run.partition});
        if (source == source_partitions_.end()) continue;
        if (run.last >= source->second.next) {
            const bool may_come =
                !port_.atEnd(topic->second, run.partition) || now - output.arrived < kCauseGrace;
            if (may_come && !all) return Linked::NotYet;
            if (run.first >= source->second.next) continue;  // nothing stands there
            run.last = source->second.next - 1;
        }
        events += run.last - run.first + 1;
        if (events > kMostCauses) {
            complain(place, output, counts_.unreadable, "names more causes than a call can have");
            return Linked::No;
        }
        causes.push_back(std::move(run));
    }
    if (causes.empty()) {
        complain(place, output, counts_.unknown, "names only causes that this function was not given");
        return Linked::No;
    }
    normalize(causes);
    return Linked::Yes;
}

Observer::Linked Observer::lookUp(const SaidCauses& said, const Waiting& output, TimeNs now, bool all,
                                  std::vector<NamedRun>& causes, std::vector<std::string>& texts) {
    const SourceMemory& memory = said.by_id ? ids_ : keys_;
    for (const std::string& text : said.lookups) {
        const auto found = memory.find(text);
        const bool certain = found && (found->open || said.by_id);
        if (!certain && !all && (now - output.arrived < kCauseGrace || !sourcesAtEnd()))
            return Linked::NotYet;
        if (!found) continue;
        const SourcePlace& p = found->place;
        causes.push_back({topicName(p.topic), p.partition, p.offset, p.offset});
        if (!said.by_id) texts.push_back(text);
    }
    return causes.empty() ? Linked::No : Linked::Yes;
}

/// Writes the facts of one output, or of one event that was given up.
void Observer::take(const Place& place, const Waiting& output, const std::vector<NamedRun>& causes) {
    const RecordChunk& chunk = *output.chunk;
    const std::int64_t offset = chunk[output.index].offset;
    std::vector<facts::EventRun> runs;
    for (const NamedRun& run : causes) {
        port_.identify(spec_.sources.at(run.topic), run.partition, run.first, run.last, at_, runs);
    }
    if (spec_.failed == place.first) {
        std::string reason;
        const bool expired = headerText(chunk, output.index, "weir_reason", reason) && reason == "expired";
        for (const facts::EventRun& run : runs) {
            port_.write(at_,
                        facts::Skip{spec_.function, spec_.trigger, run,
                                    expired ? facts::SkipReason::Expired : facts::SkipReason::OnFailure});
        }
        ++counts_.given_up;
        return;
    }
    OutputPartition& partition = outputs_.at(place);
    const SeenOutput seen{place.first, place.second, partition.position++, contentOf(chunk, output.index)};
    auto call = calls_.callOf(runs, seen);
    if (!call) {
        call = port_.nextCall();
        calls_.begin(runs, *call, seen);
        ++counts_.calls;
        facts::Observed observed;
        observed.id = *call;
        observed.function = spec_.function;
        observed.events = runs;
        port_.write(at_, std::move(observed));
    }
    ++counts_.outputs;
    port_.write(at_, facts::Output{*call, place.first, place.second, offset, std::move(runs)});
}

/// The first of each kind is said at once, the rest is counted.
void Observer::complain(const Place& place, const Waiting& output, std::int64_t& count,
                        const std::string& what) {
    if (count++ > 0) return;
    const std::int64_t offset = (*output.chunk)[output.index].offset;
    port_.write(
        at_, facts::Log{{},
                        {},
                        facts::Stream::Weir,
                        fmt::format("{}: the output {} {}", spec_.name,
                                    placeText(topicName(place.first), place.second, offset, offset), what)});
}

void Observer::finish(TimeNs now) {
    release(now, true);
    const auto say = [&](const std::string& text) {
        port_.write(now, facts::Log{{}, {}, facts::Stream::Weir, spec_.name + ": " + text});
    };
    say(fmt::format("{} outputs are linked to their causes, in {} calls", counts_.outputs, counts_.calls));
    if (counts_.given_up > 0) say(fmt::format("{} events were given up", counts_.given_up));
    if (counts_.silent > 0) say(fmt::format("{} outputs name no cause", counts_.silent));
    if (counts_.unreadable > 0)
        say(fmt::format("{} outputs name their cause in a form that is not expected", counts_.unreadable));
    if (counts_.unknown > 0)
        say(fmt::format("{} outputs name only causes that were not found", counts_.unknown));
    if (const auto lost = keys_.forgotten() + ids_.forgotten(); lost > 0)
        say(fmt::format("{} source events were too old to be looked up by key or id", lost));
}

}  // namespace weir::invoke
