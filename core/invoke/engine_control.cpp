// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that change a recording while it runs. Each becomes a `decision` fact.
#include "invoke/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::invoke {
namespace {

constexpr int kMost = 10'000;

Status inRange(int value, const char* what) {
    if (value >= 1 && value <= kMost) return {};
    return fail(ErrorCode::Usage, fmt::format("{} cannot be {}.", what, value),
                fmt::format("Expected a whole number from 1 to {}.", kMost));
}

std::string placeText(const kafka::StartAt& to) {
    switch (to.kind) {
        case kafka::StartAt::Kind::Latest:
            return "the end";
        case kafka::StartAt::Kind::Offset:
            return fmt::format("offset {}", to.offset);
        default:
            return "the beginning";
    }
}

Status checkPlace(const flow::TriggerSpec& spec, const control::Seek& seek) {
    const auto topics = spec.topics();
    const bool known = seek.topic.empty()
                           ? topics.size() == 1
                           : std::find(topics.begin(), topics.end(), seek.topic) != topics.end();
    if (!known) {
        return fail(ErrorCode::Usage,
                    seek.topic.empty()
                        ? fmt::format("The trigger {} reads several topics, or none.", spec.name)
                        : fmt::format("The trigger {} does not read the topic {}.", spec.name, seek.topic),
                    "Name one of its topics.");
    }
    using Kind = kafka::StartAt::Kind;
    const bool plain = seek.to.kind == Kind::Earliest || seek.to.kind == Kind::Latest ||
                       (seek.to.kind == Kind::Offset && seek.to.offset >= 0);
    if (plain) return {};
    return fail(ErrorCode::Usage, "That is not a place to go on from.",
                "Expected the beginning, the end or an offset from 0 on.");
}

Status runElsewhere(const std::string& function) {
    return fail(ErrorCode::Usage, fmt::format("The function {} is run by someone else.", function),
                "Weir only observes it.");
}

}  // namespace

// ---- any thread: names and numbers do not change while the engine runs

Engine::Trigger* Engine::triggerNamed(const std::string& name) {
    const auto found = std::find_if(triggers_.begin(), triggers_.end(),
                                    [&](const Trigger& t) { return t.spec.name == name; });
    return found == triggers_.end() ? nullptr : &*found;
}

Engine::Function* Engine::functionNamed(const std::string& name) {
    const auto found =
        std::find_if(functions_.begin(), functions_.end(), [&](const Function& f) { return f.name == name; });
    return found == functions_.end() ? nullptr : &*found;
}

Status Engine::check(const control::Command& command) {
    if (const auto* const set = std::get_if<control::SetConcurrency>(&command)) {
        const Function* const f = functionNamed(set->function);
        if (f == nullptr)
            return fail(ErrorCode::Usage, fmt::format("There is no function {}.", set->function));
        if (!f->target) return runElsewhere(f->name);
        return inRange(set->concurrency, "The concurrency");
    }
    const std::string& name = std::visit(
        [](const auto& c) -> const std::string& {
            if constexpr (requires { c.trigger; }) {
                return c.trigger;
            } else {
                return c.function;
            }
        },
        command);
    const Trigger* const t = triggerNamed(name);
    if (t == nullptr) {
        return fail(ErrorCode::Usage, fmt::format("There is no trigger {}.", name),
                    "Name a trigger of the flow that is enabled.");
    }
    if (t->observed) return runElsewhere(t->spec.function);
    if (const auto* const seek = std::get_if<control::Seek>(&command)) return checkPlace(t->spec, *seek);
    if (const auto* const set = std::get_if<control::SetBatchSize>(&command))
        return inRange(set->batch_size, "The batch size");
    return {};
}

Status Engine::control(control::Command command) {
    if (Status s = check(command); !s) return s;
    {
        const std::lock_guard lock(command_mutex_);
        commands_.push_back(std::move(command));
    }
    inbox_.wake();
    return {};
}

// ---- the engine's thread

void Engine::handleCommands(TimeNs at) {
    std::vector<control::Command> commands;
    {
        const std::lock_guard lock(command_mutex_);
        commands.swap(commands_);
    }
    if (phase_ == Phase::Draining) return;
    for (const control::Command& command : commands) {
        std::visit([&](const auto& c) { obey(c, at); }, command);
    }
    if (!commands.empty()) next_publish_ = at;
}

void Engine::decide(TimeNs at, facts::DecisionKind kind, TriggerId id, std::string reason) {
    record(at, facts::Decision{kind, id, std::move(reason)});
}

