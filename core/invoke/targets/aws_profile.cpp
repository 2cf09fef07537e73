// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/aws_profile.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string_view>
#include <vector>

namespace weir::invoke {
namespace {

using Section = std::map<std::string, std::string>;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// The keys of one section of an INI file, as AWS writes them; empty when there is no such file or section.
Section readSection(const std::string& path, std::string_view name) {
    Section section;
    std::ifstream file(path);
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        const std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#' || text.front() == ';') continue;
        if (text.front() == '[' && text.back() == ']') {
            inside = trimmed(text.substr(1, text.size() - 2)) == name;
            continue;
        }
        const std::size_t equals = text.find('=');
        const bool nested = line.front() == ' ' || line.front() == '\t';
        if (!inside || nested || equals == std::string_view::npos) continue;
        section[std::string(trimmed(text.substr(0, equals)))] = trimmed(text.substr(equals + 1));
    }
    return section;
}

struct Profile {
    std::string name;
    bool named = false;  ///< somebody asked for it
    std::string credentials_path, config_path;
    Section keys;  ///< of both files, the credentials file first
};

Profile readProfile(const flow::LambdaTarget& target, const Environment& environment) {
    Profile profile;
    const std::optional<std::string> chosen = environment("AWS_PROFILE");
    profile.named = !target.profile.empty() || chosen;
    profile.name = !target.profile.empty() ? target.profile : chosen.value_or("default");
    const std::string folder = environment("HOME").value_or("") + "/.aws/";
    profile.credentials_path = environment("AWS_SHARED_CREDENTIALS_FILE").value_or(folder + "credentials");
    profile.config_path = environment("AWS_CONFIG_FILE").value_or(folder + "config");
    profile.keys = readSection(profile.credentials_path, profile.name);
    profile.keys.merge(
        readSection(profile.config_path, profile.name == "default" ? "default" : "profile " + profile.name));
    return profile;
}

std::string valueOf(const Section& section, const std::string& key) {
    const auto found = section.find(key);
    return found == section.end() ? "" : found->second;
}

Result<AwsCredentials> credentialsOf(const Profile& profile) {
    AwsCredentials found{valueOf(profile.keys, "aws_access_key_id"),
                         valueOf(profile.keys, "aws_secret_access_key"),
                         valueOf(profile.keys, "aws_session_token")};
    if (!found.empty() && !found.secret_access_key.empty()) return found;
    for (const char* const way : {"credential_process", "sso_session", "sso_start_url", "role_arn"}) {
        if (!profile.keys.contains(way)) continue;
        return fail(
            ErrorCode::CredentialsRefused,
            fmt::format("The AWS profile {} gets its credentials by `{}`, which Weir cannot do itself.",
                        profile.name, way),
            fmt::format("Run `eval \"$(aws configure export-credentials --profile {} --format env)\"` and "
                        "start again.",
                        profile.name));
    }
    if (!profile.named) return AwsCredentials{};
    return fail(ErrorCode::CredentialsRefused,
                fmt::format("The AWS profile {} has no credentials.", profile.name),
                fmt::format("Looked into {} and {}: `aws configure --profile {}` writes them.",
                            profile.credentials_path, profile.config_path, profile.name));
}

std::vector<std::string> partsOf(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ':') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

}  // namespace

Environment processEnvironment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* const value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return value;
    };
}

Result<AwsCredentials> awsCredentials(const flow::LambdaTarget& target, const Environment& environment) {
    if (!target.access_key_id.empty())
        return AwsCredentials{target.access_key_id, target.secret_access_key, target.session_token};
    if (target.profile.empty()) {
        const std::optional<std::string> key = environment("AWS_ACCESS_KEY_ID");
        const std::optional<std::string> secret = environment("AWS_SECRET_ACCESS_KEY");
        if (key && secret)
            return AwsCredentials{*key, *secret, environment("AWS_SESSION_TOKEN").value_or("")};
    }
    return credentialsOf(readProfile(target, environment));
}

std::string awsRegion(const flow::LambdaTarget& target, const Environment& environment) {
    if (!target.region.empty()) return target.region;
    if (std::string region = lambdaName(target.function).region; !region.empty()) return region;
    for (const char* const name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
        if (std::optional<std::string> region = environment(name)) return *region;
    }
    return valueOf(readProfile(target, environment).keys, "region");
}

LambdaName lambdaName(const std::string& function) {
    const std::vector<std::string> parts = partsOf(function);
    if (parts.size() >= 7 && parts[0] == "arn") {
        std::string name = fmt::format("{}", fmt::join(parts.begin(), parts.begin() + 7, ":"));
        return {std::move(name), parts[3], parts.size() > 7 ? parts[7] : ""};
    }
    if (parts.size() >= 3 && parts[1] == "function")
        return {parts[0] + ":function:" + parts[2], "", parts.size() > 3 ? parts[3] : ""};
    return {parts[0], "", parts.size() > 1 ? parts[1] : ""};
}

}  // namespace weir::invoke
