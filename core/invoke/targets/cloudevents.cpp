// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/cloudevents.h"

#include "invoke/targets/answer.h"
#include "invoke/targets/cloud_event.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/plain_size.h"
#include "invoke/targets/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

using facts::Outcome;
using Mode = flow::CloudEventsTarget::Mode;

constexpr std::size_t kFrame = 300;  // attributes that every event has, roughly

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

class Receiver final : public RemoteProtocol {
  public:
    Receiver(flow::CloudEventsTarget target, TopicNames topics)
        : target_(std::move(target)), defaults_{target_.type, target_.source}, topics_(std::move(topics)) {}

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        const std::size_t size = plainSize(chunk, index) + kFrame;
        return target_.mode == Mode::Binary ? size
                                            : size + chunk.value(index).size / 3;  // it may become base64
    }

    [[nodiscard]] Result<HttpRequest> request(const Invocation& invocation) override {
        HttpRequest request;
        request.url = target_.url;
        if (Status made = target_.mode == Mode::Batched ? makeBatch(*invocation.batch, request)
                                                        : makeOne(*invocation.batch, request);
            !made) {
            return passOn(made);
        }
        for (const auto& [name, value] : target_.headers)
            request.headers.push_back(fmt::format("{}: {}", name, value));
        return request;
    }

    [[nodiscard]] Ended ended(const Invocation& invocation, HttpResponse response) override {
        const int status = response.status;
        if (status >= 200 && status < 300) return {reply(*invocation.batch, std::move(response))};
        if (status >= 300 && status < 400) return {redirectedAnswer(response)};
        if (status == 429 || status == 503) return {throttledAnswer(response, statusText(response))};
        const bool retryable = status >= 500 || status == 404 || status == 408 || status == 409;
        return {failedAnswer(Outcome::Error, statusText(response), retryable)};
    }

  private:
    [[nodiscard]] Result<CloudEvent> eventOf(const RecordChunk& chunk, std::uint32_t index) const {
        return cloudEventOf(chunk, index, topics_(chunk.topic()), defaults_);
    }

    Status makeOne(const Batch& batch, HttpRequest& request) const {
        if (batch.count != 1) {
            return fail(ErrorCode::FunctionFailed, "A receiver of CloudEvents takes one event a call.",
                        "Set the trigger's `batch_size` to 1.");
        }
        Result<CloudEvent> event = eventOf(*batch.slices.front().chunk, batch.slices.front().from);
        if (!event) return passOn(event);
        if (target_.mode == Mode::Structured) {
            request.headers = {"Content-Type: application/cloudevents+json; charset=UTF-8"};
            appendStructured(request.body, *event);
        } else {
            request.headers = binaryHeaders(*event);
            request.body = std::move(event->data).value_or("");
        }
        return {};
    }

    Status makeBatch(const Batch& batch, HttpRequest& request) const {
        request.headers = {"Content-Type: application/cloudevents-batch+json; charset=UTF-8"};
        request.body += '[';
        for (const Slice& slice : batch.slices) {
            for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) {
                Result<CloudEvent> event = eventOf(*slice.chunk, i);
                if (!event) return passOn(event);
                if (request.body.size() > 1) request.body += ',';
                appendStructured(request.body, *event);
            }
        }
        request.body += ']';
        return {};
    }

    /// What is neither an event nor a list of events is the receiver's own affair, such as Google's "OK".
    [[nodiscard]] Answer reply(const Batch& batch, HttpResponse response) const {
        const std::string type = lower(response.content_type);
        if (type.starts_with("application/cloudevents"))  // one, or a batch of them
            return parseAnswer(response.body, batch, topics_);
        Answer answer;
        if (auto record =
                binaryReply(response.headers, std::move(response.content_type), std::move(response.body))) {
            if (batch.count == 1) record->cause = 0;
            answer.records.push_back(std::move(*record));
        }
        return answer;
    }

    const flow::CloudEventsTarget target_;
    const CloudEventDefaults defaults_;
    const TopicNames topics_;
};

}  // namespace

std::unique_ptr<Target> makeCloudEventsTarget(FunctionId id, const flow::FunctionSpec& spec,
                                              TopicNames topics, TargetHost& host) {
    return makeRemoteTarget(
        id, spec,
        std::make_unique<Receiver>(std::get<flow::CloudEventsTarget>(spec.target), std::move(topics)), host);
}

}  // namespace weir::invoke
