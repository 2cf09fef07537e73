// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/settings.h"

#include "base/text.h"
#include "kafka/config.h"
#include "kafka/handles.h"
#include "kafka/token_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace weir::kafka {
namespace {

std::string upperCase(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

/// librdkafka offers its list of names only as a printed table.
std::vector<std::string> readKnownProperties() {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* const file = open_memstream(&text, &size);
    if (file == nullptr) return {};
    rd_kafka_conf_properties_show(file);
    std::fclose(file);
    const std::unique_ptr<char, Destroyer<std::free>> owner(text);

    std::vector<std::string> names;
    std::string_view rest(text, size);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const std::string_view name = line.substr(0, line.find(' '));
        const bool is_name =
            !name.empty() &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._") == std::string_view::npos;
        if (is_name && line.find('|') != std::string_view::npos) names.emplace_back(name);
    }
    return names;
}

std::string_view nearestProperty(std::string_view name) {
    static const std::vector<std::string> known = readKnownProperties();
    std::vector<std::string_view> candidates(known.begin(), known.end());
    candidates.insert(candidates.end(), tokenProperties().begin(), tokenProperties().end());
    return nearestWord(name, candidates);
}

Status refuseOwned(const std::string& name) {
    if (name == "bootstrap.servers" || name == "metadata.broker.list") {
        return fail(ErrorCode::FlowInvalid,
                    fmt::format("Kafka property {}: the brokers have their own key", name),
                    "Put the list into `brokers`.");
    }
    if (name == "group.id") {
        return fail(ErrorCode::FlowInvalid, fmt::format("Kafka property {}: the group has its own key", name),
                    "Put it into `group` of the trigger.");
    }
    return fail(ErrorCode::FlowInvalid, fmt::format("Kafka property {} is set by Weir itself", name),
                "Remove it; order and completeness depend on it.");
}

Status checkProperty(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
    const auto& owned = ownedProperties();
    if (std::find(owned.begin(), owned.end(), name) != owned.end()) return refuseOwned(name);
    if (isTokenProperty(name)) return checkTokenProperty(name, value);

    std::array<char, 512> reason{};
    switch (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), reason.data(), reason.size())) {
        case RD_KAFKA_CONF_OK:
            return {};
        case RD_KAFKA_CONF_UNKNOWN: {
            const std::string_view nearest = nearestProperty(name);
            return fail(ErrorCode::FlowInvalid, fmt::format("Kafka property {} is not known", name),
                        nearest.empty()
                            ? "The properties are those of librdkafka, not those of the Java client."
                            : fmt::format("Did you mean {}?", nearest));
        }
        case RD_KAFKA_CONF_INVALID:
            break;
    }
    if (isSecretProperty(name)) {
        return fail(ErrorCode::FlowInvalid,
                    fmt::format("Kafka property {} has a value that cannot be used", name));
    }
    return fail(ErrorCode::FlowInvalid, fmt::format("Kafka property {}: {}", name, reason.data()));
}

}  // namespace

std::string ClusterSettings::describe() const {
    std::string text = brokers;
    const std::string protocol = upperCase(propertyOr(*this, "security.protocol", "PLAINTEXT"));
    if (protocol != "PLAINTEXT") text += ", " + protocol;
    if (protocol.starts_with("SASL")) text += ", " + propertyOr(*this, "sasl.mechanism", "GSSAPI");
    return text;
}

const std::vector<std::string_view>& ownedProperties() {
    static const std::vector<std::string_view> names = {
        "auto.commit.enable",
        "auto.commit.interval.ms",
        "auto.offset.reset",
        "bootstrap.servers",
        "consume.callback.max.messages",
        "delivery.report.only.error",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "enable.partition.eof",
        "enabled_events",
        "group.id",
        "group.instance.id",
        "interceptors",
        "log.queue",
        "log.thread.name",
        "metadata.broker.list",
        "partition.assignment.strategy",
        "plugin.library.paths",
        "queued.max.messages.kbytes",
        "queued.min.messages",
        "receive.message.max.bytes",
        "statistics.interval.ms",
        "test.mock.num.brokers",
        "transactional.id",
    };
    return names;
}

bool isSecretProperty(std::string_view name) {
    const auto has = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
    return has("password") || has("secret") || has("token.value") || name == "ssl.key.pem" ||
           name == "ssl_key" || name == "sasl.oauthbearer.config" || name == "sasl.jaas.config" ||
           name == "sasl.kerberos.kinit.cmd";
}

Status checkProperties(const std::map<std::string, std::string>& properties) {
    const ConfHandle conf(rd_kafka_conf_new());
    for (const auto& [name, value] : properties) {
        if (Status valid = checkProperty(*conf, name, value); !valid) return valid;
    }
    return {};
}

Status checkSignIn(const std::map<std::string, std::string>& properties) {
    if (const auto read = tokenSettingsOf(properties); !read) return tl::unexpected(read.error());
    return {};
}

}  // namespace weir::kafka
