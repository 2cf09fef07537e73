// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/invoke/chaos/model.h"

#include "invoke/batch_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace weir::invoke::chaos {
namespace {

constexpr int kSteps = 200'000;
constexpr std::size_t kMostBroken = 10;

}  // namespace

Model::Model(unsigned seed) : random_(seed), dispatcher_(*this) {
    chooseSettings();
    fillLogs();
    dispatcher_.addFunction(FunctionId{1}, concurrency_);
    Dispatcher::Filter filter;
    if (chance(30)) {
        filter = [this](const RecordChunk& chunk, std::uint32_t i) {
            return !recordAt(chunk.partition(), chunk[i].offset).filtered;
        };
    } else {
        for (Partition& p : partitions_) {
            for (ModelRecord& record : p.log) record.filtered = false;
        }
    }
    LaneLimits limits;
    limits.records = static_cast<std::size_t>(pick(1, 30));
    dispatcher_.addTrigger(
        TriggerId{1}, FunctionId{1}, spec_,
        [](const RecordChunk& c, std::uint32_t i) { return c.value(i).size; }, limits, filter);
}

void Model::chooseSettings() {
    spec_.order = static_cast<flow::Order>(pick(0, 2));
    spec_.parallelization_factor = pick(1, 6);
    spec_.batch_size = pick(1, 9);
    spec_.batching_window = pick(0, 3) * 20 * kMillisecond;
    spec_.batch_bytes = pick(15, 200);
    spec_.bisect = chance(40);
    spec_.partial_failures = chance(40);
    spec_.retries = chance(50) ? -1 : pick(0, 3);
    if (spec_.retries >= 0) {
        spec_.on_exhausted = chance(50) ? flow::OnExhausted::DeadLetter : flow::OnExhausted::Discard;
        if (spec_.on_exhausted == flow::OnExhausted::DeadLetter) spec_.on_failure_topic = "failed";
        if (chance(50)) poisonous_ = {"k1"};
    }
    if (chance(25)) spec_.max_record_age = pick(1, 20) * kSecond;
    concurrency_ = pick(1, 8);
    failure_percent_ = pick(0, 40);
    throttle_percent_ = chance(30) ? pick(1, 30) : 0;
    revoke_percent_ = chance(50) ? pick(1, 5) : 0;
    write_failure_percent_ = chance(50) ? pick(0, 50) : 0;
}

void Model::fillLogs() {
    partitions_.resize(static_cast<std::size_t>(pick(1, 4)));
    const int keys = pick(1, 12);
    for (Partition& p : partitions_) {
        std::int64_t offset = pick(0, 5);
        p.committed = offset;
        const int count = pick(0, 60);
        for (int i = 0; i < count; ++i) {
            ModelRecord record;
            record.offset = offset;
            record.has_key = !chance(10);
            record.key = fmt::format("k{}", pick(0, keys - 1));
            record.filtered = chance(30);
            p.log.push_back(record);
            offset += chance(10) ? pick(2, 5) : 1;  // a hole
        }
    }
}

std::string Model::describe() const {
    return fmt::format(
        "order {} factor {} batch {} concurrency {} retries {} bisect {} partial {} dead letters {} age {} "
        "failures {} % throttles {} % revokes {} %",
        flow::orderName(spec_.order), spec_.parallelization_factor, spec_.batch_size, concurrency_,
        spec_.retries, spec_.bisect, spec_.partial_failures, spec_.on_failure_topic.has_value(),
        spec_.max_record_age.value_or(0) / kSecond, failure_percent_, throttle_percent_, revoke_percent_);
}

void Model::check(bool holds, const std::string& what) {
    if (!holds && broken_.size() < kMostBroken) broken_.push_back(what);
}

void Model::forEachEvent(const Batch& batch, const Visit& visit) {
    std::uint32_t position = 0;
    for (const Slice& slice : batch.slices) {
        for (std::uint32_t i = 0; i < slice.count; ++i, ++position) {
            visit(slice.chunk->partition(), (*slice.chunk)[slice.from + i].offset, position);
        }
    }
}

const ModelRecord& Model::recordAt(std::int32_t partition, std::int64_t offset) const {
    const auto& log = partitions_[static_cast<std::size_t>(partition)].log;
    return *std::lower_bound(log.begin(), log.end(), offset,
                             [](const ModelRecord& record, std::int64_t o) { return record.offset < o; });
}

