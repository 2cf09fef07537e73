// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/token_source.h"

#include "base/text.h"
#include "base/time.h"
#include "http/percent.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <future>
#include <utility>

namespace weir::kafka {
namespace {

using namespace std::chrono_literals;

constexpr DurationNs kTimeout = 10 * kSecond;
constexpr std::size_t kMostBytes = 1 << 20;

/// Between the parts of a packed error; never in a message.
constexpr char kSeparator = '\x1f';
constexpr std::array kCodes = {
    std::pair{"refused", ErrorCode::CredentialsRefused}, std::pair{"tls", ErrorCode::TlsFailed},
    std::pair{"unreachable", ErrorCode::Unreachable},    std::pair{"stopped", ErrorCode::Cancelled},
    std::pair{"setting", ErrorCode::FlowInvalid},
};

}  // namespace

TokenSource::TokenSource(TokenSettings settings) : settings_(std::move(settings)), http_(1, kMostBytes) {}

HttpRequest TokenSource::request() const {
    HttpRequest request;
    request.url = settings_.endpoint;
    std::string basic = "Authorization: Basic ";
    appendBase64(basic, settings_.client_id + ":" + settings_.client_secret);
    request.headers = {std::move(basic), "Accept: application/json",
                       "Content-Type: application/x-www-form-urlencoded"};
    request.body = "grant_type=client_credentials";
    if (!settings_.scope.empty()) request.body += "&scope=" + percentEncoded(settings_.scope);
    request.timeout = kTimeout;
    request.authorities = settings_.authorities;
    request.authorities_pem = settings_.authorities_pem;
    return request;
}

Result<Token> TokenSource::fetch(const std::atomic<bool>* cancel) {
    const auto answer = std::make_shared<std::promise<HttpResponse>>();
    auto waiting = answer->get_future();
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return fail(ErrorCode::Cancelled, "Asking for a token was stopped");
        http_.post(request(), [answer](HttpResponse response) { answer->set_value(std::move(response)); });
    }
    while (cancel != nullptr && waiting.wait_for(50ms) != std::future_status::ready) {
        if (cancel->load()) stop();
    }
    return readToken(waiting.get(), settings_, now());
}

void TokenSource::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    http_.stop();
}

std::string packTokenError(const Error& error) {
    std::string_view word = kCodes.front().first;
    for (const auto& [name, code] : kCodes) {
        if (code == error.code) word = name;
    }
    return fmt::format("{}{}{}{}{}", error.message, kSeparator, word, kSeparator, error.hint);
}

bool unpackTokenError(std::string_view text, Error& error) {
    constexpr std::string_view kBefore = "OAUTHBEARER token: ";  // of librdkafka
    const std::size_t first = text.find(kSeparator);
    const std::size_t second = first == std::string_view::npos ? first : text.find(kSeparator, first + 1);
    if (second == std::string_view::npos) return false;
    const std::size_t before = text.substr(0, first).find(kBefore);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + kBefore.size();
    const std::string_view word = text.substr(first + 1, second - first - 1);
    for (const auto& [name, code] : kCodes) {
        if (word == name) error.code = code;
    }
    error.message = text.substr(begin, first - begin);
    error.hint = text.substr(second + 1);
    return true;
}

}  // namespace weir::kafka
