// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/names.h"

namespace weir::filter {
namespace {

template <typename Row>
std::vector<Named> named(const std::vector<Row>& rows) {
    std::vector<Named> names;
    names.reserve(rows.size());
    for (const Row& row : rows) names.push_back({row.id.value, row.name});
    return names;
}

}  // namespace

const std::vector<Named>& Names::of(FieldId field) const {
    switch (field) {
        case FieldId::Topic:
            return topics;
        case FieldId::Function:
            return functions;
        case FieldId::Instance:
            return instances;
        default:
            return triggers;
    }
}

Result<Names> readNames(journal::SessionReader& reader) {
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    auto functions = reader.functions();
    if (!functions) return passOn(functions);
    auto instances = reader.instances();
    if (!instances) return passOn(instances);
    auto triggers = reader.triggers();
    if (!triggers) return passOn(triggers);
    auto extent = reader.extent();
    if (!extent) return passOn(extent);
    Names names;
    names.topics = named(*topics);
    names.functions = named(*functions);
    names.instances = named(*instances);
    names.triggers = named(*triggers);
    names.started = extent->first_at;
    names.last = extent->last_at;
    return names;
}

}  // namespace weir::filter
