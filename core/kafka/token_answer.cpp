// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/token_answer.h"

#include "base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace weir::kafka {
namespace {

using Json = nlohmann::json;

constexpr DurationNs kAssumedLife = 300 * kSecond;
constexpr double kLongestLifeSeconds = 10.0 * 365 * 24 * 3600;

Json parse(std::string_view text) {
    return Json::parse(text, nullptr, false);
}

std::string stringIn(const Json& object, const char* name) {
    const auto it = object.is_object() ? object.find(name) : object.end();
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// Seconds; some servers write them as text.
std::optional<double> secondsIn(const Json& object, const char* name) {
    const auto it = object.is_object() ? object.find(name) : object.end();
    if (it == object.end()) return std::nullopt;
    if (it->is_number()) return it->get<double>();
    if (!it->is_string()) return std::nullopt;
    const std::string& text = it->get_ref<const std::string&>();
    const bool digits = !text.empty() && text.size() < 16 &&
                        std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    return std::stod(text);
}

/// What a JWT says in its middle part; null when the token is not one.
Json claimsOf(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string::npos ? first : token.find('.', first + 1);
    if (second == std::string::npos) return {};
    std::string middle = token.substr(first + 1, second - first - 1);
    std::ranges::replace(middle, '-', '+');
    std::ranges::replace(middle, '_', '/');
    middle.append((4 - middle.size() % 4) % 4, '=');
    std::string bytes;
    if (!decodeBase64(middle, bytes)) return {};
    return parse(bytes);
}

/// Short enough to be read, and without the secret, whatever the server repeats.
std::string quoted(std::string text, const TokenSettings& settings) {
    constexpr std::size_t kMost = 200;
    const std::string& secret = settings.client_secret;
    for (auto at = text.find(secret); !secret.empty() && at != std::string::npos; at = text.find(secret))
        text.erase(at, secret.size());
    if (text.size() > kMost) text = text.substr(0, kMost) + "…";
    return terminalSafe(text);
}

/// `: invalid_client: Unknown client`, or nothing.
std::string reasonIn(const HttpResponse& response, const TokenSettings& settings) {
    const Json body = parse(response.body);
    const std::string error = stringIn(body, "error");
    const std::string description = stringIn(body, "error_description");
    if (error.empty() && description.empty()) return {};
    const bool both = !error.empty() && !description.empty();
    return ": " + quoted(error + (both ? ": " : "") + description, settings);
}

Error noAnswer(const HttpResponse& response, const TokenSettings& settings) {
    using Failure = HttpResponse::Failure;
    const std::string place = settings.place();
    switch (response.failure) {
        case Failure::Stopped:
            return {ErrorCode::Cancelled, "Asking for a token was stopped", ""};
        case Failure::Timeout:
            return {ErrorCode::Unreachable, fmt::format("The token endpoint {} does not answer", place),
                    "Check the address in sasl.oauthbearer.token.endpoint.url, the network and firewalls."};
        case Failure::TooLarge:
            return {ErrorCode::CredentialsRefused,
                    fmt::format("The token endpoint {} answers with far too much", place),
                    "Check that sasl.oauthbearer.token.endpoint.url is the address for tokens."};
        case Failure::Certificate:
            return {ErrorCode::TlsFailed,
                    fmt::format("The TLS certificate of the token endpoint {} is not accepted: {}", place,
                                response.error),
                    "Set https.ca.location to the certificate of the authority that signed it; the host name "
                    "must be one that the certificate names."};
        case Failure::Broken:
        case Failure::None:
            break;
    }
    if (response.error.find("SSL") != std::string::npos) {
        return {ErrorCode::TlsFailed,
                fmt::format("No TLS connection with the token endpoint {}: {}", place, response.error),
                "Check that the server speaks https at this port; if it does not, the address begins with "
                "http."};
    }
    return {
        ErrorCode::Unreachable,
        fmt::format("The token endpoint {} cannot be reached: {}", place, quoted(response.error, settings)),
        "Check sasl.oauthbearer.token.endpoint.url, and that the server runs."};
}

Error refusal(const HttpResponse& response, const TokenSettings& settings) {
    const std::string place = settings.place();
    const std::string reason = reasonIn(response, settings);
    const int status = response.status;
    if (status == 400 || status == 401 || status == 403) {
        return {ErrorCode::CredentialsRefused,
                fmt::format("The token endpoint {} gave no token (status {}{})", place, status, reason),
                "Check sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret and "
                "sasl.oauthbearer.scope."};
    }
    if (status >= 300 && status < 400) {
        return {ErrorCode::CredentialsRefused,
                fmt::format("The token endpoint {} sends elsewhere (status {})", place, status),
                "Set sasl.oauthbearer.token.endpoint.url to the address that it names; a secret is not sent "
                "after a redirect."};
    }
    if (status >= 500 || status == 429 || status == 408) {
        return {ErrorCode::Unreachable,
                fmt::format("The token endpoint {} fails (status {}{})", place, status, reason),
                "The fault is on its side; Weir asks again after some seconds."};
    }
    return {ErrorCode::CredentialsRefused,
            fmt::format("{} is no token endpoint: it answers with status {}{}", place, status, reason),
            "Check sasl.oauthbearer.token.endpoint.url."};
}

}  // namespace

Result<Token> readToken(const HttpResponse& response, const TokenSettings& settings, TimeNs now) {
    if (response.failure != HttpResponse::Failure::None) return tl::unexpected(noAnswer(response, settings));
    if (response.status != 200) return tl::unexpected(refusal(response, settings));

    const Json body = parse(response.body);
    Token token{stringIn(body, "access_token"), settings.client_id, 0};
    if (token.value.empty()) {
        return fail(ErrorCode::CredentialsRefused,
                    fmt::format("The answer of the token endpoint {} {}", settings.place(),
                                body.is_object() ? "holds no access_token" : "is not JSON"),
                    "Check that sasl.oauthbearer.token.endpoint.url is the address for tokens.");
    }
    const Json claims = claimsOf(token.value);
    if (const std::string subject = stringIn(claims, "sub"); !subject.empty()) token.principal = subject;

    DurationNs life = kAssumedLife;
    const auto toNs = [](double seconds) {
        const bool sane = std::isfinite(seconds);
        return static_cast<DurationNs>(sane ? std::clamp(seconds, 0.0, kLongestLifeSeconds) * 1e9 : 0);
    };
    if (const auto given = secondsIn(body, "expires_in")) {
        life = toNs(*given);
    } else if (const auto until = secondsIn(claims, "exp")) {
        life = toNs(*until - static_cast<double>(now) / 1e9);
    }
    if (life < kSecond) {
        return fail(ErrorCode::CredentialsRefused,
                    fmt::format("The token that {} gave has expired already", settings.place()),
                    "Check the clock of this machine and the lifetime of tokens on the server.");
    }
    token.expires = now + life;
    return token;
}

}  // namespace weir::kafka
