// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/client.h"

#include "kafka/token_source.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>

namespace weir::kafka {
namespace {

constexpr int kEvents =
    RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_FETCH;

/// librdkafka's opaque pointer of a client.
class Context final : public ClientContext {
  public:
    Context(ErrorInbox* inbox, std::optional<TokenSettings> token_settings) : inbox_(inbox) {
        if (token_settings) tokens_ = std::make_unique<TokenSource>(std::move(*token_settings));
    }
    void stop() noexcept override {
        if (tokens_) tokens_->stop();
    }
    [[nodiscard]] ErrorInbox* inbox() const { return inbox_; }
    [[nodiscard]] TokenSource* tokens() const { return tokens_.get(); }

  private:
    ErrorInbox* inbox_;
    std::unique_ptr<TokenSource> tokens_;  ///< null when none are fetched
};

void ignoreLog(const rd_kafka_t*, int, const char*, const char*) {}

void noteError(rd_kafka_t*, int code, const char* text, void* context) {
    ErrorInbox* const inbox = static_cast<Context*>(context)->inbox();
    if (inbox == nullptr) return;
    inbox->put({static_cast<rd_kafka_resp_err_t>(code), text == nullptr ? "" : text});
}

Status handOver(rd_kafka_t& client, const Token& token, const TokenSettings& settings) {
    std::vector<const char*> extensions;
    for (const auto& [key, value] : settings.extensions) {
        extensions.push_back(key.c_str());
        extensions.push_back(value.c_str());
    }
    std::array<char, 512> reason{};
    const auto code = rd_kafka_oauthbearer_set_token(
        &client, token.value.c_str(), token.expires / kMillisecond, token.principal.c_str(),
        extensions.data(), extensions.size(), reason.data(), reason.size());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return fail(ErrorCode::CredentialsRefused,
                fmt::format("The token of {} cannot be used: {}", settings.place(), reason.data()));
}

/// Called by a thread of librdkafka that does nothing else, so it may wait.
void refreshToken(rd_kafka_t* client, const char*, void* context) {
    TokenSource& tokens = *static_cast<Context*>(context)->tokens();
    const Result<Token> token = tokens.fetch();
    const Status done =
        token ? handOver(*client, *token, tokens.settings()) : Status(tl::unexpected(token.error()));
    if (!done) rd_kafka_oauthbearer_set_token_failure(client, packTokenError(done.error()).c_str());
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

    auto token_settings = tokenSettingsOf(cluster.properties);
    if (!token_settings) return passOn(token_settings);

    const bool tokens = propertyOr(cluster, "sasl.mechanism", "") == "OAUTHBEARER";
    const auto context = std::make_shared<Context>(inbox, std::move(*token_settings));
    rd_kafka_conf_set_log_cb(conf->get(), ignoreLog);
    rd_kafka_conf_set_error_cb(conf->get(), noteError);
    rd_kafka_conf_set_opaque(conf->get(), context.get());
    rd_kafka_conf_set_events(conf->get(), kEvents | (type == RD_KAFKA_PRODUCER ? RD_KAFKA_EVENT_DR : 0));
    if (tokens) rd_kafka_conf_enable_sasl_queue(conf->get(), 1);
    if (context->tokens() != nullptr)
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf->get(), refreshToken);

    std::array<char, 512> reason{};
    ClientHandle client(rd_kafka_new(type, conf->get(), reason.data(), reason.size()), {context});
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
    ClientError error{rd_kafka_event_error(&event), withoutSecrets(text == nullptr ? "" : text, cluster)};
    if (Error known; unpackTokenError(error.text, known)) {
        error.text = fmt::format("{}: {}", rd_kafka_err2name(error.code), known.message);
        error.known = std::move(known);
    }
    return error;
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
