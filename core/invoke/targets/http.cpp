// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/http.h"

#include "invoke/targets/answer.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/json_parts.h"
#include "invoke/targets/record_body.h"
#include "invoke/targets/remote.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

using facts::Outcome;
using flow::Body;
using Preset = flow::HttpTarget::Preset;

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

/// `score` of `http://localhost:8080/api/score?x=1`: how the Azure host names the function.
std::string lastPathPart(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    if (url.ends_with('/')) url.remove_suffix(1);
    return std::string(url.substr(url.rfind('/') + 1));
}

class Http final : public RemoteProtocol {
  public:
    Http(flow::HttpTarget target, EventSource source, TopicNames topics)
        : target_(std::move(target)),
          function_(lastPathPart(target_.url)),
          source_(std::move(source)),
          topics_(std::move(topics)) {}

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        if (target_.body == Body::Event) return lambdaRecordSize(chunk, index, topics_(chunk.topic()));
        if (target_.body == Body::Azure) return lambdaRecordSize(chunk, index, topics_(chunk.topic()));
        return chunk.value(index).size + 1;
    }

    [[nodiscard]] Result<HttpRequest> request(const Invocation& invocation) override {
        const Batch& batch = *invocation.batch;
        HttpRequest request;
        request.url = target_.url;
        request.headers = {"Content-Type: application/json"};
        switch (target_.body) {
            case Body::Event:
                request.body = lambdaEvent(source_, batch, topics_);
                break;
            case Body::Values:
                request.body = valuesList(batch);
                break;
            case Body::Azure:
                request.body = azureRequest(batch, topics_, function_);
                request.headers.push_back(
                    fmt::format("X-Azure-Functions-InvocationId: {}", invocation.id.value));
                break;
            case Body::Value:
                valueRequest(*batch.slices.front().chunk, batch.slices.front().from, request);
                break;
        }
        for (const auto& [name, value] : target_.headers)
            request.headers.push_back(fmt::format("{}: {}", name, value));
        return request;
    }

    [[nodiscard]] Ended ended(const Invocation& invocation, HttpResponse response) override {
        const Batch& batch = *invocation.batch;
        const int status = response.status;
        if (status >= 200 && status < 300) return success(batch, std::move(response));
        if (status >= 300 && status < 400) return {redirectedAnswer(response)};
        if (status == 429 || status == 503)
            return {throttledAnswer(response, fmt::format("The function answers {}.", status))};
        return {failedAnswer(Outcome::Error, statusText(response), status >= 500 || status == 408)};
    }

  private:
    void valueRequest(const RecordChunk& chunk, std::uint32_t index, HttpRequest& request) const {
        const std::string topic = topics_(chunk.topic());
        request.body = chunk.value(index).view();
        request.headers = {"Content-Type: " + contentTypeOf(chunk, index, "application/octet-stream"),
                           "Kafka-Topic: " + topic, fmt::format("Kafka-Partition: {}", chunk.partition()),
                           fmt::format("Kafka-Offset: {}", chunk[index].offset)};
        if (target_.preset == Preset::OpenFaas) request.headers.push_back("X-Topic: " + topic);
    }

    [[nodiscard]] Ended success(const Batch& batch, HttpResponse response) const {
        Ended ended;
        if (target_.body == Body::Azure) {
            ended.answer = azureAnswer(response.body, batch, topics_, ended.log);
        } else if (json::isContentType(response.content_type)) {
            ended.answer = parseAnswer(response.body, batch, topics_);
        } else {
            ended.answer = plainAnswer(std::move(response.body), batch);
        }
        return ended;
    }

    const flow::HttpTarget target_;
    const std::string function_;
    const EventSource source_;
    const TopicNames topics_;
};

}  // namespace

std::unique_ptr<Target> makeHttpTarget(FunctionId id, const flow::FunctionSpec& spec, EventSource source,
                                       TopicNames topics, TargetHost& host) {
    return makeRemoteTarget(
        id, spec,
        std::make_unique<Http>(std::get<flow::HttpTarget>(spec.target), std::move(source), std::move(topics)),
        host);
}

}  // namespace weir::invoke
