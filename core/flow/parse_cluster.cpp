// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 2> kClusterKeys{"brokers", "kafka"};

bool isPort(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool isBroker(std::string_view entry) {
    if (const auto scheme = entry.find("://"); scheme != std::string_view::npos)
        entry.remove_prefix(scheme + 3);
    return isHostPort(entry, false);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

void readBrokers(const ReadContext& context, const Node& node, std::string& brokers) {
    constexpr std::string_view kExpected =
        "\"host:port\", a list of them with commas between, or \"embedded\"";
    auto text = readText(context, node, kExpected);
    if (!text) return;
    std::string_view rest = *text;
    for (bool more = true; more;) {
        const auto comma = rest.find(',');
        more = comma != std::string_view::npos;
        if (!isBroker(trimmed(rest.substr(0, comma)))) {
            context.add(node.place,
                        fmt::format("{} is not a list of brokers", inQuotes(node.json->get<std::string>())),
                        fmt::format("expected {}", kExpected));
            return;
        }
        rest.remove_prefix(more ? comma + 1 : 0);
    }
    brokers = std::move(*text);
}

std::optional<std::string> propertyValue(const ReadContext& context, const Node& node) {
    if (node.json->is_boolean()) return node.json->get<bool>() ? "true" : "false";
    if (node.json->is_number()) return node.json->dump();
    return readText(context, node, "text, a number, true or false");
}

void readKafka(const ReadContext& context, const Node& node, std::map<std::string, std::string>& kafka) {
    if (!node.json->is_object()) {
        context.add(node.place, "is not an object",
                    "expected librdkafka properties as { \"name\": \"value\" }");
        return;
    }
    for (const auto& [name, value] : node.json->items()) {
        const Node property{&value, memberPlace(node.place, name)};
        const auto text = propertyValue(context, property);
        if (!text) continue;
        const bool refers = context.expressions.contains(property.place.substr(context.base.size()));
        if (isSecretKafkaProperty(name) && !refers) {
            context.add(property.place, "a secret stands in the file itself",
                        "write \"${NAME}\" and set the environment variable NAME");
            continue;
        }
        kafka[name] = *text;
    }
}

}  // namespace

bool isHostPort(std::string_view text, bool needs_port) {
    if (text.empty() || text.find_first_of(" \t/,") != std::string_view::npos) return false;
    auto host_end = text.rfind(':');
    if (text.front() == '[') {
        const auto bracket = text.find(']');
        if (bracket == std::string_view::npos || bracket == 1) return false;
        host_end = bracket + 1 == text.size() ? std::string_view::npos : bracket + 1;
        if (host_end != std::string_view::npos && text[host_end] != ':') return false;
    }
    if (host_end == std::string_view::npos) return !needs_port;
    const bool one_colon = text.front() == '[' || text.find(':') == host_end;
    return host_end > 0 && one_colon && isPort(text.substr(host_end + 1));
}

bool isSecretKafkaProperty(std::string_view name) {
    const auto has = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
    return has("password") || has("secret") || name == "ssl.key.pem" || name == "sasl.oauthbearer.config";
}

void readCluster(const ReadContext& context, const Node& node, ClusterSpec& cluster) {
    const ObjectReader reader(context, node, kClusterKeys);
    if (const auto brokers = reader.require(
            "brokers", "expected a bootstrap list such as \"localhost:9092\", or \"embedded\"")) {
        readBrokers(context, *brokers, cluster.brokers);
    }
    if (const auto kafka = reader.find("kafka")) readKafka(context, *kafka, cluster.kafka);
}

}  // namespace weir::flow
