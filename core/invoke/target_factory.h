// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/builtin.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace weir::invoke {

using TargetMaker =
    std::function<std::unique_ptr<Target>(FunctionId, const flow::FunctionSpec&, TargetHost&)>;

/// What targets of kind `builtin` stand for, by name.
using Builtins = std::map<std::string, TargetMaker>;

/// Makes a C++ function a builtin.
[[nodiscard]] TargetMaker builtin(BuiltinFunction function);

/// What a target needs to know besides its function.
struct TargetContext {
    TargetHost& host;
    std::string flow_directory;
    const Builtins& builtins;
    std::function<std::string(TopicId)> topic_name;
    std::string brokers;
    std::string event_source;
};

/// The target of a function, by its kind. A builtin that does not exist is an error that names those that do.
Result<std::unique_ptr<Target>> makeTarget(FunctionId id, const flow::FunctionSpec& spec,
                                           const TargetContext& context);

/// Looks whether a function can be started at all: its command exists and may be executed. Errors name the
/// function and what was looked for.
Status checkTarget(const flow::FunctionSpec& spec, const std::string& flow_directory);

}  // namespace weir::invoke
