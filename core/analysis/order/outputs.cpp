// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/outputs.h"

#include <algorithm>

namespace weir::analysis::order {

std::optional<Outputs::Inverted> Outputs::take(const Place& output, const CallRef& call,
                                               const std::vector<Cause>& causes, std::size_t most_steps) {
    std::optional<Inverted> inverted;
    for (const Cause& cause : causes) {
        Steps& in_partition = steps_[{output.topic, output.partition, cause.topic, cause.partition}];
        std::vector<Step>& steps = cause.key < 0 ? in_partition.of_partition : in_partition.of_key[cause.key];
        if (steps.empty() || steps.back().highest < cause.highest) {
            if (steps.size() >= most_steps) {  // of the older half every second one is enough to see a break
                std::size_t kept = 1;
                for (std::size_t i = 2; i < steps.size(); i += i < steps.size() / 2 ? 2 : 1) {
                    steps[kept++] = steps[i];
                }
                steps.resize(kept);
            }
            steps.push_back({cause.highest, output.offset, call});
            continue;
        }
        const auto step =
            std::upper_bound(steps.begin(), steps.end(), cause.highest,
                             [](std::int64_t highest, const Step& s) { return highest < s.highest; });
        if (step == steps.end() || step->offset >= output.offset) continue;
        const Severity severity = std::max(cause.severity, inverted ? inverted->severity : Severity::Note);
        if (!inverted || step->offset < inverted->against.offset) {
            inverted = Inverted{{output.topic, output.partition, step->offset}, step->call, severity};
        }
        inverted->severity = severity;
    }
    return inverted;
}

}  // namespace weir::analysis::order
