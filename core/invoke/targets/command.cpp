// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/command.h"

#include "invoke/targets/answer.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/instance_timer.h"
#include "invoke/targets/log_lines.h"
#include "invoke/targets/process.h"
#include "invoke/targets/process_function.h"
#include "invoke/targets/record_body.h"
#include "invoke/targets/runtime_environment.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;

constexpr auto kGrace = std::chrono::milliseconds(1500);  ///< from the request to end until force
constexpr std::size_t kLargestAnswer = 6 * 1024 * 1024 + 100;
constexpr std::size_t kLongestQuote = 200;

/// What all processes of one function have in common.
struct CommandFunction {
    FunctionId id;
    flow::FunctionSpec spec;
    flow::CommandTarget target;
    std::string directory;  ///< absolute
    EventSource source;
    TargetHost* host = nullptr;

    [[nodiscard]] std::string lineOf(const RunningCall& call) const {
        std::string line;
        const Batch& batch = *call.batch;
        if (target.body == flow::Body::Event) {
            line = lambdaEvent(source, batch, call.topics);
        } else if (target.body == flow::Body::Values) {
            line = valuesList(batch);
        } else {
            appendJsonValue(line, batch.slices.front().chunk->value(batch.slices.front().from));
        }
        line += '\n';
        return line;
    }
};

class CommandInstance final : public ProcessInstance, private Process::Listener {
  public:
    CommandInstance(boost::asio::io_context& context, std::shared_ptr<const CommandFunction> function,
                    InstanceId id, InstancePool::Usable usable, std::function<void()> on_ended)
        : context_(context),
          timer_(context),
          function_(std::move(function)),
          id_(id),
          usable_(std::move(usable)),
          on_ended_(std::move(on_ended)) {}

    void open() override {
        const ProcessSpec spec{.command = function_->target.command,
                               .directory = function_->directory,
                               .environment = commandEnvironment(function_->spec),
                               .speaks = true};
        Result<std::unique_ptr<Process>> process = Process::spawn(context_, spec, *this);
        if (!process) {
            const Error& error = process.error();
            open_error_ =
                error.hint.empty() ? error.message : fmt::format("{} {}", error.message, error.hint);
            return retire(InstanceEndReason::Crashed, error.message);
        }
        process_ = std::move(*process);
        post(InstanceBecameReady{id_});
    }

    void call(RunningCall call) override {
        current_ = std::move(call);
        if (reason_ && !process_) {
            endCall(failedAnswer(Outcome::Error, open_error_));
            return ended();
        }
        if (reason_) return endCall(untakenAnswer("The process ended before it took the call."));
        process_->write(function_->lineOf(*current_));
        timer_.after(std::chrono::nanoseconds(function_->spec.timeout), [this] { timedOut(); });
    }

    void end(InstanceEndReason reason) override {
        if (!reason_) {
            retire(reason, {});
            process_->closeInput();  // most programs end with their input
            process_->terminate();
            killAfterGrace();
        }
        if (reason == InstanceEndReason::Stopped && current_)
            endCall(failedAnswer(Outcome::Abandoned, "Weir stopped before the function answered."));
    }

  private:
    void lineWritten(facts::Stream stream, std::string text) override {
        if (!text.empty()) last_words_ = text.substr(0, kLongestQuote);
        log(stream, std::move(text));
    }

