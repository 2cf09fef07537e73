// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/unsupported.h"

#include <fmt/format.h>

#include <string_view>

namespace weir::flow {
namespace {

class Collector {
  public:
    explicit Collector(std::vector<Problem>& problems) : problems_(problems) {}

    void refuseIf(bool asked, const std::string& part, std::string_view key, std::string_view what,
                  std::string_view instead = "remove it") {
        if (!asked) return;
        problems_.push_back({memberPlace(part, std::string(key)),
                             fmt::format("{} cannot be run by this version yet", what),
                             std::string(instead)});
    }

  private:
    std::vector<Problem>& problems_;
};

void checkTrigger(const TriggerSpec& trigger, const std::string& place, bool observed, Collector& collector) {
    const auto refuse = [&](bool asked, std::string_view key, std::string_view what,
                            std::string_view instead = "remove it") {
        collector.refuseIf(asked, place, key, what, instead);
    };
    refuse(observed && std::holds_alternative<HttpSource>(trigger.source), "http",
           "a front door of an observed function", "read \"topics\"");
    refuse(observed && std::holds_alternative<RangeSource>(trigger.source), "range",
           "a range of history of an observed function", "read \"topics\"");
}

}  // namespace

std::vector<Problem> notYetSupported(const Flow& flow) {
    std::vector<Problem> problems;
    Collector collector(problems);
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        if (!flow.triggers[i].enabled) continue;
        const auto* const function = flow.function(flow.triggers[i].function);
        checkTrigger(flow.triggers[i], elementPlace("triggers", i), function != nullptr && function->observe,
                     collector);
    }
    return problems;
}

}  // namespace weir::flow
