// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "invoke/target.h"
#include "invoke/targets/instance_pool.h"
#include "invoke/targets/io_thread.h"
#include "invoke/targets/lambda_event.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace weir::invoke {

/// A call on its way through an instance.
struct RunningCall {
    InvocationId id;
    BatchPtr batch;
    TopicNames topics;  ///< knows the topics of the batch; any thread
};

/// One process of a function, from its start to its end, with at most one call at a time.
///
/// Threads: the I/O thread only. Posts to the host until it calls the `on_ended` that it was made with, which
/// is its last act.
class ProcessInstance {
  public:
    virtual ~ProcessInstance() = default;
    /// Starts the process; its first call follows at once.
    virtual void open() = 0;
    virtual void call(RunningCall call) = 0;
    /// Asks the process to end and ends it by force when it does not. With Stopped a running call is
    /// abandoned.
    virtual void end(facts::InstanceEndReason reason) = 0;
};

/// What a function needs that runs as processes.
struct ProcessFunction {
    /// Called on the I/O thread.
    using Make = std::function<std::unique_ptr<ProcessInstance>(InstanceId id, InstancePool::Usable usable,
                                                                std::function<void()> on_ended)>;
    using Size =
        std::function<std::size_t(const RecordChunk& chunk, std::uint32_t index, const std::string& topic)>;

    FunctionId id;
    DurationNs idle_timeout = 0;
    Make make;
    Size size;              ///< of a record in a request; the engine's thread
    TopicNames topic_name;  ///< the engine's thread
    std::shared_ptr<IoThread> io;
};

/// A target that sends each call to the process that was used last of those that are idle, or to a new one.
[[nodiscard]] std::unique_ptr<Target> makeProcessTarget(ProcessFunction function, TargetHost& host);

/// Where the process starts: `directory`, relative to the folder of the flow file. Empty, which means the
/// current one, only when that is gone.
[[nodiscard]] std::string workingDirectory(const std::string& flow_directory, const std::string& directory);

}  // namespace weir::invoke
