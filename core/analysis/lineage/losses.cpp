// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/losses.h"

#include <algorithm>
#include <map>
#include <optional>

namespace weir::analysis {
namespace {

using facts::Outcome;

LossKind kindOf(facts::SkipReason reason) {
    switch (reason) {
        case facts::SkipReason::Filtered:
            return LossKind::Filtered;
        case facts::SkipReason::Expired:
            return LossKind::Expired;
        case facts::SkipReason::OnFailure:
            return LossKind::DeadLettered;
        case facts::SkipReason::Discarded:
            return LossKind::Discarded;
    }
    return LossKind::Discarded;
}

/// What a session says of an event and one function.
struct OfFunction {
    std::string trigger;
    bool reads = false;  // a trigger binds it to the event's topic
    const journal::SkipRow* skip = nullptr;
    const journal::DeliveryRow* success = nullptr;
    const journal::DeliveryRow* last = nullptr;  // the last one that started
    bool running = false;
    bool answered = false;
};

std::optional<EventLoss> judge(const EventEvidence& e, const journal::FunctionRow& f, const OfFunction& of) {
    EventLoss loss;
    loss.function = f.name;
    loss.trigger = of.trigger;
    if (of.success != nullptr) {
        if (!f.answers_each || of.answered) return std::nullopt;
        loss.kind = LossKind::Unanswered;
        loss.at = of.success->end;
        return loss;
    }
    if (of.skip != nullptr) {
        loss.kind = kindOf(of.skip->reason);
        loss.at = of.skip->at;
        if (of.skip->trigger) loss.trigger = e.session->triggerName(of.skip->trigger);
        if (of.last != nullptr) loss.detail = of.last->error;
        return loss;
    }
    if (of.last != nullptr) {
        const bool open = of.running || of.last->outcome == Outcome::Abandoned;
        loss.kind = open ? LossKind::Open : LossKind::Failed;
        loss.at = of.last->end;
        loss.detail = of.last->error;
        return loss;
    }
    if (!of.reads || !e.recorded) return std::nullopt;
    if (f.observed && !f.answers_each) return std::nullopt;  // it may have had the event and said nothing
    loss.kind = f.observed ? LossKind::Unanswered : LossKind::Undelivered;
    loss.at = e.received;
    return loss;
}

}  // namespace

void judgeLosses(const EventEvidence& e, std::vector<EventLoss>& losses, std::set<std::string>& succeeded) {
    std::map<FunctionId, OfFunction> functions;
    for (const journal::TriggerRow& t : e.session->trigger_rows) {
        if (std::find(t.topics.begin(), t.topics.end(), e.topic) == t.topics.end()) continue;
        OfFunction& of = functions[t.function];
        of.reads = true;
        of.trigger = t.name;
    }
    for (const journal::SkipRow& skip : e.skips) functions[skip.function].skip = &skip;
    for (const journal::DeliveryRow& d : e.deliveries) {
        OfFunction& of = functions[d.function];
        of.last = &d;
        of.running = of.running || !d.outcome;
        if (d.outcome == Outcome::Success) of.success = &d;
        of.answered = of.answered || e.answered.contains(d.invocation);
    }
    for (const auto& [id, of] : functions) {
        const auto f = e.session->functions.find(id);
        if (f == e.session->functions.end()) continue;
        if (of.success != nullptr) succeeded.insert(f->second.name);
        if (auto loss = judge(e, f->second, of)) losses.push_back(std::move(*loss));
    }
}

}  // namespace weir::analysis
