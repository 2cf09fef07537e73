// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda_runtime.h"

#include "invoke/targets/process_function.h"
#include "invoke/targets/runtime_instance.h"

#include <utility>

namespace weir::invoke {

std::unique_ptr<Target> makeLambdaRuntimeTarget(LambdaRuntimeOptions options, TargetHost& host) {
    const auto& target = std::get<flow::LambdaRuntimeTarget>(options.spec.target);
    auto function = std::make_shared<const RuntimeFunction>(RuntimeFunction{
        .id = options.function,
        .spec = options.spec,
        .target = target,
        .directory = workingDirectory(options.flow_directory, target.directory),
        .source = {.name = std::move(options.event_source), .brokers = std::move(options.brokers)},
        .host = &host,
    });
    auto io = options.io ? std::move(options.io) : std::make_shared<IoThread>();
    auto make = [function, thread = io.get()](InstanceId id, InstancePool::Usable usable,
                                              std::function<void()> on_ended) {
        return std::make_unique<RuntimeInstance>(thread->context(), function, id, std::move(usable),
                                                 std::move(on_ended));
    };
    return makeProcessTarget({.id = options.function,
                              .idle_timeout = options.spec.idle_timeout,
                              .make = std::move(make),
                              .size = lambdaRecordSize,
                              .topic_name = std::move(options.topic_name),
                              .io = std::move(io)},
                             host);
}

}  // namespace weir::invoke
