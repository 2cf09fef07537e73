// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/engine.h"

#include "flow/event_pattern.h"
#include "invoke/call_gate.h"
#include "invoke/target_factory.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace weir::invoke {
namespace {

constexpr DurationNs kPublishInterval = 100 * kMillisecond;
/// How long the end of a recording waits for calls in flight before it marks them abandoned.
constexpr DurationNs kDrainWait = 5 * kSecond;
/// Waiting outputs are tried again this often: room appears when other partitions pass.
constexpr DurationNs kOutputRetry = 5 * kMillisecond;
constexpr int kFinalOutputMs = 2'000;

/// Memory for records that wait in the client, over everything.
constexpr std::size_t kPrefetchBudget = 64 << 20;

/// Which events the trigger's function gets to see. The flow file was validated with the pattern in it.
Dispatcher::Filter filterOf(const flow::TriggerSpec& spec) {
    if (spec.filter.empty()) return {};
    std::vector<flow::Problem> none;
    auto pattern =
        std::make_shared<const flow::EventPattern>(flow::EventPattern::compile(spec.filter, "filter", none));
    return [pattern = std::move(pattern)](const RecordChunk& chunk, std::uint32_t i) {
        const Bytes value = chunk.value(i);
        return !value.isNull() && pattern->matches(value.view());
    };
}

}  // namespace

Engine::Engine(RecordingPlan plan, kafka::ClusterSettings cluster, journal::Journal& journal)
    : plan_(std::move(plan)), cluster_(std::move(cluster)), journal_(journal), dispatcher_(*this) {}

Engine::~Engine() {
    journal_.onFlush({});
    if (plan_.gate) plan_.gate->onAnswer({});
    inbox_.close();
    closeDoors();
    stopTargets();
}

Result<std::unique_ptr<Engine>> Engine::create(RecordingPlan plan, const kafka::ClusterSettings& cluster,
                                               const kafka::ClusterInfo& info, journal::Journal& journal) {
    std::unique_ptr<Engine> engine(new Engine(std::move(plan), cluster, journal));
    Engine* const raw = engine.get();
    journal.onFlush([raw] { raw->inbox_.wake(); });
    engine->started_ = now();
    engine->declareSession();
    engine->declareTopics(info);
    if (Status s = engine->declareFunctions(); !s) return passOn(s);
    if (Status s = engine->declareTriggers(); !s) return passOn(s);
    if (Status s = engine->openProducer(info); !s) return passOn(s);
    if (Status s = engine->openTransactions(); !s) return passOn(s);
    if (Status s = engine->openSources(info); !s) return passOn(s);
    if (Status s = engine->openDoors(); !s) return passOn(s);
    if (const auto& gate = engine->plan_.gate) {
        gate->onAnswer([raw] { raw->inbox_.wake(); });
        engine->dispatcher_.hold(true, engine->started_);
    }
    engine->published_.triggers = engine->triggerStatus();
    return engine;
}

void Engine::declareSession() {
    const bool drives =
        std::any_of(plan_.flow.triggers.begin(), plan_.flow.triggers.end(), [&](const auto& t) {
            const auto* const function = plan_.flow.function(t.function);
            return t.enabled && (function == nullptr || !function->observe);
        });
    const auto mode = drives ? facts::Mode::Drive : facts::Mode::Observe;
    record(started_, facts::Session{plan_.flow.name, mode, cluster_.describe()});
    if (!plan_.note.empty()) record(started_, facts::Note{plan_.note});
}

void Engine::declareTopic(const std::string& name, std::int32_t partitions, facts::SourceKind kind) {
    const TopicId id{static_cast<std::int64_t>(topic_names_.size() + 1)};
    topic_names_.push_back(name);
    topic_ids_[name] = id;
    record(started_, facts::Topic{id, name, partitions, kind});
}

/// A topic of which only ranges are read, or one that is read as it grows.
facts::SourceKind Engine::sourceKind(const std::string& topic) const {
    bool ranges = false;
    for (const flow::TriggerSpec& t : plan_.flow.triggers) {
        const auto* const range = std::get_if<flow::RangeSource>(&t.source);
        if (t.enabled && range != nullptr && range->topic == topic) ranges = true;
        const auto* const topics = std::get_if<std::vector<std::string>>(&t.source);
        if (t.enabled && topics != nullptr &&
            std::find(topics->begin(), topics->end(), topic) != topics->end())
            return facts::SourceKind::Kafka;
    }
    const bool watched = std::find(plan_.watch.begin(), plan_.watch.end(), topic) != plan_.watch.end();
    return ranges && !watched ? facts::SourceKind::Range : facts::SourceKind::Kafka;
}

