// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda.h"

#include "base/text.h"
#include "http/percent.h"
#include "invoke/targets/answer.h"
#include "invoke/targets/aws_signature.h"
#include "invoke/targets/error_report.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/json_parts.h"
#include "invoke/targets/lambda_report.h"
#include "invoke/targets/log_lines.h"
#include "invoke/targets/remote.h"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

using facts::Outcome;

/// What stays the same over all calls.
struct Endpoint {
    std::string base;  ///< `https://lambda.eu-west-1.amazonaws.com`
    std::string host;  ///< for the signature
    std::string path;
    std::string query;
    std::string region;
};

std::string hostOf(std::string_view base) {
    const bool secure = base.starts_with("https://");
    base.remove_prefix(secure ? 8 : 7);
    std::string_view host = base.substr(0, base.find_first_of("/?"));
    const std::string_view own_port = secure ? ":443" : ":80";
    if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
    return std::string(host);
}

Endpoint endpointOf(const flow::LambdaTarget& target, std::string region) {
    const LambdaName name = lambdaName(target.function);
    Endpoint endpoint;
    const bool china = region.starts_with("cn-");
    endpoint.base = !target.endpoint.empty()
                        ? target.endpoint
                        : fmt::format("https://lambda.{}.amazonaws.com{}", region, china ? ".cn" : "");
    while (endpoint.base.ends_with('/')) endpoint.base.pop_back();
    endpoint.host = hostOf(endpoint.base);
    const std::size_t own_path = endpoint.base.find('/', endpoint.base.find("//") + 2);
    if (own_path != std::string::npos) {
        endpoint.path = endpoint.base.substr(own_path);
        endpoint.base.erase(own_path);
    }
    endpoint.path += fmt::format("/2015-03-31/functions/{}/invocations", percentEncoded(name.name));
    const std::string& qualifier = target.qualifier.empty() ? name.qualifier : target.qualifier;
    if (!qualifier.empty()) endpoint.query = "Qualifier=" + percentEncoded(qualifier);
    endpoint.region = std::move(region);
    return endpoint;
}

std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [known, value] : response.headers) {
        if (known == name) return value;
    }
    return {};
}

/// A member of the JSON object that a refusal comes with, under one of its spellings.
std::string member(std::string_view body, std::string_view name, std::string_view other) {
    body = json::trim(body);
    if (!body.starts_with('{') || !json::validate(body)) return {};
    for (const json::Member& one : json::members(body)) {
        if (one.name == name || one.name == other) return json::stringValue(one.value).value_or("");
    }
    return {};
}

/// `ResourceNotFoundException` of `ResourceNotFoundException:http://internal.amazon.com/…`.
std::string errorType(const HttpResponse& response) {
    std::string type = header(response, "x-amzn-errortype");
    if (type.empty()) type = member(response.body, "__type", "code");
    type.erase(std::min(type.find(':'), type.size()));
    return type.substr(type.rfind('#') + 1);
}

struct Refusal {
    std::string_view type;
    std::string_view meaning;
};
constexpr std::array<Refusal, 6> kRefusals{{
    {"AccessDeniedException", "The credentials do not allow `lambda:InvokeFunction` on this function."},
    {"UnrecognizedClientException", "AWS does not know this access key. Check the credentials."},
    {"InvalidClientTokenId", "AWS does not know this access key. Check the credentials."},
    {"InvalidSignatureException",
     "The signature was refused. Check the secret access key, the region and the clock."},
    {"SignatureDoesNotMatch",
     "The signature was refused. Check the secret access key, the region and the clock."},
    {"ResourceNotFoundException", "There is no such function, version or alias in this region."},
}};

std::string_view meaningOf(std::string_view type) {
    for (const Refusal& refusal : kRefusals) {
        if (refusal.type == type) return refusal.meaning;
    }
    return {};
}

