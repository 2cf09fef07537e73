// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_reader.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::analysis {

/// A session's declarations by id and by name, read once.
struct SessionNames {
    journal::SessionReader* reader = nullptr;
    std::map<std::string, TopicId> topic_ids;
    std::unordered_map<TopicId, std::string> topics;
    std::unordered_map<FunctionId, journal::FunctionRow> functions;
    std::unordered_map<TriggerId, std::string> triggers;
    std::vector<journal::TriggerRow> trigger_rows;
    std::unordered_map<InstanceId, std::string> instances;

    static Result<SessionNames> of(journal::SessionReader& reader);

    [[nodiscard]] TopicId topic(const std::string& name) const {
        const auto found = topic_ids.find(name);
        return found == topic_ids.end() ? TopicId{} : found->second;
    }
    [[nodiscard]] std::string topicName(TopicId id) const { return nameIn(topics, id); }
    [[nodiscard]] std::string functionName(FunctionId id) const {
        const auto found = functions.find(id);
        return found == functions.end() ? std::string{} : found->second.name;
    }
    [[nodiscard]] std::string triggerName(TriggerId id) const { return nameIn(triggers, id); }
    [[nodiscard]] std::string instanceName(InstanceId id) const { return nameIn(instances, id); }

  private:
    template <typename Names, typename I>
    static std::string nameIn(const Names& names, I id) {
        const auto found = names.find(id);
        return found == names.end() ? std::string{} : found->second;
    }
};

}  // namespace weir::analysis
