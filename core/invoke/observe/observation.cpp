// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/observation.h"

#include <algorithm>
#include <utility>

namespace weir::invoke {

Observation::Observation(ObserverSpec spec, bool until_end, ObservationHost& host)
    : host_(host),
      topics_(spec.outputs),
      observer_(
          [&] {
              for (const auto& [name, id] : spec.sources) topics_[id] = name;
              return std::move(spec);
          }(),
          *this),
      until_end_(until_end) {}

bool Observation::atEnd(TopicId topic, std::int32_t partition) {
    const auto name = topics_.find(topic);
    return source_ != nullptr && name != topics_.end() &&
           source_->atEnd({name->second, partition}, until_end_);
}

std::vector<std::string> observedTopics(const flow::TriggerSpec& trigger) {
    std::vector<std::string> topics = trigger.topics();
    const auto add = [&](const std::string& topic) {
        if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
    };
    for (const flow::OutputSpec& output : trigger.outputs) add(output.topic);
    if (trigger.on_failure_topic) add(*trigger.on_failure_topic);
    return topics;
}

ObserverSpec observerSpec(const flow::TriggerSpec& trigger, const flow::FunctionSpec& function,
                          TriggerId trigger_id, FunctionId function_id,
                          const std::map<std::string, TopicId>& topic_ids) {
    ObserverSpec spec;
    spec.function = function_id;
    spec.trigger = trigger_id;
    spec.name = trigger.name;
    spec.causes = function.causes;
    for (const std::string& topic : trigger.topics()) spec.sources[topic] = topic_ids.at(topic);
    for (const flow::OutputSpec& output : trigger.outputs)
        spec.outputs[topic_ids.at(output.topic)] = output.topic;
    if (trigger.on_failure_topic) {
        spec.failed = topic_ids.at(*trigger.on_failure_topic);
        spec.outputs[*spec.failed] = *trigger.on_failure_topic;
    }
    return spec;
}

}  // namespace weir::invoke
