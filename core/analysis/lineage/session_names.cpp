// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/session_names.h"

namespace weir::analysis {

Result<SessionNames> SessionNames::of(journal::SessionReader& reader) {
    SessionNames names;
    names.reader = &reader;
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    for (journal::TopicRow& t : *topics) {
        names.topic_ids.emplace(t.name, t.id);
        names.topics.emplace(t.id, std::move(t.name));
    }
    auto functions = reader.functions();
    if (!functions) return passOn(functions);
    for (journal::FunctionRow& f : *functions) names.functions.emplace(f.id, std::move(f));
    auto triggers = reader.triggers();
    if (!triggers) return passOn(triggers);
    for (const journal::TriggerRow& t : *triggers) names.triggers.emplace(t.id, t.name);
    names.trigger_rows = std::move(*triggers);
    auto instances = reader.instances();
    if (!instances) return passOn(instances);
    for (journal::InstanceRow& i : *instances) names.instances.emplace(i.id, std::move(i.name));
    return names;
}

}  // namespace weir::analysis
