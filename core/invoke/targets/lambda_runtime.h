// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/io_thread.h"
#include "invoke/targets/lambda_event.h"

#include <memory>
#include <string>

namespace weir::invoke {

struct LambdaRuntimeOptions {
    FunctionId function;
    flow::FunctionSpec spec;     ///< its target must be a LambdaRuntimeTarget
    std::string flow_directory;  ///< a relative directory counts from here
    std::string event_source;    ///< `SelfManagedKafka` or `aws:kafka`
    std::string brokers;         ///< for `bootstrapServers`
    TopicNames topic_name;       ///< called on the engine's thread

    /// Shared with other functions, which then wait too while one floods its output; null: one of its own.
    std::shared_ptr<IoThread> io = nullptr;
};

/// A target that hosts the AWS Lambda Runtime API and runs the function's command as instances of it. The
/// host must outlive the target, and its post() must not wait for room any more once stop() is called.
[[nodiscard]] std::unique_ptr<Target> makeLambdaRuntimeTarget(LambdaRuntimeOptions options, TargetHost& host);

}  // namespace weir::invoke