    void outputRead(std::string_view bytes) override {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            line_.append(bytes.substr(0, end));
            if (line_.size() > kLargestAnswer) return tooLarge();
            if (end == std::string_view::npos) return;
            bytes.remove_prefix(end + 1);
            answered(std::exchange(line_, {}));
        }
    }

    void outputEnded() override {
        if (!line_.empty()) answered(std::exchange(line_, {}));
        if (reason_) return;
        // It may be about to exit; then its exit says more.
        timer_.after(kGrace, [this] {
            retire(InstanceEndReason::Crashed, "The process closed its standard output.");
            if (current_) endCall(failedAnswer(Outcome::Crashed, "The process closed its standard output."));
            process_->kill();
        });
    }

    void answered(const std::string& line) {
        if (reason_) return;  // too late: the call has ended as a timeout or was abandoned
        if (!current_) {
            return log(facts::Stream::Weir, "A line that no call waits for was ignored: " +
                                                toUtf8(std::string_view(line).substr(0, kLongestQuote)));
        }
        timer_.cancel();
        process_->drainLog();  // what was printed before belongs before
        endCall(parseAnswer(line, *current_->batch, current_->topics));
    }

    void tooLarge() {
        line_.clear();
        if (reason_) return;
        const std::string text =
            fmt::format("The process wrote a line of more than {} bytes.", kLargestAnswer);
        retire(InstanceEndReason::Crashed, text);
        if (current_) endCall(failedAnswer(Outcome::Error, text));
        process_->kill();
    }

    void timedOut() {
        const std::string limit = durationLiteral(function_->spec.timeout);
        retire(InstanceEndReason::Timeout, fmt::format("A call took longer than its timeout, {}.", limit));
        process_->drainLog();
        if (current_) {
            endCall(failedAnswer(Outcome::Timeout,
                                 fmt::format("The function did not answer within its timeout, {}.", limit)));
        }
        process_->kill();
    }

    void processEnded(const ProcessExit& exit) override {
        if (!reason_)
            retire(InstanceEndReason::Crashed, fmt::format("The process ended with {}.", exit.text()));
        if (current_) {
            std::string text = fmt::format("The process ended during the call with {}.", exit.text());
            if (!last_words_.empty()) text += " Its last words: " + toUtf8(last_words_);
            endCall(failedAnswer(Outcome::Crashed, std::move(text)));
        }
        ended();
    }

    /// From here on it takes no call; the first reason stays.
    void retire(InstanceEndReason reason, std::string detail) {
        usable_->store(false);
        timer_.cancel();
        reason_ = reason;
        detail_ = std::move(detail);
    }

    void killAfterGrace() {
        timer_.after(kGrace, [this] { process_->kill(); });
    }

    void endCall(Answer answer) {
        const InvocationId invocation = current_->id;
        current_.reset();
        post(CallEnded{invocation, std::move(answer)});
    }

    void ended() {
        timer_.cancel();
        post(InstanceEnded{id_, *reason_, detail_});
        on_ended_();  // may destroy this
    }

    void log(facts::Stream stream, std::string text) {
        post(LogWritten{id_, current_ ? current_->id : InvocationId{}, stream, std::move(text)});
    }

    void post(decltype(TargetEvent::what) what) {
        function_->host->post({.at = now(), .function = function_->id, .what = std::move(what)});
    }

    boost::asio::io_context& context_;
    InstanceTimer timer_;
    const std::shared_ptr<const CommandFunction> function_;
    const InstanceId id_;
    const InstancePool::Usable usable_;
    const std::function<void()> on_ended_;
    std::unique_ptr<Process> process_;
    std::optional<RunningCall> current_;
    std::string line_;                         ///< of its output, so far
    std::optional<InstanceEndReason> reason_;  ///< set when its end has begun
    std::string detail_, open_error_, last_words_;
};

}  // namespace

std::unique_ptr<Target> makeCommandTarget(FunctionId id, const flow::FunctionSpec& spec,
                                          const std::string& flow_directory, EventSource source,
                                          TopicNames topics, TargetHost& host) {
    const auto& target = std::get<flow::CommandTarget>(spec.target);
    auto function = std::make_shared<const CommandFunction>(CommandFunction{
        id, spec, target, workingDirectory(flow_directory, target.directory), std::move(source), &host});
    auto io = std::make_shared<IoThread>();
    auto make = [function, thread = io.get()](InstanceId instance, InstancePool::Usable usable,
                                              std::function<void()> on_ended) {
        return std::make_unique<CommandInstance>(thread->context(), function, instance, std::move(usable),
                                                 std::move(on_ended));
    };
    const bool whole = target.body == flow::Body::Event;
    auto size = [whole](const RecordChunk& chunk, std::uint32_t index, const std::string& topic) {
        return whole ? lambdaRecordSize(chunk, index, topic) : chunk.value(index).size + 1;
    };
    return makeProcessTarget({.id = id,
                              .idle_timeout = spec.idle_timeout,
                              .make = std::move(make),
                              .size = std::move(size),
                              .topic_name = std::move(topics),
                              .io = std::move(io)},
                             host);
}

}  // namespace weir::invoke
