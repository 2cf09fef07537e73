// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/instance_pool.h"
#include "invoke/targets/lambda_event.h"
#include "invoke/targets/process.h"
#include "invoke/targets/process_function.h"
#include "invoke/targets/process_memory.h"
#include "invoke/targets/runtime_api.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weir::invoke {

/// What all instances of one function have in common.
struct RuntimeFunction {
    FunctionId id;
    flow::FunctionSpec spec;
    flow::LambdaRuntimeTarget target;
    std::string directory;  ///< absolute
    EventSource source;
    TargetHost* host = nullptr;

    void post(TimeNs at, decltype(TargetEvent::what) what) const {
        host->post({.at = at, .function = id, .what = std::move(what)});
    }
    void postBoth(TimeNs at, decltype(TargetEvent::what) first, decltype(TargetEvent::what) second) const {
        host->postBoth({.at = at, .function = id, .what = std::move(first)},
                       {.at = at, .function = id, .what = std::move(second)});
    }
};

/// One process that speaks the Runtime API, from its start to its end, with at most one call at a time. A
/// call ends when the runtime asks for the next one after its answer, as Lambda counts it.
///
/// Threads: the I/O thread only. Posts to the host until `on_ended`, which is its last act.
class RuntimeInstance final : public ProcessInstance,
                              private Process::Listener,
                              private RuntimeApi::Listener {
  public:
    RuntimeInstance(boost::asio::io_context& context, std::shared_ptr<const RuntimeFunction> function,
                    InstanceId id, InstancePool::Usable usable, std::function<void()> on_ended);
    ~RuntimeInstance() override;
    RuntimeInstance(const RuntimeInstance&) = delete;
    RuntimeInstance& operator=(const RuntimeInstance&) = delete;

    void open() override;
    void call(RunningCall call) override;
    void end(facts::InstanceEndReason reason) override;

  private:
    struct Impl;

    void lineWritten(facts::Stream stream, std::string text) override;
    void processEnded(const ProcessExit& exit) override;
    void nextAsked() override;
    void posted(RuntimePost post) override;
    void deliveryFailed(const std::string& request_id) override;

    void deliver();
    void watchMemory();
    /// What was taken until now counts for the call before.
    void forgetMemory();
    /// True, and the end of the instance, when it has taken more memory than it may.
    bool overLimit(std::int64_t bytes);
    [[nodiscard]] std::string report(const Answer& answer);
    void answered(const RuntimePost& post);
    void failedToOpen(const Error& error);
    void initTimedOut();
    void callTimedOut();
    void retire(facts::InstanceEndReason reason, std::string detail);
    void killAfterGrace();
    void endCall(Answer answer);
    void ended(TimeNs at, const std::string& detail);
    [[nodiscard]] Answer crashAnswer(const ProcessExit& exit) const;

    struct Current {
        RunningCall running;
        RuntimeCall request;
        bool delivered = false;
        TimeNs since = 0;  ///< when it was delivered
        std::optional<Answer> answer;
    };

    std::shared_ptr<const RuntimeFunction> function_;
    InstanceId id_;
    InstancePool::Usable usable_;
    std::function<void()> on_ended_;
    std::unique_ptr<Impl> impl_;  ///< the timer
    std::unique_ptr<RuntimeApi> api_;
    std::unique_ptr<Process> process_;
    std::optional<PeakMemory> peak_;  ///< of the process
    bool ready_ = false;
    bool watching_ = false;  ///< a look at the memory is to come
    TimeNs opened_ = 0;
    DurationNs init_ = 0;      ///< how long it took to become ready, until that is reported
    std::int64_t memory_ = 0;  ///< the most that was seen since the last call ended, in bytes
    std::optional<facts::InstanceEndReason> reason_;  ///< set when its end has begun
    std::string detail_;
    std::string init_error_;
    std::string last_error_line_;
    std::optional<Current> current_;
};

}  // namespace weir::invoke