void Engine::declareTopics(const kafka::ClusterInfo& info) {
    for (const kafka::TopicInfo& topic : info.topics) {
        declareTopic(topic.name, static_cast<std::int32_t>(topic.partitions.size()), sourceKind(topic.name));
    }
    declareDoors();
}

Status Engine::declareFunctions() {
    for (const flow::FunctionSpec& spec : plan_.flow.functions) {
        const FunctionId id{static_cast<std::int64_t>(functions_.size() + 1)};
        TargetContext context{*this,
                              plan_.flow.directory,
                              plan_.builtins,
                              [this](TopicId topic) { return topicName(topic); },
                              cluster_.brokers,
                              "SelfManagedKafka"};
        for (const flow::TriggerSpec& t : plan_.flow.triggers) {
            if (t.function == spec.name) context.event_source = t.event_source;
        }
        if (spec.observe) {
            functions_.push_back({id, spec.name, nullptr, 0, spec.concurrency});
        } else {
            auto target = makeTarget(id, spec, context);
            if (!target) return passOn(target);
            functions_.push_back({id, spec.name, std::move(*target), 0, spec.concurrency});
            dispatcher_.addFunction(id, spec.concurrency);
        }
        record(started_, facts::Function{id, spec.name, flow::targetKind(spec.target), spec.observe,
                                         spec.answers_each, spec.concurrency, spec.memory_mb, spec.timeout});
    }
    return {};
}

Status Engine::declareTriggers() {
    for (const flow::TriggerSpec& spec : plan_.flow.triggers) {
        if (!spec.enabled) continue;
        const auto f = std::find_if(functions_.begin(), functions_.end(),
                                    [&](const Function& x) { return x.name == spec.function; });
        if (f == functions_.end()) {
            return fail(ErrorCode::FlowInvalid,
                        fmt::format("The trigger {} names no function: {}", spec.name, spec.function));
        }
        Trigger t;
        t.id = TriggerId{static_cast<std::int64_t>(triggers_.size() + 1)};
        t.spec = spec;
        t.function = f->id;
        t.observed = f->target == nullptr;
        facts::Trigger fact{t.id, spec.name, t.function, {}, flow::orderName(spec.order), {}};
        if (!t.observed) {
            const Target* const target = f->target.get();
            dispatcher_.addTrigger(
                t.id, t.function, spec,
                [target](const RecordChunk& chunk, std::uint32_t i) { return target->wireSize(chunk, i); },
                LaneLimits{}, filterOf(spec));
            fact.group = spec.group;
            fact.batch_size = spec.batch_size;
            fact.batching_window = spec.batching_window;
        }
        for (const std::string& topic : spec.topics()) fact.topics.push_back(topic_ids_.at(topic));
        if (std::holds_alternative<flow::HttpSource>(spec.source))
            fact.topics.push_back(topic_ids_.at("http:" + spec.name));
        record(started_, std::move(fact));
        triggers_.push_back(std::move(t));
    }
    return {};
}

Status Engine::openProducer(const kafka::ClusterInfo& info) {
    std::map<std::string, std::int32_t> partitions;
    for (const kafka::TopicInfo& topic : info.topics) {
        partitions[topic.name] = static_cast<std::int32_t>(topic.partitions.size());
    }
    records_ =
        std::make_unique<OutputRecords>(std::move(partitions), [this](TopicId id) { return topicName(id); });
    const bool needed = std::any_of(triggers_.begin(), triggers_.end(), [](const Trigger& t) {
        return !t.observed && !t.spec.exactly_once &&
               (!t.spec.outputs.empty() || t.spec.on_failure_topic || t.spec.on_success_topic);
    });
    if (!needed) return {};
    auto producer = kafka::Producer::create(cluster_, {}, [this] { inbox_.wake(); });
    if (!producer) return passOn(producer);
    OutputPort& port = *this;
    outputs_ = std::make_unique<OutputStage>(std::move(*producer), plan_.embedded, *records_, port);
    return {};
}

Status Engine::openSources(const kafka::ClusterInfo& info) {
    for (Trigger& t : triggers_) {
        if (t.observed || std::holds_alternative<flow::HttpSource>(t.spec.source)) continue;
        if (const auto* const range = std::get_if<flow::RangeSource>(&t.spec.source)) {
            if (Status s = openRange(info, t, *range); !s) return s;
            continue;
        }
        if (Status s =
                openSource(info, t.spec.name, t.id, t.spec.topics(), t.spec.group, t.spec.starting_position);
            !s) {
            return s;
        }
        if (t.spec.exactly_once) sources_.back()->leaveCommits();
    }
    if (Status s = openObservations(info); !s) return s;
    if (plan_.watch.empty()) return {};
    return openSource(info, "watch", {}, plan_.watch, {}, plan_.watch_from);
}

