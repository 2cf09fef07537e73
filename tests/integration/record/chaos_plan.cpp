// SPDX-License-Identifier: GPL-3.0-or-later
#include "chaos_plan.h"

#include "invoke/targets/builtin.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace weir::test {

ChaosSettings ChaosSettings::exactlyOnce(std::uint64_t seed) {
    using flow::OnExhausted;
    constexpr std::array kOrders{flow::Order::Partition, flow::Order::Key, flow::Order::None};
    constexpr std::array kExhausted{OnExhausted::Stop, OnExhausted::DeadLetter, OnExhausted::Discard};
    std::mt19937_64 random(seed);
    ChaosSettings settings;
    settings.exactly_once = true;
    settings.order = kOrders[random() % kOrders.size()];
    settings.exhausted = kExhausted[random() % kExhausted.size()];
    settings.batch_size = 1 + static_cast<int>(random() % 20);
    settings.bisect = random() % 2 == 0;
    settings.partial_failures = random() % 2 == 0;
    return settings;
}

std::string ChaosSettings::text() const {
    constexpr std::array kExhausted{"dead-letter", "discard", "retried for ever"};
    return fmt::format("order {}, batch size {}, bisect {}, partial failures {}, exhausted: {}",
                       flow::orderName(order), batch_size, bisect, partial_failures,
                       kExhausted[static_cast<std::size_t>(exhausted)]);
}

invoke::RecordingPlan chaosPlan(const std::string& bootstrap, const std::string& session,
                                const ChaosSettings& settings, invoke::test::ChaoticFunction& function) {
    flow::TriggerSpec trigger;
    trigger.name = "t";
    trigger.function = "f";
    trigger.source = std::vector<std::string>{"in"};
    trigger.group = "chaos";
    trigger.order = settings.order;
    trigger.parallelization_factor = 4;
    trigger.batch_size = settings.batch_size;
    trigger.batching_window = 20 * kMillisecond;
    trigger.bisect = settings.bisect;
    trigger.partial_failures = settings.partial_failures;
    trigger.on_exhausted = settings.exhausted;
    if (settings.exhausted != flow::OnExhausted::Stop) trigger.retries = 1;
    if (settings.exhausted == flow::OnExhausted::DeadLetter) trigger.on_failure_topic = "failed";
    trigger.outputs = {{"out", {}, {}}};
    trigger.exactly_once = settings.exactly_once;
    flow::FunctionSpec spec;
    spec.name = "f";
    spec.target = flow::BuiltinTarget{"fun"};
    spec.concurrency = 6;
    invoke::RecordingPlan plan;
    plan.flow.name = "chaos";
    plan.flow.cluster.brokers = bootstrap;
    plan.flow.cluster.kafka["session.timeout.ms"] = settings.exactly_once ? "2000" : "6000";
    if (settings.exactly_once) plan.flow.cluster.kafka["heartbeat.interval.ms"] = "500";
    plan.flow.functions = {spec};
    plan.flow.triggers = {trigger};
    plan.path = session;
    plan.builtins["fun"] = invoke::builtin([&function](const invoke::Batch& b) { return function(b); });
    return plan;
}

}  // namespace weir::test
