// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/config.h"

#include "kafka/token_settings.h"

#include <fmt/format.h>

#include <array>

namespace weir::kafka {
namespace {

Status setProperty(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
    std::array<char, 512> reason{};
    if (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), reason.data(), reason.size()) ==
        RD_KAFKA_CONF_OK) {
        return {};
    }
    return fail(ErrorCode::Internal, fmt::format("Kafka property {}: {}", name, reason.data()));
}

Status setAll(rd_kafka_conf_t& conf, const Properties& properties) {
    for (const auto& [name, value] : properties) {
        if (Status set = setProperty(conf, name, value); !set) return set;
    }
    return {};
}

}  // namespace

Result<ConfHandle> makeConf(const ClusterSettings& cluster, const Properties& defaults,
                            const Properties& owned) {
    if (cluster.brokers.empty()) {
        return fail(ErrorCode::Usage, "No Kafka brokers are given", "Name at least one as host:port.");
    }
    if (Status valid = checkProperties(cluster.properties); !valid) return passOn(valid);

    ConfHandle conf(rd_kafka_conf_new());
    if (Status set = setAll(*conf, defaults); !set) return passOn(set);
    Properties chosen;
    for (const auto& [name, value] : cluster.properties) {
        if (!isTokenProperty(name)) chosen.emplace_back(name, value);
    }
    if (Status set = setAll(*conf, chosen); !set) return passOn(set);
    if (Status set = setAll(*conf, owned); !set) return passOn(set);
    if (Status set = setProperty(*conf, "bootstrap.servers", cluster.brokers); !set) return passOn(set);
    return conf;
}

std::string withoutSecrets(std::string text, const ClusterSettings& cluster) {
    constexpr std::string_view kMask = "•••";
    constexpr std::size_t kShortestSecret = 3;  // shorter ones would garble every text
    for (const auto& [name, value] : cluster.properties) {
        if (!isSecretProperty(name) || value.size() < kShortestSecret) continue;
        for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + kMask.size())) {
            text.replace(at, value.size(), kMask);
        }
    }
    return text;
}

std::string propertyOr(const ClusterSettings& cluster, const std::string& name, std::string otherwise) {
    if (const auto it = cluster.properties.find(name); it != cluster.properties.end()) return it->second;
    if (name == "sasl.mechanism") return propertyOr(cluster, "sasl.mechanisms", std::move(otherwise));
    return otherwise;
}

}  // namespace weir::kafka
