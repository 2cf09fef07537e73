// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/remote.h"

#include "invoke/targets/failed_answer.h"
#include "invoke/targets/log_lines.h"

#include <fmt/format.h>

#include <utility>

namespace weir::invoke {
namespace {

using facts::Outcome;

/// AWS Lambda's limit for an answer, which holds for every kind of function here.
constexpr std::size_t kLargestAnswer = (6 << 20) + 100;
constexpr std::size_t kLongestQuote = 500;

Answer unanswered(const HttpResponse& response) {
    switch (response.failure) {
        case HttpResponse::Failure::Timeout:
            return failedAnswer(Outcome::Timeout, "The function did not answer within its timeout.");
        case HttpResponse::Failure::TooLarge:
            return failedAnswer(Outcome::Error,
                                fmt::format("The answer is larger than {} bytes.", kLargestAnswer));
        case HttpResponse::Failure::Stopped:
            return failedAnswer(Outcome::Abandoned, "Weir stopped before the function answered.");
        case HttpResponse::Failure::Certificate:
            return failedAnswer(Outcome::Error,
                                fmt::format("The certificate of the function's address was not accepted: {}. "
                                            "Correct the address or the server's certificate; authorities of "
                                            "one's own belong into the system's list.",
                                            response.error));
        case HttpResponse::Failure::Broken:
        case HttpResponse::Failure::None:
            break;
    }
    return failedAnswer(Outcome::Error, fmt::format("The call broke: {}.", response.error));
}

class Remote final : public Target {
  public:
    Remote(FunctionId id, const flow::FunctionSpec& spec, std::unique_ptr<RemoteProtocol> protocol,
           TargetHost& host)
        : id_(id),
          timeout_(spec.timeout),
          protocol_(std::move(protocol)),
          host_(host),
          client_(static_cast<std::size_t>(spec.concurrency), kLargestAnswer) {}

    ~Remote() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return protocol_->wireSize(chunk, index);
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        Result<HttpRequest> request = protocol_->request(invocation);
        if (!request) {
            const Error& why = request.error();
            post(CallEnded{
                invocation.id,
                failedAnswer(Outcome::Error, why.hint.empty() ? why.message : why.message + " " + why.hint)});
            return {};
        }
        if (!instance_ && protocol_->isOneInstance()) {
            instance_ = host_.openInstance(id_, now);
            post(InstanceBecameReady{instance_});
        }
        request->timeout = timeout_;
        client_.post(std::move(*request),
                     [this, invocation](HttpResponse response) { end(invocation, std::move(response)); });
        return {.instance = instance_, .cold = false};
    }

    void stop() override {
        client_.stop();
        if (const InstanceId last = std::exchange(instance_, {})) {
            post(InstanceEnded{last, facts::InstanceEndReason::Stopped, {}});
        }
    }

  private:
    void end(const Invocation& invocation, HttpResponse response) {
        if (response.failure != HttpResponse::Failure::None)
            return post(CallEnded{invocation.id, unanswered(response)});
        RemoteProtocol::Ended ended = protocol_->ended(invocation, std::move(response));
        for (LogWritten& line : ended.log) {
            line.invocation = invocation.id;
            post(std::move(line));
        }
        post(CallEnded{invocation.id, std::move(ended.answer)});
    }

    void post(decltype(TargetEvent::what) what) {
        host_.post({.at = now(), .function = id_, .what = std::move(what)});
    }

    const FunctionId id_;
    const DurationNs timeout_;
    const std::unique_ptr<RemoteProtocol> protocol_;
    TargetHost& host_;
    InstanceId instance_;
    HttpClient client_;
};

}  // namespace

std::unique_ptr<Target> makeRemoteTarget(FunctionId id, const flow::FunctionSpec& spec,
                                         std::unique_ptr<RemoteProtocol> protocol, TargetHost& host) {
    return std::make_unique<Remote>(id, spec, std::move(protocol), host);
}

Answer throttledAnswer(const HttpResponse& response, std::string error) {
    Answer answer = failedAnswer(Outcome::Throttled, std::move(error));
    answer.retry_after = response.retry_after;
    return answer;
}

std::string statusText(const HttpResponse& response) {
    if (response.body.empty()) return fmt::format("The function answers {}.", response.status);
    return fmt::format("The function answers {}: {}", response.status,
                       toUtf8(std::string_view(response.body).substr(0, kLongestQuote)));
}

Answer redirectedAnswer(const HttpResponse& response) {
    return failedAnswer(
        Outcome::Error,
        fmt::format("The function answers {} and redirects to {}, which is not followed.", response.status,
                    response.location.empty() ? "nowhere" : response.location),
        false);
}

}  // namespace weir::invoke
