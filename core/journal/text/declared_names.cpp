// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/declared_names.h"

#include "base/text.h"
#include "journal/text/fact_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace weir::journal {
namespace {

/// Partitions that a topic has at least when it has this one.
std::int32_t withPartition(std::int32_t partition) {
    return std::min(partition, std::numeric_limits<std::int32_t>::max() - 1) + 1;
}

bool same(const facts::Trigger& a, const facts::Trigger& b) {
    return a.function == b.function && a.topics == b.topics && a.order == b.order && a.group == b.group;
}

}  // namespace

TopicId DeclaredNames::findTopic(std::string_view name) {
    if (last_topic_ != nullptr && last_topic_->name == name) return last_topic_->id;
    const auto known = topics_.find(name);
    if (known == topics_.end()) return {};
    last_topic_ = &known->second;
    return last_topic_->id;
}

TopicId DeclaredNames::topic(std::string_view name, std::int32_t partition, TimeNs at) {
    if (last_topic_ != nullptr && last_topic_->name == name &&
        (last_topic_->declared || partition < last_topic_->partitions)) {
        return last_topic_->id;
    }
    auto known = topics_.find(name);
    if (known == topics_.end()) {
        facts::Topic fact;
        fact.id = TopicId{static_cast<std::int64_t>(topics_.size()) + 1};
        fact.name = name;
        fact.partitions = withPartition(partition);
        fact.declared = false;
        known = topics_.emplace(fact.name, fact).first;
        sink_.put(at, fact);
    } else if (!known->second.declared && partition >= known->second.partitions) {
        known->second.partitions = withPartition(partition);
        sink_.put(at, known->second);
    }
    last_topic_ = &known->second;
    return last_topic_->id;
}

Status DeclaredNames::declareTopic(const TextFact& f) {
    facts::Topic fact;
    fact.name = f.topic;
    fact.partitions = static_cast<std::int32_t>(f.partitions);
    fact.source = factWord(f.source, facts::SourceKind::Range);
    const auto known = topics_.find(f.topic);
    if (known == topics_.end()) {
        fact.id = TopicId{static_cast<std::int64_t>(topics_.size()) + 1};
        topics_.emplace(fact.name, fact);
        sink_.put(f.at, std::move(fact));
        return {};
    }
    facts::Topic& before = known->second;
    if (before.declared && before.source != fact.source) {
        return fail(ErrorCode::FileCorrupt, fmt::format("`{}` was declared before, with the source {}",
                                                        terminalSafe(f.topic), facts::word(before.source)));
    }
    if (before.declared && before.partitions == fact.partitions) {
        ++repeats_;
        return {};
    }
    fact.id = before.id;
    before = fact;
    sink_.put(f.at, std::move(fact));
    return {};
}

FunctionId DeclaredNames::function(std::string_view name, TimeNs at) {
    const auto known = functions_.find(name);
    if (known != functions_.end()) return known->second.id;
    facts::Function fact;
    fact.id = FunctionId{static_cast<std::int64_t>(functions_.size()) + 1};
    fact.name = name;
    fact.declared = false;
    functions_.emplace(fact.name, fact);
    sink_.put(at, fact);
    return fact.id;
}

Status DeclaredNames::declareFunction(const TextFact& f) {
    facts::Function fact;
    fact.name = f.function;
    fact.target = f.target;
    fact.observe = f.observe;
    fact.answers_each = f.answers == "each";
    const auto known = functions_.find(f.function);
    if (known == functions_.end()) {
        fact.id = FunctionId{static_cast<std::int64_t>(functions_.size()) + 1};
        functions_.emplace(fact.name, fact);
        sink_.put(f.at, std::move(fact));
        return {};
    }
    facts::Function& before = known->second;
    if (before.declared) {
        const bool repeats = before.target == fact.target && before.observe == fact.observe &&
                             before.answers_each == fact.answers_each;
        if (!repeats) {
            return fail(ErrorCode::FileCorrupt,
                        fmt::format("`{}` was declared before, and differently", terminalSafe(f.function)));
        }
        ++repeats_;
        return {};
    }
    fact.id = before.id;
    before = fact;
    sink_.put(f.at, std::move(fact));
    return {};
}

