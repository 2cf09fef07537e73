// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"
#include "journal/session_reader.h"

#include <QString>

#include <vector>

namespace weir::views {

/// The names of a session: topics, functions, triggers, instances by id. A value; ids count from 1 without
/// gaps, so a lookup is an index. An unknown id gives nullptr or `?`.
class Catalog {
  public:
    journal::SessionInfo info;
    std::vector<journal::TopicRow> topics;
    std::vector<journal::FunctionRow> functions;
    std::vector<journal::TriggerRow> triggers;
    std::vector<journal::InstanceRow> instances;

    [[nodiscard]] const journal::TopicRow* topic(TopicId id) const { return find(topics, id); }
    [[nodiscard]] const journal::FunctionRow* function(FunctionId id) const { return find(functions, id); }
    [[nodiscard]] const journal::TriggerRow* trigger(TriggerId id) const { return find(triggers, id); }
    [[nodiscard]] const journal::InstanceRow* instance(InstanceId id) const { return find(instances, id); }

    [[nodiscard]] QString topicName(TopicId id) const { return name(topic(id)); }
    [[nodiscard]] QString functionName(FunctionId id) const { return name(function(id)); }
    [[nodiscard]] QString instanceName(InstanceId id) const {
        return id ? name(instance(id)) : notApplicable();
    }
    [[nodiscard]] QString place(TopicId topic, std::int32_t partition) const {
        return partitionText(topicName(topic), partition);
    }

    /// True when some function is triggered by the topic: its events are waiting until they are delivered.
    [[nodiscard]] bool delivered(TopicId topic) const {
        for (const auto& trigger : triggers) {
            for (const TopicId id : trigger.topics) {
                if (id == topic) return true;
            }
        }
        return false;
    }

  private:
    template <typename Row, typename IdType>
    static const Row* find(const std::vector<Row>& rows, IdType id) {
        const auto at = static_cast<std::size_t>(id.value - 1);
        if (id.value >= 1 && at < rows.size() && rows[at].id == id) return &rows[at];
        for (const Row& row : rows) {
            if (row.id == id) return &row;
        }
        return nullptr;
    }
    template <typename Row>
    static QString name(const Row* row) {
        return row == nullptr ? QStringLiteral("?") : text(row->name);
    }
};

}  // namespace weir::views