std::string Model::scopeOf(std::int32_t partition, const ModelRecord& record) const {
    if (spec_.order == flow::Order::Partition) return fmt::format("{}", partition);
    if (spec_.order == flow::Order::Key && record.has_key) return fmt::format("{}/{}", partition, record.key);
    return fmt::format("{}@{}", partition, record.offset);
}

// ---- what the dispatcher decides

void Model::batchFormed(const Batch& batch, facts::ClosedBy /*closed_by*/, TimeNs /*now*/) {
    check(batch.count >= 1 && batch.count <= static_cast<std::uint32_t>(spec_.batch_size),
          fmt::format("batch {} has {} events", batch.id.value, batch.count));
    check(batch.count == 1 || batch.bytes <= static_cast<std::size_t>(spec_.batch_bytes),
          fmt::format("batch {} has {} bytes", batch.id.value, batch.bytes));
}

void Model::startCall(LaneId lane, const Invocation& invocation, TimeNs /*now*/) {
    const std::int32_t partition = invocation.batch->slices.front().chunk->partition();
    Partition& p = partitions_[static_cast<std::size_t>(partition)];
    check(p.assigned && p.lane == lane, fmt::format("call {} on a lane that is gone", invocation.id.value));
    check(!paused_, fmt::format("call {} while paused", invocation.id.value));
    std::set<std::string> scopes;
    std::map<std::string, std::int64_t> before;
    forEachEvent(*invocation.batch, [&](std::int32_t, std::int64_t offset, std::uint32_t) {
        const ModelRecord& record = recordAt(partition, offset);
        check(!record.filtered, fmt::format("{}@{} is filtered and was sent", partition, offset));
        check(offset >= p.committed, fmt::format("{}@{} was committed and sent", partition, offset));
        const std::string scope = scopeOf(partition, record);
        scopes.insert(scope);
        const auto [last, first] = before.emplace(scope, offset);
        check(first || last->second < offset,
              fmt::format("{}@{} out of order in its call", partition, offset));
        last->second = offset;
        p.delivered.insert(offset);
    });
    // Nothing lower of the same scope is left behind.
    std::set<std::int64_t> in_call;
    forEachEvent(*invocation.batch,
                 [&](std::int32_t, std::int64_t offset, std::uint32_t) { in_call.insert(offset); });
    for (const ModelRecord& record : p.log) {
        if (record.offset < p.committed || record.filtered || p.settled.contains(record.offset)) continue;
        const auto last = before.find(scopeOf(partition, record));
        if (last == before.end() || record.offset >= last->second || in_call.contains(record.offset))
            continue;
        check(false, fmt::format("call {} passes over {}@{}", invocation.id.value, partition, record.offset));
    }
    // Nothing of the same scope runs, not even on a lane that is gone.
    for (const auto& [id, other] : running_) {
        forEachEvent(*other.invocation.batch, [&](std::int32_t of, std::int64_t offset, std::uint32_t) {
            if (of != partition) return;
            check(!scopes.contains(scopeOf(of, recordAt(of, offset))),
                  fmt::format("calls {} and {} overlap", id.value, invocation.id.value));
        });
    }
    running_.emplace(invocation.id, Call{invocation, lane, partition, false});
    check(running_.size() <= static_cast<std::size_t>(concurrency_),
          "more calls than the concurrency allows");
}

void Model::split(const Invocation& failed, const std::string& /*why*/, TimeNs /*now*/) {
    check(spec_.bisect && failed.batch->count > 1, "split without bisect, or of one event");
}

void Model::throttled(const Invocation& /*failed*/, int limit, DurationNs /*pause*/,
                      const std::string& /*why*/, TimeNs /*now*/) {
    check(limit >= 1 && limit <= concurrency_, fmt::format("throttled to {}", limit));
}

void Model::skipped(TriggerId /*trigger*/, const Batch& events, facts::SkipReason reason, TimeNs now) {
    forEachEvent(events, [&](std::int32_t partition, std::int64_t offset, std::uint32_t) {
        const ModelRecord& record = recordAt(partition, offset);
        const bool expired = spec_.max_record_age && now - record.timestamp > *spec_.max_record_age;
        const bool allowed = reason == facts::SkipReason::Filtered  ? record.filtered
                             : reason == facts::SkipReason::Expired ? expired
                                                                    : spec_.retries >= 0;
        check(allowed, fmt::format("{}@{} skipped as {}", partition, offset, facts::word(reason)));
        partitions_[static_cast<std::size_t>(partition)].settled.insert(offset);
    });
}