/// What all consumers of a recording have in common.
kafka::ConsumerOptions Engine::consumerOptions() const {
    kafka::ConsumerOptions options;
    const std::size_t consumers = triggers_.size() + (plan_.watch.empty() ? 0 : 1);
    options.prefetch_bytes = kPrefetchBudget / std::max<std::size_t>(consumers, 1);
    if (plan_.embedded != nullptr) options.max_fetch_wait_ms = 10;
    return options;
}

Status Engine::openSource(const kafka::ClusterInfo& info, const std::string& name, TriggerId trigger,
                          const std::vector<std::string>& topics, const std::string& group,
                          const flow::StartingPosition& start, Observation* observation) {
    kafka::ConsumerOptions options = consumerOptions();
    options.group = group;
    switch (start.kind) {
        case flow::StartingPosition::Kind::Earliest:
            options.start = kafka::StartAt::earliest();
            break;
        case flow::StartingPosition::Kind::Latest:
            options.start = kafka::StartAt::latest();
            break;
        case flow::StartingPosition::Kind::At:
            options.start.kind = kafka::StartAt::Kind::Time;
            options.start.time = start.at;
            break;
    }
    const bool fed = plan_.feed && trigger;
    auto consumer = fed ? plan_.feed(this->trigger(trigger).spec)
                        : kafka::Consumer::create(cluster_, options, [this] { inbox_.wake(); });
    if (!consumer) return passOn(consumer);
    SourcePort& port = *this;
    auto source = std::make_unique<Source>(name, trigger, group, std::move(*consumer), port);
    std::vector<kafka::TopicPartition> all;
    for (const kafka::TopicInfo& topic : info.topics) {
        if (std::find(topics.begin(), topics.end(), topic.name) == topics.end()) continue;
        std::vector<std::int64_t> ends;
        for (const kafka::PartitionInfo& p : topic.partitions) {
            ends.push_back(p.high);
            all.push_back({topic.name, p.partition});
        }
        source->expect(topic.name, topic_ids_.at(topic.name), ends);
        if (plan_.embedded != nullptr && !fed) plan_.embedded->addReader(name, topic.name);
    }
    // The embedded cluster takes seconds to assign a group's partitions, and nobody else is in the group.
    const bool fixed = plan_.embedded != nullptr || fed || !trigger;
    if (observation != nullptr) observation->readBy(*source);
    Status s = fixed ? source->assign(all) : source->subscribe(topics);
    sources_.push_back(std::move(source));
    return s;
}

// ---- the loop

Status Engine::run() {
    figures_.started = started_;
    figures_.phase = RecordingStatus::Phase::Running;
    rate_since_ = started_;
    bool more_to_read = false;
    for (;;) {
        inbox_.wait(nextWake(now(), more_to_read));
        const TimeNs at = now();
        step(at);
        more_to_read = false;
        if (phase_ == Phase::Running) {
            for (const auto& source : sources_) more_to_read = source->read(at) || more_to_read;
            dispatcher_.advance(at);
        }
        checkPhase(at);
        if (at >= next_publish_) publish(at);
        if (phase_ != Phase::Draining) continue;
        const bool settled =
            dispatcher_.inFlight() == 0 && (!outputs_ || outputs_->idle()) && transactionsIdle();
        if (settled || at >= drain_until_ || abort_requested_) break;
    }
    return shutDown();
}

void Engine::step(TimeNs at) {
    handleCommands(at);
    handleTargets();
    serveDoors(at);
    for (const auto& source : sources_) source->poll(at, journal_.flushed());
    if (outputs_) outputs_->pump();
    pumpTransactions(at);
    for (const Function& f : functions_) {
        if (!f.target) continue;
        if (const auto due = f.target->deadline(); due && *due <= at) f.target->tick(at);
    }
    dispatcher_.advance(at);
    followGate(at);
    followRanges(at);
    followTriggers(at);
    if (phase_ != Phase::Draining) {
        for (const auto& observation : observations_) observation->observer().advance(at);
    }
}

void Engine::handleTargets() {
    inbox_.take(taken_);
    for (const TargetEvent& event : taken_) handle(event);
}

