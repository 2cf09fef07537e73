// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/aws_signature.h"

#include "http/percent.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace weir::invoke {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::string sha256(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace

std::vector<std::string> signAws(const AwsRequest& request, const AwsCredentials& credentials,
                                 std::string_view region, std::string_view service, TimeNs now) {
    const std::time_t seconds = now / kSecond;
    const std::string date = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(seconds));
    const std::string day = date.substr(0, 8);

    std::vector<std::pair<std::string, std::string>> headers{{"host", request.host}, {"x-amz-date", date}};
    if (!credentials.session_token.empty())
        headers.emplace_back("x-amz-security-token", credentials.session_token);
    for (const auto& [name, value] : request.headers) headers.emplace_back(lower(name), value);
    std::ranges::sort(headers);
    std::string canonical_headers;
    std::string signed_headers;
    for (const auto& [name, value] : headers) {
        canonical_headers += fmt::format("{}:{}\n", name, value);
        if (!signed_headers.empty()) signed_headers += ';';
        signed_headers += name;
    }

    const std::string canonical =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, percentEncoded(request.path, true),
                    request.query, canonical_headers, signed_headers, hex(sha256(request.body)));
    const std::string scope = fmt::format("{}/{}/{}/aws4_request", day, region, service);
    const std::string to_sign =
        fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, scope, hex(sha256(canonical)));
    const std::string key =
        hmac(hmac(hmac(hmac("AWS4" + credentials.secret_access_key, day), region), service), "aws4_request");

    std::vector<std::string> lines{
        "X-Amz-Date: " + date,
        fmt::format("Authorization: {} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                    credentials.access_key_id, scope, signed_headers, hex(hmac(key, to_sign)))};
    if (!credentials.session_token.empty())
        lines.push_back("X-Amz-Security-Token: " + credentials.session_token);
    return lines;
}

}  // namespace weir::invoke
