// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/runtime_instance.h"

#include "base/text.h"
#include "invoke/targets/answer.h"
#include "invoke/targets/error_report.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/instance_timer.h"
#include "invoke/targets/lambda_report.h"
#include "invoke/targets/log_lines.h"
#include "invoke/targets/process_memory.h"
#include "invoke/targets/runtime_environment.h"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;

constexpr auto kGrace = std::chrono::milliseconds(1500);  ///< from the request to end until force
constexpr auto kMemoryPoll = std::chrono::milliseconds(50);
constexpr std::int64_t kMegabyte = 1024 * 1024;
constexpr std::size_t kLongestQuote = 200;

/// Ids look as Lambda's do and name the invocation.
std::string requestId(InvocationId id) {
    return fmt::format("00000000-0000-4000-8000-{:012}", id.value);
}

std::string traceId(InvocationId id, TimeNs now) {
    return fmt::format("Root=1-{:08x}-{:024x};Parent={:016x};Sampled=0", now / kSecond & 0xFFFFFFFF, id.value,
                       id.value);
}

}  // namespace

struct RuntimeInstance::Impl {
    explicit Impl(boost::asio::io_context& io) : context(io), timer(io), memory(io) {}

    boost::asio::io_context& context;
    InstanceTimer timer;
    InstanceTimer memory;
};

RuntimeInstance::RuntimeInstance(boost::asio::io_context& context,
                                 std::shared_ptr<const RuntimeFunction> function, InstanceId id,
                                 InstancePool::Usable usable, std::function<void()> on_ended)
    : function_(std::move(function)),
      id_(id),
      usable_(std::move(usable)),
      on_ended_(std::move(on_ended)),
      impl_(std::make_unique<Impl>(context)) {}

RuntimeInstance::~RuntimeInstance() = default;

void RuntimeInstance::open() {
    Result<std::unique_ptr<RuntimeApi>> api = RuntimeApi::open(impl_->context, *this);
    if (!api) return failedToOpen(api.error());
    api_ = std::move(*api);
    const ProcessSpec spec{
        .command = function_->target.command,
        .directory = function_->directory,
        .environment = runtimeEnvironment(function_->spec, function_->target, function_->directory, id_,
                                          api_->address()),
    };
    Result<std::unique_ptr<Process>> process = Process::spawn(impl_->context, spec, *this);
    if (!process) return failedToOpen(process.error());
    process_ = std::move(*process);
    peak_.emplace(process_->id());
    opened_ = now();
    watchMemory();
    impl_->timer.after(std::chrono::nanoseconds(function_->spec.init_timeout), [this] { initTimedOut(); });
}

/// The first call is on its way already: call() tells it why.
void RuntimeInstance::failedToOpen(const Error& error) {
    init_error_ = error.hint.empty() ? error.message : fmt::format("{} {}", error.message, error.hint);
    retire(InstanceEndReason::Crashed, error.message);
}

void RuntimeInstance::call(RunningCall call) {
    const InvocationId invocation = call.id;
    current_ = Current{};
    current_->running = std::move(call);
    if (reason_ && !process_) {
        endCall(failedAnswer(Outcome::Error, init_error_));
        return ended(now(), detail_);
    }
    if (reason_) {
        // Its process ended while the call was on the way: the function has seen nothing of it.
        return endCall(untakenAnswer("The instance ended before it took the call."));
    }
    current_->request = {
        .request_id = requestId(invocation),
        .function_arn = fmt::format("arn:aws:lambda:{}:000000000000:function:{}",
                                    runtimeRegion(function_->spec), function_->spec.name),
        .trace_id = traceId(invocation, now()),
        .event = std::make_shared<const std::string>(
            lambdaEvent(function_->source, *current_->running.batch, current_->running.topics)),
    };
    if (!ready_) return;
    impl_->timer.after(std::chrono::nanoseconds(function_->spec.timeout), [this] { callTimedOut(); });
    deliver();
}