TimeNs Engine::nextWake(TimeNs at, bool more_to_read) const {
    if (more_to_read) return at;
    TimeNs wake = std::max(next_publish_, at);
    if (const auto due = dispatcher_.deadline()) wake = std::min(wake, *due);
    for (const auto& source : sources_) {
        if (const auto due = source->deadline())
            wake = std::min(wake, std::min(*due, at + 20 * kMillisecond));
    }
    for (const Function& f : functions_) {
        if (!f.target) continue;
        if (const auto due = f.target->deadline()) wake = std::min(wake, *due);
    }
    if (!held_given_up_.empty()) return at;
    for (const auto& [id, stage] : transactions_) {
        if (const auto due = stage->deadline()) wake = std::min(wake, std::max(*due, at + kOutputRetry));
    }
    if (outputs_ && outputs_->waiting()) wake = std::min(wake, at + kOutputRetry);
    return wake;
}

bool Engine::sourcesAtEnd() const {
    return std::all_of(sources_.begin(), sources_.end(),
                       [&](const auto& source) { return source->reachedEnds(dispatcher_); });
}

void Engine::checkPhase(TimeNs at) {
    if (journal_.failed() && !fault_) {
        if (Status s = journal_.status(); !s) setFault(std::move(s.error()));
        figures_.capturing = false;
    }
    if (phase_ == Phase::Draining) return;
    const bool time_is_up = plan_.duration && at >= started_ + *plan_.duration;
    if (fault_ || stop_requested_ || abort_requested_ || time_is_up) return enterDraining(at);
    if (phase_ == Phase::Running) {
        if (rangesOver()) {
            for (const Trigger& t : triggers_) {
                if (t.exhausted) setFault(*t.exhausted);
            }
            return enterDraining(at);
        }
        if (plan_.until_end && sourcesAtEnd() && observationsIdle()) return enterDraining(at);
        if (plan_.max_events && events_.count() >= *plan_.max_events) {
            phase_ = Phase::Finishing;
            dispatcher_.finish(at);
        }
    }
    if (phase_ == Phase::Finishing && dispatcher_.pending() == 0) enterDraining(at);
}

void Engine::enterDraining(TimeNs at) {
    phase_ = Phase::Draining;
    dispatcher_.halt();
    drain_until_ = at + kDrainWait;
    figures_.phase = RecordingStatus::Phase::Draining;
    for (const auto& observation : observations_) observation->observer().finish(at);
    for (const auto& door : doors_) door->refuse();
    record(at, facts::Decision{facts::DecisionKind::Drain, {}, "the recording ends"});
}

/// All at once: each may wait for processes that do not want to go.
void Engine::stopTargets() {
    std::vector<std::thread> stopping;
    for (const Function& f : functions_) {
        if (f.target) stopping.emplace_back([&target = *f.target] { target.stop(); });
    }
    for (std::thread& thread : stopping) thread.join();
}

Status Engine::shutDown() {
    inbox_.close();  // from here on targets never wait for this thread
    stopTargets();
    handleTargets();
    if (outputs_) {
        outputs_->flush(abort_requested_ ? 0 : kFinalOutputMs);
        outputs_->pump();
    }
    for (const auto& [id, stage] : transactions_) stage->giveUp();
    if (!abort_requested_) {
        const TimeNs until = now() + 2 * kSecond;
        while (journal_.flushed() < sequence_ && !journal_.failed() && now() < until) {
            inbox_.wait(now() + 50 * kMillisecond);
            inbox_.take(taken_);
        }
    }
    for (const auto& source : sources_) source->close(now(), journal_.flushed());
    sources_.clear();
    closeDoors();
    publish(now());
    if (!fault_ && journal_.failed()) return journal_.status();
    if (fault_) return tl::unexpected<Error>(*fault_);
    return {};
}

void Engine::setFault(Error error) {
    if (!fault_) fault_ = std::move(error);
}

void Engine::requestStop() {
    stop_requested_ = true;
    inbox_.wake();
}

void Engine::abort() {
    abort_requested_ = true;
    inbox_.wake();
}

void Engine::publish(TimeNs at) {
    next_publish_ = at + kPublishInterval;
    figures_.now = at;
    figures_.in_flight = dispatcher_.inFlight();
    figures_.queued = dispatcher_.queued();
    figures_.lag = 0;
    for (const auto& source : sources_) figures_.lag += source->lag();
    if (at - rate_since_ >= kSecond) {
        figures_.events_per_second = static_cast<double>(figures_.events - rate_events_) /
                                     (static_cast<double>(at - rate_since_) / static_cast<double>(kSecond));
        rate_since_ = at;
        rate_events_ = figures_.events;
    }
    figures_.triggers = triggerStatus();
    const std::lock_guard lock(status_mutex_);
    published_ = figures_;
}

RecordingStatus Engine::status() const {
    const std::lock_guard lock(status_mutex_);
    return published_;
}

}  // namespace weir::invoke
