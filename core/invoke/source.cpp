// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/source.h"

#include <algorithm>
#include <utility>

namespace weir::invoke {
namespace {

constexpr DurationNs kCommitInterval = 200 * kMillisecond;
/// How long a revoke waits for calls in flight. Well under max.poll.interval.ms and what brokers allow for a
/// rebalance, long enough for most calls.
constexpr DurationNs kRevokeWait = 10 * kSecond;
constexpr int kFinalCommitMs = 5'000;

}  // namespace

void Source::expect(const std::string& topic, TopicId id, const std::vector<std::int64_t>& ends) {
    expected_[topic] = {id, ends};
}

void Source::poll(TimeNs now, journal::Sequence flushed) {
    if (closed_) return;
    for (const kafka::ConsumerEvent& event : consumer_->poll()) {
        std::visit([&](const auto& e) { handle(e, now); }, event);
    }
    for (const kafka::TopicPartition& ready : consumer_->takeReady()) {
        if (const auto found = partitions_.find(ready); found != partitions_.end())
            found->second.ready = true;
    }
    if (revoke_deadline_) finishRevoke(now, flushed);
    finishSeek(now);
    if (commits_ && !group_.empty() && trigger_ && now >= next_commit_) {
        next_commit_ = now + kCommitInterval;
        if (const auto offsets = committable(flushed); !offsets.empty()) {
            if (const Status s = consumer_->commit(offsets); !s) {
                port_.trouble(*this, {s.error(), false}, now);
            } else {
                ++commits_under_way_;
            }
        }
    }
}

void Source::handle(const kafka::PartitionsAssigned& event, TimeNs now) {
    for (const kafka::TopicPartition& name : event.partitions) {
        const auto topic = expected_.find(name.topic);
        if (topic == expected_.end()) continue;
        std::optional<std::int64_t> end;
        const auto index = static_cast<std::size_t>(name.partition);
        if (index < topic->second.ends.size()) end = topic->second.ends[index];
        begin(name, topic->second.id, end, now);
    }
}

void Source::begin(const kafka::TopicPartition& name, TopicId topic, std::optional<std::int64_t> end,
                   TimeNs now) {
    SourcePartition& p = partitions_[name];
    p = SourcePartition{};
    p.name = name;
    p.topic = topic;
    p.end = end;
    port_.assigned(*this, p, now);
    if (p.lane) lanes_[p.lane] = name;
}

void Source::seek(const std::string& topic, std::optional<std::int32_t> partition, const kafka::StartAt& to) {
    for (auto& [name, p] : partitions_) {
        if (p.revoking || name.topic != topic || (partition && *partition != name.partition)) continue;
        p.seek = to;
        port_.drain(p);
    }
}

std::vector<kafka::TopicPartition> Source::rewind() {
    std::vector<kafka::TopicPartition> moved;
    for (auto& [name, p] : partitions_) {
        if (p.first < 0) continue;  // nothing of it was read
        moved.push_back(name);
        port_.drain(p);
        if (!p.seek && !p.revoking)
            p.seek = kafka::StartAt{kafka::StartAt::Kind::Offset, std::max(p.confirmed, p.first)};
    }
    return moved;
}

void Source::committedElsewhere(const kafka::Producer::Offsets& offsets, TimeNs now) {
    for (const auto& [name, offset] : offsets) {
        if (const auto found = partitions_.find(name); found != partitions_.end()) {
            found->second.committed = std::max(found->second.committed, offset);
            confirm(found->second, offset, now);
        }
    }
}

/// All at once, when nothing of them runs and no commit is under way: a late answer must not be taken for
/// one of the new position.
void Source::finishSeek(TimeNs now) {
    std::vector<std::pair<kafka::TopicPartition, kafka::StartAt>> targets;
    for (const auto& [name, p] : partitions_) {
        if (!p.seek) continue;
        if (p.revoking || commits_under_way_ > 0 || port_.busy(p)) return;
        targets.emplace_back(name, *p.seek);
    }
    if (targets.empty()) return;
    if (const Status s = consumer_->seek(targets); !s) port_.trouble(*this, {s.error(), false}, now);
    for (const auto& [name, to] : targets) {
        const SourcePartition old = partitions_.at(name);
        port_.revoked(*this, old, false, now);
        lanes_.erase(old.lane);
        begin(name, old.topic, old.end, now);
        partitions_.at(name).moved = true;
    }
    for (auto& [name, p] : partitions_) p.ready = true;
}

void Source::handle(const kafka::PartitionsRevoked& event, TimeNs now) {
    for (const kafka::TopicPartition& name : event.partitions) {
        const auto found = partitions_.find(name);
        if (found == partitions_.end()) continue;
        found->second.revoking = true;
        port_.drain(found->second);
    }
    revoke_deadline_ = event.lost ? now : now + kRevokeWait;
    if (event.lost) {
        for (auto it = partitions_.begin(); it != partitions_.end();) {
            if (!it->second.revoking) {
                ++it;
                continue;
            }
            port_.revoked(*this, it->second, true, now);
            lanes_.erase(it->second.lane);
            it = partitions_.erase(it);
        }
        revoke_deadline_.reset();
        consumer_->finishRevoke();
    }
}

/// Waits for calls in flight and for the facts of them, commits, and lets the group go on.
void Source::finishRevoke(TimeNs now, journal::Sequence flushed) {
    if (now < *revoke_deadline_) {
        for (const auto& [name, p] : partitions_) {
            const bool unflushed = p.waiting.offset >= 0 && p.waiting.sequence > flushed;
            if (p.revoking && (port_.busy(p) || unflushed)) return;
        }
    }
    commitRest(now, flushed);
    for (auto it = partitions_.begin(); it != partitions_.end();) {
        if (!it->second.revoking) {
            ++it;
            continue;
        }
        port_.revoked(*this, it->second, false, now);
        lanes_.erase(it->second.lane);
        it = partitions_.erase(it);
    }
    revoke_deadline_.reset();
    consumer_->finishRevoke();
}

void Source::handle(const kafka::CommitDone& event, TimeNs now) {
    --commits_under_way_;
    if (!event.status) {
        // The next commit covers this one: offsets only rise.
        for (const auto& [name, offset] : event.offsets) {
            if (const auto found = partitions_.find(name); found != partitions_.end()) {
                SourcePartition& p = found->second;
                p.committed = std::min(p.committed, offset - 1);
                if (p.waiting.offset < 0) p.waiting = {offset, 0};
            }
        }
        port_.trouble(*this, {event.status.error(), false}, now);
        return;
    }
    for (const auto& [name, offset] : event.offsets) {
        if (const auto found = partitions_.find(name); found != partitions_.end()) {
            confirm(found->second, offset, now);
        }
    }
}

void Source::announce(SourcePartition& p, std::optional<std::int64_t> first, TimeNs now) {
    if (p.announced || !first) return;
    p.announced = true;
    p.first = *first;
    p.next = *first;
    p.passed = *first;
    port_.assignmentKnown(*this, p, now);
    if (p.moved) p.waiting = p.latest = {*first, port_.written()};
}

bool Source::read(TimeNs now) {
    if (closed_) return false;
    bool more = false;
    for (auto& [name, p] : partitions_) {
        if (!p.ready || p.revoking || p.seek) continue;
        more = readOne(p, now) || more;
    }
    return more;
}

/// Nothing more of the partition belongs to the range.
bool Source::reachedStop(const SourcePartition& p) const {
    return bounded_ && p.end && p.next >= *p.end;
}

bool Source::readOne(SourcePartition& p, TimeNs now) {
    std::size_t records = 0;
    std::size_t bytes = 0;
    if (reachedStop(p)) return p.ready = false;
    if (!port_.wants(p, records, bytes)) return false;
    if (bounded_ && p.end && p.next >= 0)
        records = std::min(records, static_cast<std::size_t>(*p.end - p.next));
    RecordChunk chunk(p.topic, p.name.partition);
    const auto count = consumer_->read(p.name, chunk, records, bytes);
    if (!count) {
        port_.trouble(*this, {count.error(), false}, now);
        p.ready = false;
    } else if (*count == 0) {
        p.ready = false;
    }
    const bool beyond = bounded_ && p.end && !chunk.empty() && chunk[chunk.size() - 1].offset >= *p.end;
    if (beyond) {
        std::uint32_t below = 0;
        while (chunk[below].offset < *p.end) ++below;
        chunk = chunk.slice(0, below);
    }
    if (!chunk.empty()) {
        announce(p, chunk[0].offset, now);
        reportHoles(p, chunk, now);
        p.next = chunk[chunk.size() - 1].offset + 1;
        chunk.setReceived(now);
        port_.arrived(*this, p, std::move(chunk), now);
    } else if (!beyond) {
        announce(p, consumer_->position(p.name), now);
    }
    if (beyond) {
        announce(p, *p.end, now);
        if (p.next < *p.end) port_.hole(p, p.next, *p.end - 1, now);
        p.next = *p.end;
        p.ready = false;
    }
    return p.ready;
}

void Source::reportHoles(SourcePartition& p, const RecordChunk& chunk, TimeNs now) {
    if (consumer_->sparse()) return;
    std::int64_t expected = p.next;
    for (const OffsetRun& run : chunk.runs()) {
        if (expected >= 0 && run.first_offset > expected) port_.hole(p, expected, run.first_offset - 1, now);
        expected = run.last_offset + 1;
    }
}

void Source::passed(LaneId lane, std::int64_t offset, journal::Sequence sequence) {
    const auto name = lanes_.find(lane);
    if (name == lanes_.end()) return;
    SourcePartition& p = partitions_.at(name->second);
    p.passed = offset;
    p.latest = {offset, sequence};
    if (p.waiting.offset < 0) p.waiting = p.latest;
}

Source::Offsets Source::committable(journal::Sequence flushed) {
    Offsets offsets;
    for (auto& [name, p] : partitions_) {
        if (p.seek) continue;
        if (p.latest.offset >= 0 && p.latest.sequence <= flushed) p.waiting = p.latest;
        if (p.waiting.offset < 0 || p.waiting.sequence > flushed) continue;
        if (p.waiting.offset > p.committed) {
            p.committed = p.waiting.offset;
            offsets.emplace_back(name, p.committed);
        }
        p.waiting = p.latest.offset > p.committed ? p.latest : SourcePartition::Gate{};
        if (p.latest.offset <= p.committed) p.latest = {};
    }
    return offsets;
}

bool Source::reachedEnds(const Dispatcher& dispatcher) const {
    if (closed_) return true;
    if (partitions_.empty()) return false;
    return std::all_of(partitions_.begin(), partitions_.end(), [&](const auto& entry) {
        const SourcePartition& p = entry.second;
        if (p.seek) return false;
        if (!p.end) return true;
        if (p.passed >= *p.end) return true;
        if (p.lane && !dispatcher.idle(p.lane)) return false;
        if (*p.end == 0) return true;
        // Nothing waits or runs: the rest up to the end may be holes that no record shows.
        const auto position = consumer_->position(p.name);
        return position && *position >= *p.end && p.next >= 0;
    });
}

bool Source::rangeRead() const {
    if (closed_) return true;
    if (partitions_.empty()) return false;
    return std::all_of(partitions_.begin(), partitions_.end(), [&](const auto& entry) {
        const SourcePartition& p = entry.second;
        if (p.seek) return false;
        if (reachedStop(p)) return true;
        // The rest up to the end may be holes that no record shows.
        const auto position = consumer_->position(p.name);
        return p.end && position && *position >= *p.end && p.next >= 0 && !p.ready;
    });
}

bool Source::atEnd(const kafka::TopicPartition& name, bool until_end) const {
    const auto found = partitions_.find(name);
    if (found == partitions_.end()) return false;
    const SourcePartition& p = found->second;
    if (until_end && p.end && p.next >= *p.end) return true;
    const auto high = consumer_->highWatermark(name);
    const auto position = consumer_->position(name);
    return high && position && *position >= *high;
}

std::int64_t Source::lag() const {
    std::int64_t total = 0;
    if (closed_) return total;
    for (const auto& [name, p] : partitions_) {
        const auto high = consumer_->highWatermark(name);
        const std::int64_t done = p.lane ? p.passed : p.next;
        const std::int64_t last = bounded_ && p.end ? *p.end : high.value_or(done);
        if (high && done >= 0) total += std::max<std::int64_t>(0, last - done);
    }
    return total;
}

void Source::confirm(SourcePartition& p, std::int64_t offset, TimeNs now) {
    p.confirmed = std::max(p.confirmed, offset);
    port_.committed(*this, p, offset, now);
}

/// Commits and waits: what may be committed now, and what was handed over but is not confirmed yet.
void Source::commitRest(TimeNs now, journal::Sequence flushed) {
    if (!commits_ || group_.empty() || !trigger_) return;
    (void)committable(flushed);
    Offsets offsets;
    for (const auto& [name, p] : partitions_) {
        if (p.committed > p.confirmed) offsets.emplace_back(name, p.committed);
    }
    if (offsets.empty()) return;
    if (const Status s = consumer_->commitNow(offsets, kFinalCommitMs); !s) {
        port_.trouble(*this, {s.error(), false}, now);
        return;
    }
    for (const auto& [name, offset] : offsets) confirm(partitions_.at(name), offset, now);
}

void Source::leave(TimeNs now, journal::Sequence flushed) {
    commitRest(now, flushed);
    for (const auto& [name, p] : partitions_) port_.revoked(*this, p, false, now);
    lanes_.clear();
    partitions_.clear();
    close(now, flushed);
}

void Source::close(TimeNs now, journal::Sequence flushed) {
    if (std::exchange(closed_, true)) return;
    revoke_deadline_.reset();
    commitRest(now, flushed);
    consumer_->close();
}

}  // namespace weir::invoke