void Model::giveUp(const GivenUp& given_up, TimeNs /*now*/) {
    check(spec_.on_failure_topic.has_value(), "given up without a topic for failed events");
    writing_.push_back(given_up);
}

void Model::triggerStopped(TriggerId /*trigger*/, const std::string& /*why*/, TimeNs /*now*/) {
    check(false, "the trigger stopped");
}

void Model::passed(LaneId lane, std::int64_t next_offset, TimeNs /*now*/) {
    for (Partition& p : partitions_) {
        if (p.lane != lane || !p.assigned) continue;
        check(next_offset > p.committed || !p.passed_this_time,
              fmt::format("passed {} after {}", next_offset, p.committed));
        p.passed_this_time = true;
        for (const ModelRecord& record : p.log) {
            if (record.offset < p.committed || record.offset >= next_offset) continue;
            check(p.settled.contains(record.offset),
                  fmt::format("committed {} although {} is not done", next_offset, record.offset));
        }
        p.committed = std::max(p.committed, next_offset);
    }
}

// ---- what happens around it

void Model::assign(std::int32_t partition) {
    Partition& p = partitions_[static_cast<std::size_t>(partition)];
    p.lane = dispatcher_.openLane(TriggerId{1}, TopicId{1}, partition);
    p.assigned = true;
    p.passed_this_time = false;
    p.next_read = p.committed;
}

void Model::revoke(std::int32_t partition) {
    Partition& p = partitions_[static_cast<std::size_t>(partition)];
    if (chance(50)) dispatcher_.drainLane(p.lane);
    dispatcher_.closeLane(p.lane);
    p.assigned = false;
    for (auto& [id, call] : running_) {
        if (call.lane == p.lane) call.stale = true;
    }
    std::erase_if(writing_, [&](const GivenUp& g) { return g.lane == p.lane; });
}

void Model::read(std::int32_t partition) {
    Partition& p = partitions_[static_cast<std::size_t>(partition)];
    if (p.appended < p.log.size() && chance(60)) {
        const auto more = static_cast<std::size_t>(pick(1, 8));
        for (std::size_t i = 0; i < more && p.appended < p.log.size(); ++i)
            p.log[p.appended++].timestamp = now_ / kMillisecond * kMillisecond;
    }
    if (!p.assigned || !dispatcher_.wants(p.lane)) return;
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
    const auto most = static_cast<std::uint32_t>(pick(1, 12));
    for (std::size_t i = 0; i < p.appended && chunk->size() < most; ++i) {
        const ModelRecord& record = p.log[i];
        if (record.offset < p.next_read) continue;
        const std::string value(static_cast<std::size_t>(pick(1, 40)), 'v');
        const Bytes key = record.has_key ? Bytes{record.key.data(), record.key.size()} : Bytes{};
        chunk->add(record.offset, record.timestamp, TimestampType::Create, key, {value.data(), value.size()},
                   {});
        p.next_read = record.offset + 1;
    }
    if (chunk->empty()) return;
    chunk->setReceived(now_);
    chunk->setFirstEvent(EventId{1});
    dispatcher_.push(p.lane, chunk, now_);
}

