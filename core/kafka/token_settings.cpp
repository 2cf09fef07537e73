// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/token_settings.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::kafka {
namespace {

constexpr std::string_view kMethod = "sasl.oauthbearer.method";
constexpr std::string_view kClientId = "sasl.oauthbearer.client.id";
constexpr std::string_view kClientSecret = "sasl.oauthbearer.client.secret";
constexpr std::string_view kEndpoint = "sasl.oauthbearer.token.endpoint.url";
constexpr std::string_view kScope = "sasl.oauthbearer.scope";
constexpr std::string_view kExtensions = "sasl.oauthbearer.extensions";
constexpr std::string_view kAuthorities = "https.ca.location";
constexpr std::string_view kAuthoritiesPem = "https.ca.pem";

using PropertyMap = std::map<std::string, std::string>;
using Extensions = std::vector<std::pair<std::string, std::string>>;

std::string valueOf(const PropertyMap& properties, std::string_view name) {
    const auto it = properties.find(std::string(name));
    return it == properties.end() ? std::string() : it->second;
}

std::string lowerCase(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Status refuse(std::string_view name, std::string_view what, std::string hint = {}) {
    return fail(ErrorCode::FlowInvalid, fmt::format("Kafka property {}: {}", name, what), std::move(hint));
}

Status checkUrl(std::string_view name, std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::string kind = lowerCase(std::string(url.substr(0, scheme)));
    const bool known = scheme != std::string_view::npos && (kind == "https" || kind == "http");
    const std::string_view rest = known ? url.substr(scheme + 3) : std::string_view();
    if (!rest.empty() && rest.front() != '/' && url.find_first_of(" \t\r\n") == std::string_view::npos)
        return {};
    return refuse(name, "the value is no address of http or https",
                  "Give the whole address, such as https://login.example/realms/shop/token.");
}

/// `key=value,key=value`; RFC 7628 allows letters only in a key and keeps `auth` for itself.
Result<Extensions> readExtensions(std::string_view text) {
    Extensions extensions;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        const std::size_t equals = one.find('=');
        const std::string_view key = one.substr(0, equals);
        if (equals == std::string_view::npos || key.empty() || key == "auth" ||
            !std::ranges::all_of(key, isLetter)) {
            const Status refused = refuse(kExtensions, fmt::format("\"{}\" is no extension", one),
                                          "Expected key=value with commas between; a key is of letters only, "
                                          "and not \"auth\".");
            return tl::unexpected(refused.error());
        }
        extensions.emplace_back(key, one.substr(equals + 1));
    }
    return extensions;
}

Status checkComplete(const PropertyMap& properties) {
    for (const std::string_view name : {kClientId, kClientSecret, kEndpoint}) {
        if (valueOf(properties, name).empty())
            return refuse(name, "is missing", "A token endpoint needs its URL, a client id and its secret.");
    }
    if (!valueOf(properties, kAuthorities).empty() && !valueOf(properties, kAuthoritiesPem).empty())
        return refuse(kAuthoritiesPem, "stands beside https.ca.location", "Keep one of them.");
    return {};
}

}  // namespace

std::string TokenSettings::place() const {
    const std::size_t host = endpoint.find("://") + 3;
    std::string text = endpoint.substr(0, endpoint.find_first_of("?#"));
    const std::size_t path = text.find('/', host);
    const std::size_t user = text.rfind('@', path);
    if (user != std::string::npos && user >= host) text.erase(host, user + 1 - host);
    return text;
}

const std::vector<std::string_view>& tokenProperties() {
    static const std::vector<std::string_view> names = {
        kMethod, kClientId, kClientSecret, kEndpoint, kScope, kExtensions, kAuthorities, kAuthoritiesPem,
    };
    return names;
}

bool isTokenProperty(std::string_view name) {
    return std::ranges::find(tokenProperties(), name) != tokenProperties().end();
}

Status checkTokenProperty(const std::string& name, const std::string& value) {
    if (name == kMethod) {
        const std::string method = lowerCase(value);
        if (method == "oidc" || method == "default") return {};
        return refuse(name, fmt::format("\"{}\" is no method", value), "Expected \"oidc\" or \"default\".");
    }
    if (name == kEndpoint) return checkUrl(name, value);
    if (name == kExtensions) {
        if (const auto read = readExtensions(value); !read) return tl::unexpected(read.error());
    }
    return {};
}

Result<std::optional<TokenSettings>> tokenSettingsOf(const PropertyMap& properties) {
    if (!lowerCase(valueOf(properties, "security.protocol")).starts_with("sasl")) return std::nullopt;
    const auto mechanism = properties.find("sasl.mechanism");
    const std::string chosen =
        mechanism != properties.end() ? mechanism->second : valueOf(properties, "sasl.mechanisms");
    const bool oidc = lowerCase(valueOf(properties, kMethod)) == "oidc";
    if (chosen != "OAUTHBEARER") {
        if (!oidc) return std::nullopt;
        const Status refused = refuse(kMethod, "oidc goes with sasl.mechanism OAUTHBEARER only",
                                      "Set sasl.mechanism to OAUTHBEARER, or remove this property.");
        return tl::unexpected(refused.error());
    }
    if (!oidc) {
        if (lowerCase(valueOf(properties, "enable.sasl.oauthbearer.unsecure.jwt")) == "true")
            return std::nullopt;
        return fail(ErrorCode::FlowInvalid, "sasl.mechanism OAUTHBEARER has no source of tokens",
                    "Set sasl.oauthbearer.method to oidc, with sasl.oauthbearer.token.endpoint.url, "
                    "sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret.");
    }
    if (Status complete = checkComplete(properties); !complete) return passOn(complete);
    auto extensions = readExtensions(valueOf(properties, kExtensions));
    if (!extensions) return passOn(extensions);
    return TokenSettings{valueOf(properties, kEndpoint),
                         valueOf(properties, kClientId),
                         valueOf(properties, kClientSecret),
                         valueOf(properties, kScope),
                         std::move(*extensions),
                         valueOf(properties, kAuthorities),
                         valueOf(properties, kAuthoritiesPem)};
}

}  // namespace weir::kafka