TriggerId DeclaredNames::trigger(std::string_view name, FunctionId function, TimeNs at) {
    if (name.empty()) return {};
    auto known = triggers_.find(name);
    if (known == triggers_.end())
        known = triggers_.emplace(std::string(name), std::vector<facts::Trigger>{}).first;
    // The newest that fits; without a function any does, and one without a function gets it.
    auto& named = known->second;
    const auto fits = std::find_if(named.rbegin(), named.rend(), [&](const facts::Trigger& t) {
        return !function || !t.function || t.function == function;
    });
    if (fits != named.rend()) {
        if (function && !fits->function) {
            fits->function = function;
            sink_.put(at, *fits);
        }
        return fits->id;
    }
    facts::Trigger fact;
    fact.id = TriggerId{next_trigger_++};
    fact.name = name;
    fact.function = function;
    fact.order = "partition";
    fact.declared = false;
    named.push_back(fact);
    sink_.put(at, fact);
    return fact.id;
}

void DeclaredNames::declareTrigger(const TextFact& f) {
    facts::Trigger fact;
    fact.name = f.trigger;
    fact.function = function(f.function, f.at);
    for (const std::string_view name : f.topics) fact.topics.push_back(topic(name, -1, f.at));
    fact.order = f.order;
    fact.group = f.group;
    auto& named = triggers_[fact.name];
    const auto repeats = std::find_if(named.begin(), named.end(),
                                      [&](const facts::Trigger& t) { return t.declared && same(t, fact); });
    if (repeats != named.end()) {
        ++repeats_;
        return;
    }
    const auto used = std::find_if(named.begin(), named.end(), [&](const facts::Trigger& t) {
        return !t.declared && (!t.function || t.function == fact.function);
    });
    if (used != named.end()) {
        fact.id = used->id;
        *used = fact;
    } else {
        fact.id = TriggerId{next_trigger_++};
        named.push_back(fact);
    }
    sink_.put(f.at, std::move(fact));
}

DeclaredNames::Instance& DeclaredNames::instanceNamed(std::string_view name, FunctionId function, TimeNs at) {
    auto known = instances_.find(name);
    if (known == instances_.end()) {
        known = instances_.emplace(std::string(name), Instance{}).first;
        facts::Instance& fact = known->second.fact;
        fact.id = InstanceId{next_instance_++};
        fact.name = name;
        fact.function = function;
        fact.declared = false;
        sink_.put(at, fact);
    } else if (function && !known->second.fact.function) {
        known->second.fact.function = function;
        sink_.put(at, known->second.fact);
    }
    return known->second;
}

InstanceId DeclaredNames::instance(std::string_view name, FunctionId function, TimeNs at) {
    return name.empty() ? InstanceId{} : instanceNamed(name, function, at).fact.id;
}

void DeclaredNames::declareInstance(const TextFact& f) {
    Instance declared;
    declared.fact.name = f.instance;
    declared.fact.function = function(f.function, f.at);
    const auto known = instances_.find(f.instance);
    if (known != instances_.end() && !known->second.fact.declared) {
        declared.fact.id = known->second.fact.id;
        declared.ready = known->second.ready;
        declared.ended = known->second.ended;
    } else {
        declared.fact.id = InstanceId{next_instance_++};
    }
    sink_.put(f.at, declared.fact);
    instances_[declared.fact.name] = std::move(declared);
}

Status DeclaredNames::instanceReady(const TextFact& f) {
    Instance& instance = instanceNamed(f.instance, {}, f.at);
    if (instance.ready) {
        return fail(ErrorCode::FileCorrupt, fmt::format("`{}` is ready already", terminalSafe(f.instance)));
    }
    instance.ready = true;
    sink_.put(f.at, facts::InstanceReady{instance.fact.id});
    return {};
}

Status DeclaredNames::instanceEnd(const TextFact& f) {
    Instance& instance = instanceNamed(f.instance, {}, f.at);
    if (instance.ended) {
        return fail(ErrorCode::FileCorrupt, fmt::format("`{}` has ended already", terminalSafe(f.instance)));
    }
    instance.ended = true;
    sink_.put(f.at, facts::InstanceEnd{instance.fact.id,
                                       factWord(f.reason, facts::InstanceEndReason::Stopped), ""});
    return {};
}

}  // namespace weir::journal
