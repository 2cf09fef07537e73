// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/client.h"

#include <fmt/format.h>

#include <array>

namespace weir::kafka {
namespace {

constexpr int kEvents =
    RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_FETCH;

void ignoreLog(const rd_kafka_t*, int, const char*, const char*) {}

void noteError(rd_kafka_t*, int code, const char* text, void* inbox) {
    if (inbox == nullptr) return;
    static_cast<ErrorInbox*>(inbox)->put(
        {static_cast<rd_kafka_resp_err_t>(code), text == nullptr ? "" : text});
}

Error cannotStart(const ClusterSettings& cluster, std::string_view reason) {
    const std::string text = withoutSecrets(std::string(reason), cluster);
    const bool tls = text.find("ssl.") != std::string::npos || text.find("SSL") != std::string::npos;
    return {tls ? ErrorCode::TlsFailed : ErrorCode::FlowInvalid,
            fmt::format("The Kafka settings cannot be used: {}", text),
            tls ? "Check that the files of the ssl.* properties exist, are readable and are PEM." : ""};
}

}  // namespace

Result<ClientHandle> makeClient(rd_kafka_type_t type, const ClusterSettings& cluster,
                                const Properties& defaults, const Properties& owned, ErrorInbox* inbox) {
    Properties all_defaults = {{"client.id", "weir"}, {"socket.nagle.disable", "true"}};
    all_defaults.insert(all_defaults.end(), defaults.begin(), defaults.end());
    auto conf = makeConf(cluster, all_defaults, owned);
    if (!conf) return passOn(conf);

    const bool tokens = propertyOr(cluster, "sasl.mechanism", "") == "OAUTHBEARER";
    rd_kafka_conf_set_log_cb(conf->get(), ignoreLog);
    rd_kafka_conf_set_error_cb(conf->get(), noteError);
    rd_kafka_conf_set_opaque(conf->get(), inbox);
    rd_kafka_conf_set_events(conf->get(), kEvents | (type == RD_KAFKA_PRODUCER ? RD_KAFKA_EVENT_DR : 0));
    if (tokens) rd_kafka_conf_enable_sasl_queue(conf->get(), 1);

    std::array<char, 512> reason{};
    ClientHandle client(rd_kafka_new(type, conf->get(), reason.data(), reason.size()));
    if (!client) return tl::unexpected(cannotStart(cluster, reason.data()));
    (void)conf->release();  // the client owns it now

    if (tokens) {
        // Refused for the built-in unsecured tokens, which need no callback.
        const ErrorHandle refused(rd_kafka_sasl_background_callbacks_enable(client.get()));
    }
    return client;
}

ClientError errorOf(rd_kafka_event_t& event, const ClusterSettings& cluster) {
    const char* text = rd_kafka_event_error_string(&event);
    return {rd_kafka_event_error(&event), withoutSecrets(text == nullptr ? "" : text, cluster)};
}

std::vector<ClientError> takeErrors(rd_kafka_queue_t& queue, const ClusterSettings& cluster) {
    std::vector<ClientError> errors;
    while (const EventHandle event{rd_kafka_queue_poll(&queue, 0)}) {
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR)
            errors.push_back(errorOf(*event, cluster));
    }
    return errors;
}

}  // namespace weir::kafka
