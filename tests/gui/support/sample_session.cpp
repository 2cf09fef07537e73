// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sample_session.h"

#include "support/facts_session.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <utility>

namespace weir::test {
namespace {

constexpr TopicId kBids{1}, kValid{2}, kAudit{3};
constexpr FunctionId kValidate{1}, kNotify{2};
constexpr TriggerId kOnBids{1}, kOnValid{2};
constexpr std::int32_t kPartitions = 6, kValidPartitions = 3;
constexpr std::size_t kMostWorkers[] = {0, 8, 3};

std::string bidJson(std::int64_t event, std::int32_t partition, double amount) {
    std::array<char, 400> text{};
    std::snprintf(
        text.data(), text.size(),
        R"({"bid":"bid-%07lld","item":"item-%d","bidder":"b-%lld","amount":%.2f,"currency":"EUR",)"
        R"("placed":{"at":"2026-11-19T13:33:02.471Z","channel":"%s"},"tags":["evening",%d,null,true]})",
        static_cast<long long>(event + 418'000), 1830 + partition * 3 + static_cast<int>(event % 3),
        static_cast<long long>(40'000 + event % 997), amount, event % 4 == 0 ? "mobile" : "web",
        static_cast<int>(event % 7));
    return text.data();
}

}  // namespace

std::unique_ptr<SampleSession> SampleSession::create(const std::string& path, unsigned seed,
                                                     const std::string& parent) {
    auto writer = journal::SessionWriter::create(path, {});
    if (!writer || (!parent.empty() && !(*writer)->writeParent(parentAt(parent)))) return nullptr;
    return std::unique_ptr<SampleSession>(new SampleSession(std::move(*writer), seed));
}

bool SampleSession::write(const std::string& path, DurationNs duration, unsigned seed,
                          const std::string& parent) {
    const auto sample = create(path, seed, parent);
    if (!sample) return false;
    sample->advance(duration);
    sample->finish();
    return true;
}

SampleSession::SampleSession(std::unique_ptr<journal::SessionWriter> writer, unsigned seed)
    : writer_(std::move(writer)), random_(seed) {
    declare();
    for (std::int32_t p = 0; p < kPartitions; ++p) at(kBegin + between(5, 60), [this, p] { bidsArrive(p); });
    at(kBegin + 100 * kMillisecond, [this] { auditArrives(); });
}

void SampleSession::declare() {
    put(facts::Session{"auction", facts::Mode::Drive, "kafka-1.shop.example:9092 (SASL_SSL, SCRAM-SHA-512)"});
    put(facts::Topic{kBids, "bids", kPartitions, facts::SourceKind::Kafka});
    put(facts::Topic{kValid, "auction.eu-west.valid-bids.v2", kValidPartitions, facts::SourceKind::Kafka});
    put(facts::Topic{kAudit, "audit", 2, facts::SourceKind::Kafka});
    put(facts::Function{kValidate, "validate-bid", "lambda-runtime", false, false, 8, 256, 3 * kSecond});
    put(facts::Function{kNotify, "notify", "lambda-runtime", false, false, 3, 128, 30 * kSecond});
    put(facts::Trigger{kOnBids,
                       "bids→validate-bid",
                       kValidate,
                       {kBids},
                       "partition",
                       "weir-auction",
                       100,
                       200 * kMillisecond});
    put(facts::Trigger{kOnValid,
                       "valid-bids→notify",
                       kNotify,
                       {kValid},
                       "partition",
                       "weir-notify",
                       20,
                       500 * kMillisecond});
    for (std::int32_t p = 0; p < kPartitions; ++p) {
        lanes_.push_back({kOnBids, kValidate, kBids, p, {}, false});
        put(facts::Assignment{kBids, p, facts::AssignmentState::Assigned, 1, 72'000, "weir-auction"});
    }
    for (std::int32_t p = 0; p < kValidPartitions; ++p)
        lanes_.push_back({kOnValid, kNotify, kValid, p, {}, false});
}

void SampleSession::at(TimeNs time, std::function<void()> what) {
    agenda_.push({time, ++order_, std::move(what)});
}

void SampleSession::put(facts::Body body) {
    facts_.push_back({now_, std::move(body)});
}

EventId SampleSession::arrive(TopicId topic, std::int32_t partition, std::size_t count) {
    auto& offset =
        offsets_.try_emplace({topic.value, partition}, topic == kBids ? 72'000 : 66'000).first->second;
    auto chunk = std::make_shared<RecordChunk>(topic, partition);
    chunk->setFirstEvent(EventId{next_event_});
    chunk->setReceived(now_);
    const EventId first{next_event_};
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t id = next_event_++;
        std::string key = "item-" + std::to_string(1830 + partition * 3 + static_cast<int>(id % 3));
        std::string value = bidJson(id, partition, 20 + static_cast<double>(id % 4000) / 10);
        const std::string ce_id = "bid-" + std::to_string(418'000 + id);
        Bytes key_bytes{key.data(), key.size()};
        Bytes value_bytes{value.data(), value.size()};
        if (id % 41 == 0) key_bytes = {};
        if (id % 53 == 0) {
            key.assign("\xff\xfe\x01\x80", 4);
            key_bytes = {key.data(), key.size()};
        }
        if (id % 67 == 0) value_bytes = {};
        if (id % 59 == 0) {
            value.assign("\x00\x01\x7f\xff\xc0\x00 not text", 15);
            value_bytes = {value.data(), value.size()};
        }
        const auto bytes = [](std::string_view text) { return Bytes{text.data(), text.size()}; };
        const std::string_view type = topic == kBids    ? "bid.placed"
                                      : topic == kValid ? "bid.accepted"
                                                        : "audit.entry";
        const Header headers[] = {
            {"ce_specversion", bytes("1.0")},
            {"ce_id", bytes(ce_id)},
            {"ce_source", bytes("/shop/bid-gateway")},
            {"ce_type", bytes(type)},
            {"content-type", bytes("application/json")},
            {"traceparent", bytes("00-8f2c41d07be94c1fb2a3a0b5c1a90e01-c1a90e1f2b3c4d5e-01")},
            {"retry-hint", Bytes{}}};
        chunk->add(offset++, (now_ - between(1, 9)) / kMillisecond, TimestampType::Create, key_bytes,
                   value_bytes, headers);
    }
    put(facts::Records{chunk});
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        if (lanes_[lane].topic != topic || lanes_[lane].partition != partition) continue;
        lanes_[lane].queue.push_back(
            {{topic, partition, offset - static_cast<std::int64_t>(count), offset - 1, first}});
        if (!std::exchange(lanes_[lane].gathering, true)) {
            at(now_ + between(70, 200), [this, lane] {
                lanes_[lane].gathering = false;
                pump(lane);
            });
        }
    }
    return first;
}

void SampleSession::bidsArrive(std::int32_t partition) {
    arrive(kBids, partition, 6 + random_() % 12);
    at(now_ + between(20, 60), [this, partition] { bidsArrive(partition); });
}

void SampleSession::auditArrives() {
    arrive(kAudit, static_cast<std::int32_t>(random_() % 2), 1 + random_() % 5);
    at(now_ + between(60, 400), [this] { auditArrives(); });
}

std::size_t SampleSession::workerFor(FunctionId function) {
    std::size_t alive = 0;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (workers_[i].function != function) continue;
        ++alive;
        if (!workers_[i].busy) return i;
    }
    if (alive >= kMostWorkers[function.value]) return workers_.size();
    const InstanceId id{static_cast<std::int64_t>(workers_.size()) + 1};
    const std::string name = (function == kValidate ? "vb-" : "notify-") + std::to_string(alive + 1);
    put(facts::Instance{id, name, function});
    workers_.push_back({id, function, false, true, now_});
    return workers_.size() - 1;
}

void SampleSession::pump(std::size_t index) {
    Lane& lane = lanes_[index];
    if (lane.busy || lane.queue.empty()) return;
    const std::int64_t most = lane.function == kValidate ? 100 : 20;
    std::vector<facts::EventRun> events;
    std::int64_t count = 0;
    while (!lane.queue.empty() && count < most) {
        facts::EventRun run = lane.queue.front().run;
        lane.queue.pop_front();
        if (count + run.count() > most) {
            facts::EventRun rest = run;
            rest.first = run.first + (most - count);
            rest.first_event = EventId{run.first_event.value + (most - count)};
            run.last = rest.first - 1;
            lane.queue.push_front({rest});
        }
        count += run.count();
        events.push_back(run);
    }
    lane.busy = true;
    begin(index, std::move(events), 1, {});
}

void SampleSession::begin(std::size_t index, std::vector<facts::EventRun> events, int attempt,
                          InvocationId split_of) {
    const std::size_t chosen = workerFor(lanes_[index].function);
    if (chosen == workers_.size()) {
        at(now_ + 10 * kMillisecond, [=, this] { begin(index, events, attempt, split_of); });
        return;
    }
    Worker& worker = workers_[chosen];
    const bool cold = std::exchange(worker.cold, false);
    worker.busy = true;
    const InvocationId id{next_invocation_++};
    const BatchId batch{next_batch_++};
    put(facts::Batch{batch, lanes_[index].trigger, events, facts::ClosedBy::Window});
    put(facts::Start{id, lanes_[index].function, lanes_[index].trigger, worker.id, batch, attempt, cold, 1,
                     split_of, events});
    DurationNs run = lanes_[index].function == kValidate ? between(40, 150) : between(60, 240);
    if (uniform() < 0.04) run *= 4;
    if (cold) {
        const DurationNs init = id.value > 12 ? between(1'500, 1'750) : between(380, 900);
        at(now_ + init, [this, instance = worker.id] { put(facts::InstanceReady{instance}); });
        run += init;
    }
    at(now_ + run, [=, this] { end(index, id, chosen, events, attempt); });
}

void SampleSession::end(std::size_t index, InvocationId id, std::size_t chosen,
                        std::vector<facts::EventRun> events, int attempt) {
    workers_[chosen].busy = false;
    const double luck = uniform();
    facts::End end{id, facts::Outcome::Success, {}, {}};
    if (luck < 0.012) {
        end.outcome = facts::Outcome::Timeout;
        end.error = "The function did not answer within 3 s.";
    } else if (luck < 0.035) {
        end.outcome = facts::Outcome::Error;
        end.error =
            "ValueError: bid-0418851: amount is not a number\n  File \"bids.py\", line 42, in validate";
    } else if (luck < 0.045) {
        end.outcome = facts::Outcome::Partial;
        facts::EventRun failed = events.back();
        failed.first_event = failed.lastEvent();
        failed.first = failed.last;
        end.failed = {failed};
    }
    const InstanceId instance = workers_[chosen].id;
    put(facts::Log{instance, id, facts::Stream::Stdout, "START RequestId: " + std::to_string(id.value)});
    if (!end.error.empty()) put(facts::Log{instance, id, facts::Stream::Stderr, end.error});
    put(facts::Log{instance, id, facts::Stream::Stdout,
                   "REPORT RequestId: " + std::to_string(id.value) + " Memory Used: 61 MB"});
    const bool failed = end.outcome != facts::Outcome::Success;
    put(std::move(end));
    if (failed && attempt < 3) {
        put(facts::Decision{facts::DecisionKind::Retry, lanes_[index].trigger,
                            "attempt " + std::to_string(attempt + 1)});
        at(now_ + between(30, 80), [=, this] { begin(index, events, attempt + 1, {}); });
        return;
    }
    if (lanes_[index].function == kValidate && !failed) {
        const std::int32_t target = lanes_[index].partition % kValidPartitions;
        const EventId first = arrive(kValid, target, 1 + random_() % 4);
        put(facts::Output{id, kValid, target, offsets_[{kValid.value, target}] - 1, {events.front()}});
        (void)first;
    }
    lanes_[index].busy = false;
    if (!lanes_[index].gathering && !lanes_[index].queue.empty()) pump(index);
}

void SampleSession::advance(DurationNs duration) {
    const TimeNs until = now_ + duration;
    while (!agenda_.empty() && agenda_.top().at <= until) {
        const Work work = agenda_.top();
        agenda_.pop();
        now_ = work.at;
        work.what();
    }
    now_ = until;
    (void)writer_->write(facts_);
    (void)writer_->flush();
    facts_.clear();
}

void SampleSession::finish() {
    (void)writer_->write(facts_);
    facts_.clear();
    (void)writer_->finish();
}

}  // namespace weir::test
