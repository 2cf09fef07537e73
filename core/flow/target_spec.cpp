// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/target_spec.h"

#include <array>
#include <string_view>

namespace weir::flow {
namespace {

/// In the order of TargetSpec's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<TargetSpec>> kKinds{
    "", "lambda-runtime", "builtin", "http", "cloudevents", "lambda", "command", "simulated"};

}  // namespace

std::string targetKind(const TargetSpec& target) {
    return std::string(kKinds[target.index()]);
}

bool isAsynchronous(const TargetSpec& target) {
    const auto* const lambda = std::get_if<LambdaTarget>(&target);
    return lambda != nullptr && lambda->event;
}

bool takesOneEvent(const TargetSpec& target) {
    if (const auto* http = std::get_if<HttpTarget>(&target)) return http->body == Body::Value;
    if (const auto* command = std::get_if<CommandTarget>(&target)) return command->body == Body::Value;
    const auto* const events = std::get_if<CloudEventsTarget>(&target);
    return events != nullptr && events->mode != CloudEventsTarget::Mode::Batched;
}

Body presetBody(HttpTarget::Preset preset) {
    if (preset == HttpTarget::Preset::OpenFaas) return Body::Value;
    return preset == HttpTarget::Preset::Azure ? Body::Azure : Body::Event;
}

SimulatedTarget simulatedProfile(SimulatedTarget::Profile profile) {
    using Profile = SimulatedTarget::Profile;
    SimulatedTarget target;
    target.profile = profile;
    if (profile == Profile::None) return target;
    const DurationNs warm = profile == Profile::Aws ? 25 : profile == Profile::Google ? 79 : 320;
    target.warm = {Distribution::Shape::LogNormal, warm * kMillisecond, warm * kMillisecond / 5};
    target.cold = {Distribution::Shape::Uniform, 3 * kSecond, 5 * kSecond};
    return target;
}

}  // namespace weir::flow