void RuntimeInstance::nextAsked() {
    if (reason_) return;
    if (!ready_) {
        ready_ = true;
        init_ = now() - opened_;
        impl_->timer.cancel();
        function_->post(now(), InstanceBecameReady{id_});
        forgetMemory();
        if (current_) {
            impl_->timer.after(std::chrono::nanoseconds(function_->spec.timeout), [this] { callTimedOut(); });
        }
    }
    if (current_ && current_->answer) {
        impl_->timer.cancel();
        endCall(std::move(*current_->answer));
    }
    deliver();
}

void RuntimeInstance::deliver() {
    if (!current_ || current_->delivered) return;
    current_->request.deadline_ms = (now() + function_->spec.timeout) / kMillisecond;
    current_->since = now();
    current_->delivered = api_->deliver(current_->request);
    watchMemory();
}

/// Looks at the memory while the process works; an idle one cannot grow by much.
void RuntimeInstance::watchMemory() {
    if (watching_) return;
    watching_ = true;
    impl_->memory.after(kMemoryPoll, [this] {
        watching_ = false;
        if (reason_ || (ready_ && !current_)) return;
        if (!overLimit(residentMemory(process_->id()))) watchMemory();
    });
}

void RuntimeInstance::forgetMemory() {
    memory_ = 0;
    peak_->reset();
}

bool RuntimeInstance::overLimit(std::int64_t bytes) {
    memory_ = std::max(memory_, bytes);
    if (reason_ || memory_ <= std::int64_t{function_->spec.memory_mb} * kMegabyte) return false;
    const std::string text =
        fmt::format("Runtime.OutOfMemory: the function took {} MB, {} are allowed by its memory_mb.",
                    memory_ / kMegabyte, function_->spec.memory_mb);
    retire(InstanceEndReason::Memory, text);
    process_->drainOutput();
    process_->kill();
    if (current_) endCall(failedAnswer(Outcome::Crashed, text));
    return true;
}

void RuntimeInstance::deliveryFailed(const std::string& request_id) {
    if (!current_ || current_->request.request_id != request_id || current_->answer) return;
    current_->delivered = false;
    if (!reason_) deliver();
}

void RuntimeInstance::posted(RuntimePost post) {
    process_->drainOutput();  // what was printed before belongs before
    if (post.kind == RuntimePost::Kind::InitError) {
        if (reason_) return;
        init_error_ = "Init failed: " + errorReportText(post.error_type, post.body);
        retire(InstanceEndReason::Crashed, init_error_);
        return killAfterGrace();  // most end by themselves, with a last word on standard error
    }
    const bool awaited =
        !reason_ && current_ && !current_->answer && current_->request.request_id == post.request_id;
    if (awaited) return answered(post);
    // Of a made-up id, a second one, or too late: its call has ended as a timeout or was abandoned.
    function_->post(
        now(),
        LogWritten{id_, current_ ? current_->running.id : InvocationId{}, facts::Stream::Weir,
                   fmt::format("An answer to the request id '{}' was ignored: no such call is running.",
                               toUtf8(post.request_id))});
}

void RuntimeInstance::answered(const RuntimePost& post) {
    if (overLimit(peak_->bytes())) return;
    if (post.kind == RuntimePost::Kind::Error) {
        current_->answer = failedAnswer(Outcome::Error, errorReportText(post.error_type, post.body));
    } else if (post.body_size > kLargestAnswer) {
        current_->answer = failedAnswer(
            Outcome::Error,
            fmt::format("Function.ResponseSizeTooLarge: the answer has {} bytes, {} are allowed.",
                        post.body_size, kLargestAnswer));
    } else {
        current_->answer = parseAnswer(post.body, *current_->running.batch, current_->running.topics);
    }
    if (!api_->asked()) return;  // the call ends when the runtime asks again
    impl_->timer.cancel();
    endCall(std::move(*current_->answer));
}

void RuntimeInstance::initTimedOut() {
    const std::string text =
        fmt::format("The function did not ask for its first event within its init_timeout, {}.",
                    durationLiteral(function_->spec.init_timeout));
    retire(InstanceEndReason::Timeout, text);
    if (current_) endCall(failedAnswer(Outcome::Timeout, text));
    process_->kill();
}