void Model::endSomeCall() {
    if (running_.empty()) return;
    auto chosen = running_.begin();
    std::advance(chosen, pick(0, static_cast<int>(running_.size()) - 1));
    const Call call = chosen->second;
    running_.erase(chosen);
    const InvocationId id = call.invocation.id;
    check(dispatcher_.current(id) == !call.stale, fmt::format("call {} is judged stale wrongly", id.value));

    std::vector<std::uint32_t> poison;
    forEachEvent(*call.invocation.batch, [&](std::int32_t of, std::int64_t offset, std::uint32_t position) {
        const ModelRecord& record = recordAt(of, offset);
        if (record.has_key && poisonous_.contains(record.key)) poison.push_back(position);
    });
    Partition& p = partitions_[static_cast<std::size_t>(call.partition)];
    const auto settle = [&](const std::vector<std::uint32_t>& failed) {
        if (call.stale) return;
        forEachEvent(*call.invocation.batch, [&](std::int32_t, std::int64_t offset, std::uint32_t position) {
            if (!std::binary_search(failed.begin(), failed.end(), position)) p.settled.insert(offset);
        });
    };
    if (chance(throttle_percent_)) {
        dispatcher_.ended(id, now_);
        const bool says = chance(50);
        dispatcher_.failed(id,
                           {.why = "throttled",
                            .throttled = true,
                            .retry_after = says ? std::optional(kSecond) : std::nullopt},
                           now_);
        return;
    }
    const bool fails = !poison.empty() || chance(failure_percent_);
    if (fails && spec_.partial_failures && chance(70)) {
        std::vector<std::uint32_t> named = poison;
        if (named.empty())
            named = {static_cast<std::uint32_t>(pick(0, static_cast<int>(call.invocation.batch->count) - 1))};
        const auto failed = dispatcher_.failedPositions(id, named);
        checkFailed(call, named, failed);
        settle(failed);
        dispatcher_.ended(id, now_);
        dispatcher_.partly(id, failed, {.why = "partial"}, now_);
    } else if (fails) {
        dispatcher_.ended(id, now_);
        dispatcher_.failed(id, {.why = "error", .retryable = chance(90)}, now_);
    } else {
        settle({});
        dispatcher_.ended(id, now_);
        dispatcher_.succeeded(id, now_);
    }
}

/// Failed is what is named, and whatever follows it in its scope; with order `none` only what is named.
void Model::checkFailed(const Call& call, const std::vector<std::uint32_t>& named,
                        const std::vector<std::uint32_t>& failed) {
    std::set<std::string> scopes;
    forEachEvent(*call.invocation.batch, [&](std::int32_t of, std::int64_t offset, std::uint32_t position) {
        const std::string scope = scopeOf(of, recordAt(of, offset));
        const bool is_named = std::find(named.begin(), named.end(), position) != named.end();
        if (is_named) scopes.insert(scope);
        check((is_named || scopes.contains(scope)) ==
                  std::binary_search(failed.begin(), failed.end(), position),
              fmt::format("call {}: position {} is judged wrongly", call.invocation.id.value, position));
    });
}

void Model::settleGivenUp() {
    if (writing_.empty()) return;
    const GivenUp given_up = writing_.back();
    writing_.pop_back();
    const bool written = !chance(write_failure_percent_);
    if (written) skipped(TriggerId{1}, *given_up.batch, given_up.reason, now_);
    dispatcher_.gaveUp(given_up.id, written, now_);
}

void Model::control() {
    if (chance(1)) {
        paused_ = true;
        dispatcher_.pause(TriggerId{1});
    } else if (paused_ && chance(20)) {
        paused_ = false;
        dispatcher_.resume(TriggerId{1}, now_);
    }
}

bool Model::allDone() const {
    return std::all_of(partitions_.begin(), partitions_.end(), [](const Partition& p) {
        return p.assigned && p.appended == p.log.size() &&
               (p.log.empty() || p.committed == p.log.back().offset + 1);
    });
}

std::vector<std::string> Model::run() {
    const auto count = static_cast<std::int32_t>(partitions_.size());
    for (int step = 0; step < kSteps && broken_.empty() && !allDone(); ++step) {
        now_ += pick(0, 40) * kMillisecond;
        // What stays busy for long is due: so that a schedule comes to its end.
        if (step % 50 == 49) now_ = std::max(now_, dispatcher_.deadline().value_or(now_));
        const std::int32_t partition = pick(0, count - 1);
        Partition& p = partitions_[static_cast<std::size_t>(partition)];
        if (!p.assigned) {
            if (chance(30)) assign(partition);
        } else if (chance(revoke_percent_) && step < kSteps / 4) {
            revoke(partition);
        }
        read(partition);
        if (chance(60)) endSomeCall();
        if (chance(60)) settleGivenUp();
        control();
        dispatcher_.advance(now_);
    }
    if (!broken_.empty()) return broken_;
    check(allDone(), "it does not come to its end");
    check(dispatcher_.pending() == 0, fmt::format("{} pending at the end", dispatcher_.pending()));
    check(dispatcher_.queued() == 0, fmt::format("{} queued at the end", dispatcher_.queued()));
    for (const Partition& p : partitions_) {
        for (const ModelRecord& record : p.log) {
            check(p.settled.contains(record.offset), fmt::format("offset {} was lost", record.offset));
        }
    }
    return broken_;
}

}  // namespace weir::invoke::chaos
