// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/http.h"

#include "invoke/targets/answer.h"
#include "invoke/targets/http_client.h"
#include "invoke/targets/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::invoke {
namespace {

using facts::Outcome;
using Body = flow::HttpTarget::Body;

/// AWS Lambda's limit for an answer, which holds for every kind of function here.
constexpr std::size_t kLargestAnswer = (6 << 20) + 100;

Answer failure(Outcome outcome, std::string error, bool retryable = true) {
    Answer answer;
    answer.outcome = outcome;
    answer.error = std::move(error);
    answer.retryable = retryable;
    return answer;
}

/// An answer that is no JSON is produced as it is.
Answer plainAnswer(std::string body, const Batch& batch) {
    Answer answer;
    if (body.empty()) return answer;
    AnsweredRecord record;
    record.value = std::move(body);
    if (batch.count == 1) record.cause = 0;
    answer.records.push_back(std::move(record));
    return answer;
}

Answer answerOf(HttpResponse response, const Batch& batch, const TopicNames& topics) {
    switch (response.failure) {
        case HttpResponse::Failure::Timeout:
            return failure(Outcome::Timeout, "The function did not answer within its timeout.");
        case HttpResponse::Failure::TooLarge:
            return failure(Outcome::Error,
                           fmt::format("The answer is larger than {} bytes.", kLargestAnswer));
        case HttpResponse::Failure::Stopped:
            return failure(Outcome::Abandoned, "Weir stopped before the function answered.");
        case HttpResponse::Failure::Broken:
            return failure(Outcome::Error, fmt::format("The call broke: {}.", response.error));
        case HttpResponse::Failure::None:
            break;
    }
    const int status = response.status;
    if (status >= 200 && status < 300) {
        if (json::isContentType(response.content_type)) return parseAnswer(response.body, batch, topics);
        return plainAnswer(std::move(response.body), batch);
    }
    if (status >= 300 && status < 400) {
        return failure(Outcome::Error,
                       fmt::format("The function answers {} and redirects to {}, which is not followed.",
                                   status, response.location.empty() ? "nowhere" : response.location),
                       false);
    }
    if (status == 429 || status == 503) {
        Answer answer = failure(Outcome::Throttled, fmt::format("The function answers {}.", status));
        answer.retry_after = response.retry_after;
        return answer;
    }
    const bool retryable = status >= 500 || status == 408;
    return failure(Outcome::Error,
                   fmt::format("The function answers {}{}{}", status, response.body.empty() ? "." : ": ",
                               response.body.substr(0, 500)),
                   retryable);
}

class Http final : public Target {
  public:
    Http(FunctionId id, const flow::FunctionSpec& spec, EventSource source, TopicNames topics,
         TargetHost& host)
        : id_(id),
          target_(std::get<flow::HttpTarget>(spec.target)),
          timeout_(spec.timeout),
          source_(std::move(source)),
          topics_(std::move(topics)),
          host_(host),
          client_(static_cast<std::size_t>(spec.concurrency), kLargestAnswer) {}

    ~Http() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        if (target_.body == Body::Value) return chunk.value(index).size;
        return lambdaRecordSize(chunk, index, topics_(chunk.topic()));
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        if (!instance_) {
            instance_ = host_.openInstance(id_, now);
            post(InstanceBecameReady{instance_});
        }
        client_.post(request(*invocation.batch), [this, invocation](HttpResponse response) {
            post(CallEnded{invocation.id, answerOf(std::move(response), *invocation.batch, topics_)});
        });
        return {.instance = instance_, .cold = false};
    }

    void stop() override {
        client_.stop();
        if (const InstanceId last = std::exchange(instance_, {})) {
            post(InstanceEnded{last, facts::InstanceEndReason::Stopped, {}});
        }
    }

  private:
    [[nodiscard]] HttpRequest request(const Batch& batch) const {
        HttpRequest request;
        request.url = target_.url;
        request.timeout = timeout_;
        if (target_.body == Body::Event) {
            request.body = lambdaEvent(source_, batch, topics_);
            request.headers = {"Content-Type: application/json"};
        } else {
            const RecordChunk& chunk = *batch.slices.front().chunk;
            const std::uint32_t index = batch.slices.front().from;
            request.body = chunk.value(index).view();
            request.headers = {"Content-Type: " + contentType(chunk, index),
                               "Kafka-Topic: " + topics_(chunk.topic()),
                               fmt::format("Kafka-Partition: {}", chunk.partition()),
                               fmt::format("Kafka-Offset: {}", chunk[index].offset)};
        }
        for (const auto& [name, value] : target_.headers)
            request.headers.push_back(fmt::format("{}: {}", name, value));
        return request;
    }

    /// That of the record, when it names one that fits into a header.
    static std::string contentType(const RecordChunk& chunk, std::uint32_t index) {
        for (const Header& header : chunk.headers(index)) {
            if (header.name != "content-type" || header.value.size == 0) continue;
            const std::string_view type = header.value.view();
            const bool clean =
                std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c < 127; });
            if (clean) return std::string(type);
        }
        return "application/octet-stream";
    }

    void post(decltype(TargetEvent::what) what) {
        host_.post({.at = now(), .function = id_, .what = std::move(what)});
    }

    FunctionId id_;
    flow::HttpTarget target_;
    DurationNs timeout_;
    EventSource source_;
    TopicNames topics_;
    TargetHost& host_;
    InstanceId instance_;
    HttpClient client_;
};

}  // namespace

std::unique_ptr<Target> makeHttpTarget(FunctionId id, const flow::FunctionSpec& spec, EventSource source,
                                       TopicNames topics, TargetHost& host) {
    return std::make_unique<Http>(id, spec, std::move(source), std::move(topics), host);
}

}  // namespace weir::invoke
