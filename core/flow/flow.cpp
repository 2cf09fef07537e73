// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow.h"

#include <algorithm>

namespace weir::flow {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

const char* orderName(Order order) {
    switch (order) {
        case Order::Partition:
            return "partition";
        case Order::Key:
            return "key";
        case Order::None:
            return "none";
    }
    return "partition";
}

std::vector<std::string> TriggerSpec::topics() const {
    return std::visit(
        Overloaded{[](const std::vector<std::string>& topics) { return topics; },
                   [](const HttpSource&) { return std::vector<std::string>{}; },
                   [](const RangeSource& range) { return std::vector<std::string>{range.topic}; }},
        source);
}

const FunctionSpec* Flow::function(const std::string& name) const {
    const auto found = std::ranges::find(functions, name, &FunctionSpec::name);
    return found == functions.end() ? nullptr : &*found;
}

}  // namespace weir::flow