std::string throttleReason(const HttpResponse& response) {
    const std::string reason = member(response.body, "Reason", "reason");
    if (reason.starts_with("ReservedFunction")) return "the function's reserved concurrency is used up";
    if (reason.starts_with("ConcurrentInvocation"))
        return "the account's concurrency in this region is used up";
    if (reason.empty()) return "too many requests";
    return toUtf8(reason);
}

bool isOfLambda(std::string_view line) {
    for (const std::string_view word :
         {"START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START", "INIT_REPORT",
          "RESTORE_START", "RESTORE_REPORT", "XRAY TraceId:"}) {
        if (line.starts_with(word)) return true;
    }
    return false;
}

class Lambda final : public RemoteProtocol {
  public:
    Lambda(const flow::LambdaTarget& target, Endpoint endpoint, AwsCredentials credentials,
           EventSource source, TopicNames topics, Environment environment)
        : target_(target),
          endpoint_(std::move(endpoint)),
          source_(std::move(source)),
          topics_(std::move(topics)),
          environment_(std::move(environment)),
          credentials_(std::move(credentials)) {}

    [[nodiscard]] bool isOneInstance() const override { return false; }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return lambdaRecordSize(chunk, index, topics_(chunk.topic()));
    }

    [[nodiscard]] Result<HttpRequest> request(const Invocation& invocation) override {
        Result<AwsCredentials> credentials = currentCredentials();
        if (!credentials) return passOn(credentials);
        HttpRequest request;
        request.url =
            endpoint_.base + endpoint_.path + (endpoint_.query.empty() ? "" : "?" + endpoint_.query);
        request.body = lambdaEvent(source_, *invocation.batch, topics_);
        AwsRequest to_sign{.host = endpoint_.host, .path = endpoint_.path, .query = endpoint_.query};
        to_sign.headers = {{"Content-Type", "application/json"},
                           {"X-Amz-Invocation-Type", target_.event ? "Event" : "RequestResponse"}};
        if (!target_.event && target_.tail) to_sign.headers.emplace_back("X-Amz-Log-Type", "Tail");
        to_sign.body = request.body;
        for (const auto& [name, value] : to_sign.headers)
            request.headers.push_back(fmt::format("{}: {}", name, value));
        if (!credentials->empty()) {
            for (std::string& line : signAws(to_sign, *credentials, endpoint_.region, "lambda", now()))
                request.headers.push_back(std::move(line));
        }
        return request;
    }

    [[nodiscard]] Ended ended(const Invocation& invocation, HttpResponse response) override {
        Ended ended;
        readLog(response, ended);
        const bool cold = ended.answer.cold;
        ended.answer = answerOf(*invocation.batch, response);
        ended.answer.cold = cold;
        return ended;
    }

  private:
    /// Read again once AWS says that they have expired: the profile's file may hold new ones by then.
    [[nodiscard]] Result<AwsCredentials> currentCredentials() {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(expired_, false)) return credentials_;
        Result<AwsCredentials> fresh = awsCredentials(target_, environment_);
        if (fresh) credentials_ = *fresh;
        return fresh;
    }

    static void readLog(const HttpResponse& response, Ended& ended) {
        std::string text;
        const std::string tail = header(response, "x-amz-log-result");
        if (tail.empty() || !decodeBase64(tail, text)) return;
        LogLines lines;
        std::vector<std::string> all = lines.add(text);
        for (std::string& rest : lines.finish()) all.push_back(std::move(rest));
        for (std::string& line : all) {
            if (line.empty()) continue;
            const auto report = parseReport(line);
            ended.answer.cold = ended.answer.cold || (report && report->cold());
            LogWritten written{};
            written.stream = isOfLambda(line) ? facts::Stream::Weir : facts::Stream::Stdout;
            written.text = std::move(line);
            ended.log.push_back(std::move(written));
        }
    }

    [[nodiscard]] Answer answerOf(const Batch& batch, const HttpResponse& response) {
        const int status = response.status;
        if (status >= 200 && status < 300) {
            if (!header(response, "x-amz-function-error").empty()) return functionError(response);
            return target_.event ? Answer{} : parseAnswer(response.body, batch, topics_);
        }
        if (status >= 300 && status < 400) return redirectedAnswer(response);
        if (status == 429)
            return throttledAnswer(response, "Lambda throttles: " + throttleReason(response) + ".");
        if (status == 413) {
            return failedAnswer(
                Outcome::Error,
                fmt::format("Lambda answers 413: the batch is larger than it takes. Lower the "
                            "trigger's `batch_bytes` ({} at most).",
                            target_.event ? "1MB" : "6MB"),
                false);
        }
        return refused(response);
    }

    [[nodiscard]] Answer refused(const HttpResponse& response) {
        std::string type = errorType(response);
        const std::string said = member(response.body, "message", "Message");
        if (type.starts_with("ExpiredToken") ||
            said.find("token included in the request is expired") != std::string::npos) {
            const std::lock_guard lock(mutex_);
            expired_ = true;
            return failedAnswer(
                Outcome::Error,
                "The AWS credentials have expired. Renew them, in the profile's file for this "
                "recording, else start again with new ones.");
        }
        if (type.empty()) {
            for (const Refusal& refusal : kRefusals) {  // in XML, as some endpoints write it
                if (response.body.find(refusal.type) != std::string::npos) type = refusal.type;
            }
        }
        std::string text =
            fmt::format("Lambda answers {}{}{}", response.status, type.empty() ? "" : " ", toUtf8(type));
        if (!said.empty()) text += ": " + toUtf8(said.substr(0, 500));
        if (text.back() != '.') text += '.';
        if (const std::string_view meaning = meaningOf(type); !meaning.empty()) {
            text += ' ';
            text += meaning;
        }
        const int status = response.status;
        return failedAnswer(Outcome::Error, std::move(text), status >= 500 || status == 408 || status == 409);
    }

    /// A function error is a 200 all the same: its header decides.
    static Answer functionError(const HttpResponse& response) {
        const std::string text = errorReportText({}, response.body);
        if (text.find("Task timed out after") != std::string::npos || text.starts_with("Sandbox.Timedout"))
            return failedAnswer(Outcome::Timeout, text);
        if (text.starts_with("Runtime.ExitError") || text.starts_with("Runtime.OutOfMemory"))
            return failedAnswer(Outcome::Crashed, text);
        return failedAnswer(Outcome::Error, text);
    }

    const flow::LambdaTarget target_;
    const Endpoint endpoint_;
    const EventSource source_;
    const TopicNames topics_;
    const Environment environment_;

    std::mutex mutex_;  ///< guards what follows
    AwsCredentials credentials_;
    bool expired_ = false;
};

}  // namespace

Result<std::unique_ptr<Target>> makeLambdaTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                 EventSource source, TopicNames topics, TargetHost& host,
                                                 const Environment& environment) {
    const auto& target = std::get<flow::LambdaTarget>(spec.target);
    std::string region = awsRegion(target, environment);
    if (region.empty() && !target.endpoint.empty()) region = "us-east-1";
    if (region.empty()) {
        return fail(ErrorCode::FlowInvalid,
                    fmt::format("The region of the function {} is not known.", spec.name),
                    "Give its target a `region`, write its whole ARN, or set AWS_REGION.");
    }
    Result<AwsCredentials> credentials = awsCredentials(target, environment);
    if (!credentials) return passOn(credentials);
    if (credentials->empty() && target.endpoint.empty()) {
        return fail(
            ErrorCode::CredentialsRefused,
            fmt::format("There are no AWS credentials to call the function {} with.", spec.name),
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a `profile` of ~/.aws/credentials.");
    }
    return makeRemoteTarget(
        id, spec,
        std::make_unique<Lambda>(target, endpointOf(target, std::move(region)), std::move(*credentials),
                                 std::move(source), std::move(topics), environment),
        host);
}

}  // namespace weir::invoke