void RuntimeInstance::callTimedOut() {
    const std::string limit = durationLiteral(function_->spec.timeout);
    const bool has_answer = current_ && current_->answer;
    retire(InstanceEndReason::Timeout,
           has_answer
               ? fmt::format("The function answered, but did not ask for its next event within {}.", limit)
               : fmt::format("A call took longer than its timeout, {}.", limit));
    process_->drainOutput();
    if (has_answer) {
        endCall(std::move(*current_->answer));
    } else if (current_) {
        endCall(failedAnswer(Outcome::Timeout,
                             fmt::format("The function did not answer within its timeout, {}.", limit)));
    }
    process_->kill();
}

void RuntimeInstance::end(InstanceEndReason reason) {
    if (!reason_) {
        retire(reason, {});
        if (process_) process_->terminate();
        killAfterGrace();
    }
    if (reason == InstanceEndReason::Stopped && current_) {
        endCall(failedAnswer(Outcome::Abandoned, "Weir stopped before the function answered."));
    }
}

void RuntimeInstance::killAfterGrace() {
    impl_->timer.after(kGrace, [this] {
        if (process_) process_->kill();
    });
}

/// From here on it takes no call; the first reason stays.
void RuntimeInstance::retire(InstanceEndReason reason, std::string detail) {
    usable_->store(false);
    impl_->timer.cancel();
    reason_ = reason;
    detail_ = std::move(detail);
}

void RuntimeInstance::lineWritten(facts::Stream stream, std::string text) {
    if (stream == facts::Stream::Stderr && !text.empty()) last_error_line_ = text.substr(0, kLongestQuote);
    function_->post(
        now(), LogWritten{id_, current_ ? current_->running.id : InvocationId{}, stream, std::move(text)});
}

Answer RuntimeInstance::crashAnswer(const ProcessExit& exit) const {
    if (!init_error_.empty()) return failedAnswer(Outcome::Error, init_error_);
    const std::string when = ready_ ? "during the call" : "before it asked for its first event";
    std::string text = fmt::format("The process ended {} with {}.", when, exit.text());
    if (!last_error_line_.empty()) text += " Its last words: " + toUtf8(last_error_line_);
    return failedAnswer(Outcome::Crashed, std::move(text));
}

void RuntimeInstance::processEnded(const ProcessExit& exit) {
    if (!reason_) retire(InstanceEndReason::Crashed, fmt::format("The process ended with {}.", exit.text()));
    if (current_) endCall(current_->answer ? std::move(*current_->answer) : crashAnswer(exit));
    ended(now(), detail_);
}

void RuntimeInstance::endCall(Answer answer) {
    const InvocationId invocation = current_->running.id;
    const bool delivered = current_->delivered;
    std::string line = delivered ? report(answer) : std::string();
    current_.reset();
    CallEnded ended{invocation, std::move(answer)};
    if (!delivered) return function_->post(now(), std::move(ended));
    function_->postBoth(now(), LogWritten{id_, invocation, facts::Stream::Weir, std::move(line)},
                        std::move(ended));
    if (peak_) forgetMemory();  // now, while the next call is on its way
}

/// What Lambda writes into the log at the end of a call. Since August 2025 the time of the init is billed
/// too.
std::string RuntimeInstance::report(const Answer& answer) {
    LambdaReport report{.request_id = current_->request.request_id};
    report.duration = now() - current_->since;
    const DurationNs billed = *report.duration + init_;
    report.billed = (billed + kMillisecond - 1) / kMillisecond * kMillisecond;
    report.memory_mb = function_->spec.memory_mb;
    if (memory_ > 0) report.max_memory_mb = (memory_ + kMegabyte - 1) / kMegabyte;
    if (init_ > 0) report.init = std::exchange(init_, 0);
    if (answer.outcome == Outcome::Timeout) report.status = "timeout";
    if (answer.outcome == Outcome::Crashed) report.status = "error";
    if (reason_ == InstanceEndReason::Memory) report.error_type = "Runtime.OutOfMemory";
    return reportLine(report);
}

void RuntimeInstance::ended(TimeNs at, const std::string& detail) {
    impl_->timer.cancel();
    impl_->memory.cancel();
    if (api_) api_->close();
    function_->post(at, InstanceEnded{id_, *reason_, detail});
    on_ended_();  // may destroy this
}

}  // namespace weir::invoke