Source* Engine::sourceOf(TriggerId id) {
    const auto found = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const auto& source) { return source->trigger() == id; });
    return found == sources_.end() ? nullptr : found->get();
}

void Engine::obey(const control::Pause& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    if (t.state == TriggerState::Stopped || t.state == TriggerState::Paused) return;
    dispatcher_.pause(t.id);
    t.state = TriggerState::Paused;
    decide(at, facts::DecisionKind::Pause, t.id, "asked for");
}

void Engine::obey(const control::Resume& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    if (t.state == TriggerState::Stopped || t.state == TriggerState::Running) return;
    t.state = TriggerState::Running;
    decide(at, facts::DecisionKind::Resume, t.id, "asked for");
    dispatcher_.resume(t.id, at);
}

void Engine::obey(const control::Drain& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    if (t.state != TriggerState::Running && t.state != TriggerState::Paused) return;
    t.state = TriggerState::Draining;
    decide(at, facts::DecisionKind::Drain, t.id,
           fmt::format("asked for; {} events are still delivered", dispatcher_.load(t.id).queued));
    dispatcher_.drain(t.id, at);
}

void Engine::obey(const control::Stop& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    if (t.state == TriggerState::Stopped) return;
    t.state = TriggerState::Stopped;
    decide(at, facts::DecisionKind::Stop, t.id, "asked for");
    turnAway(t.id, "The trigger has stopped.");
    dispatcher_.stop(t.id);
}

void Engine::obey(const control::Seek& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    Source* const source = sourceOf(t.id);
    if (t.state == TriggerState::Stopped || source == nullptr) return;
    const std::string topic = command.topic.empty() ? t.spec.topics().front() : command.topic;
    const std::string where = command.partition ? fmt::format("{}/{}", topic, *command.partition) : topic;
    decide(at, facts::DecisionKind::Seek, t.id,
           fmt::format("asked for: {} goes on from {}", where, placeText(command.to)));
    source->seek(topic, command.partition, command.to);
}

void Engine::obey(const control::SetConcurrency& command, TimeNs at) {
    Function& f = *functionNamed(command.function);
    if (f.concurrency == command.concurrency) return;
    decide(at, facts::DecisionKind::Config, {},
           fmt::format("asked for: {} may run {} calls at once, was {}", f.name, command.concurrency,
                       f.concurrency));
    f.concurrency = command.concurrency;
    dispatcher_.setConcurrency(f.id, command.concurrency, at);
}

void Engine::obey(const control::SetBatchSize& command, TimeNs at) {
    Trigger& t = *triggerNamed(command.trigger);
    if (t.spec.batch_size == command.batch_size) return;
    decide(
        at, facts::DecisionKind::Config, t.id,
        fmt::format("asked for: batches of up to {} events, was {}", command.batch_size, t.spec.batch_size));
    t.spec.batch_size = command.batch_size;
    dispatcher_.setBatchSize(t.id, command.batch_size, at);
}

/// Notices that a trigger has drained, and lets one that stopped leave its group once its calls are over.
void Engine::followTriggers(TimeNs at) {
    for (Trigger& t : triggers_) {
        if (t.state == TriggerState::Draining) {
            const auto load = dispatcher_.load(t.id);
            if (load.queued == 0 && load.batches == 0) t.state = TriggerState::Drained;
        } else if (t.state == TriggerState::Stopped) {
            Source* const source = sourceOf(t.id);
            const auto load = dispatcher_.load(t.id);
            if (source == nullptr || source->closed() || load.in_flight > 0 || load.batches > 0) continue;
            if (const auto* const stage = transactionsOf(t.id); stage != nullptr && !stage->idle()) continue;
            if (!t.leaves_after) t.leaves_after = sequence_;
            if (journal_.flushed() >= *t.leaves_after) source->leave(at, journal_.flushed());
        }
    }
}

std::vector<TriggerStatus> Engine::triggerStatus() const {
    std::vector<TriggerStatus> all;
    for (const Trigger& t : triggers_) {
        const Function& f = functions_[static_cast<std::size_t>(t.function.value - 1)];
        const auto load = t.observed ? Dispatcher::Load{} : dispatcher_.load(t.id);
        all.push_back(
            {t.spec.name, f.name, t.state, t.spec.batch_size, f.concurrency, load.queued, load.in_flight});
    }
    return all;
}

}  // namespace weir::invoke
