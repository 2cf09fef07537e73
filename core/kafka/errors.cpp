// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/errors.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::kafka {
namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// librdkafka writes `sasl_ssl://host:9093/bootstrap: reason (after 3ms in state CONNECT)`.
struct BrokerText {
    std::string broker;  ///< host:port, empty when the text names none
    std::string reason;
};

std::string_view withoutSuffix(std::string_view text) {
    const auto after = text.rfind(" (after ");
    return after == std::string_view::npos ? text : text.substr(0, after);
}

BrokerText takeApart(std::string_view text) {
    constexpr std::string_view kCoordinator = "GroupCoordinator: ";
    if (text.starts_with(kCoordinator)) text.remove_prefix(kCoordinator.size());
    std::string_view rest = text;
    const auto scheme = rest.find("://");
    if (scheme < 16) rest.remove_prefix(scheme + 3);
    const auto end = rest.find(": ");
    if (end == std::string_view::npos) return {"", std::string(withoutSuffix(text))};
    std::string_view name = rest.substr(0, end);
    name = name.substr(0, name.find('/'));
    if (has(name, " ") || !has(name, ":")) return {"", std::string(withoutSuffix(text))};
    return {std::string(name), std::string(withoutSuffix(rest.substr(end + 2)))};
}

bool clientCertificateRefused(std::string_view text) {
    return has(text, "certificate required") || has(text, "bad certificate") ||
           has(text, "alert unknown ca") || has(text, "alert certificate") ||
           has(text, "peer did not return a certificate");
}

bool isTlsText(std::string_view text) {
    return has(text, "SSL handshake failed") || has(text, "SSL routines") || has(text, "SSL transport error");
}

Error tlsError(const std::string& broker, std::string_view text) {
    if (clientCertificateRefused(text)) {
        return {ErrorCode::CredentialsRefused,
                fmt::format("{} did not accept the client certificate", broker),
                "Set ssl.certificate.location and ssl.key.location to a certificate that the broker trusts."};
    }
    if (has(text, "hostname mismatch") || has(text, "Hostname mismatch") ||
        has(text, "IP address mismatch")) {
        return {ErrorCode::TlsFailed,
                fmt::format("The TLS certificate of {} is for another host name", broker),
                "Use a host name that the certificate names, or set "
                "ssl.endpoint.identification.algorithm to none if that is meant."};
    }
    if (has(text, "certificate verify failed") || has(text, "Failed to verify broker certificate")) {
        return {
            ErrorCode::TlsFailed, fmt::format("The TLS certificate of {} is not accepted", broker),
            "It may be signed by an authority that is not trusted here (set ssl.ca.location), have expired, "
            "or be for another host name; `weir-cli topics` says which."};
    }
    if (has(text, "connecting to a PLAINTEXT broker listener")) {
        return {
            ErrorCode::TlsFailed, fmt::format("{} does not speak TLS", broker),
            "Set security.protocol to what this port speaks (PLAINTEXT or SASL_PLAINTEXT), or use the TLS "
            "port."};
    }
    return {ErrorCode::TlsFailed, fmt::format("No TLS connection with {}: {}", broker, text),
            "Check security.protocol, the port and the ssl.* properties."};
}

Error credentialsError(const std::string& broker, std::string_view reason) {
    if (has(reason, "Unsupported SASL mechanism") || has(reason, "unsupported SASL mechanism")) {
        return {ErrorCode::CredentialsRefused,
                fmt::format("{} does not offer this way to sign in: {}", broker, reason),
                "Set sasl.mechanism to one that the broker offers."};
    }
    std::string hint = "Check sasl.username, sasl.password and sasl.mechanism.";
    if (has(reason, "OAUTHBEARER") || has(reason, "invalid_token")) {
        hint =
            "Check sasl.oauthbearer.client.id and sasl.oauthbearer.scope, and what the broker expects of "
            "a token: who issued it, for whom, which claims.";
    }
    if (has(reason, "SCRAM") && !canUseScramWithKafka4()) {
        hint += fmt::format(
            " Kafka 4 also refuses SCRAM from librdkafka before 2.6.1, and this is {}: use PLAIN over "
            "TLS, a client certificate or OAUTHBEARER with it.",
            rd_kafka_version_str());
    }
    return {ErrorCode::CredentialsRefused, fmt::format("{} refused the credentials: {}", broker, reason),
            std::move(hint)};
}

Error connectionError(const std::string& broker, const std::string& reason) {
    if (has(reason, "Connection refused")) {
        return {ErrorCode::Unreachable, fmt::format("{} refused the connection", broker),
                "Check that a Kafka broker runs there and that host and port are right."};
    }
    if (has(reason, "connecting to a SSL listener")) {
        return {ErrorCode::Unreachable, fmt::format("{} closed the connection at once", broker),
                "The port may expect TLS: set security.protocol to SSL or SASL_SSL."};
    }
    if (has(reason, "might require SASL")) {
        return {ErrorCode::Unreachable,
                fmt::format("{} closed the connection soon after it was made", broker),
                "The port may expect a sign-in: set security.protocol to SASL_SSL or SASL_PLAINTEXT."};
    }
    if (has(reason, "timed out") || has(reason, "Timed out") || has(reason, "No route") ||
        has(reason, "unreachable")) {
        return {ErrorCode::Unreachable, fmt::format("{} does not answer: {}", broker, reason),
                "Check the address, the network and firewalls in between."};
    }
    return {ErrorCode::Unreachable, fmt::format("The connection to {} broke: {}", broker, reason),
            "The broker may have stopped; Weir connects again by itself."};
}

std::string named(std::string_view subject, std::string_view otherwise) {
    return std::string(subject.empty() ? otherwise : subject);
}

/// `Subscribed topic not available: bids: Broker: Unknown topic or partition`
std::string topicIn(std::string_view text) {
    constexpr std::string_view kBefore = "topic not available: ";
    const auto at = text.find(kBefore);
    if (at == std::string_view::npos) return {};
    const std::string_view name = text.substr(at + kBefore.size());
    return "Topic " + std::string(name.substr(0, name.find(": ")));
}

Error topicOrAccessError(const ClientError& error, ErrorCode code, std::string_view given_subject) {
    const std::string from_text = topicIn(error.text);
    const std::string_view subject = given_subject.empty() ? from_text : given_subject;
    if (code == ErrorCode::NotAuthorized) {
        return {code,
                fmt::format("Not authorized for {}: {}", named(subject, "this cluster"),
                            rd_kafka_err2str(error.code)),
                "Ask for an ACL that allows it, or use another user."};
    }
    return {code, fmt::format("{} does not exist on this cluster", named(subject, "The topic or partition")),
            "Check the name; `weir-cli topics` lists what the cluster has."};
}

int rank(const ClientError& error) {
    if (error.known) return 7;
    switch (errorCode(error)) {
        case ErrorCode::CredentialsRefused:
            return 6;
        case ErrorCode::NotAuthorized:
            return 5;
        case ErrorCode::TlsFailed:
            return 4;
        case ErrorCode::DnsFailed:
            return 3;
        case ErrorCode::Unreachable:
            if (error.code == RD_KAFKA_RESP_ERR__TRANSPORT) return 2;
            return 1;
        default:
            return 0;
    }
}

}  // namespace

ErrorCode errorCode(const ClientError& error) {
    if (error.known) return error.known->code;
    switch (error.code) {
        case RD_KAFKA_RESP_ERR__RESOLVE:
            return ErrorCode::DnsFailed;
        case RD_KAFKA_RESP_ERR__SSL:
            return clientCertificateRefused(error.text) ? ErrorCode::CredentialsRefused
                                                        : ErrorCode::TlsFailed;
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
        case RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            return ErrorCode::CredentialsRefused;
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            return ErrorCode::NotAuthorized;
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return ErrorCode::UnknownTopic;
        case RD_KAFKA_RESP_ERR__BAD_MSG:
        case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
        case RD_KAFKA_RESP_ERR_INVALID_MSG:
            return ErrorCode::FileCorrupt;
        case RD_KAFKA_RESP_ERR__INVALID_ARG:
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR__UNKNOWN_GROUP:
            return ErrorCode::Usage;
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
        case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
            return ErrorCode::Unsupported;
        case RD_KAFKA_RESP_ERR__TRANSPORT:
            if (clientCertificateRefused(error.text)) return ErrorCode::CredentialsRefused;
            return isTlsText(error.text) ? ErrorCode::TlsFailed : ErrorCode::Unreachable;
        case RD_KAFKA_RESP_ERR__STATE:
        case RD_KAFKA_RESP_ERR__CONFLICT:
        case RD_KAFKA_RESP_ERR__FAIL:
            return ErrorCode::Internal;
        default:
            return ErrorCode::Unreachable;
    }
}

Error translate(const ClientError& error, std::string_view subject) {
    if (error.known) return *error.known;
    const ErrorCode code = errorCode(error);
    const BrokerText parts = takeApart(error.text.empty() ? rd_kafka_err2str(error.code) : error.text);
    const std::string broker = parts.broker.empty() ? "the broker" : parts.broker;
    switch (code) {
        case ErrorCode::UnknownTopic:
        case ErrorCode::NotAuthorized:
            return topicOrAccessError(error, code, subject);
        case ErrorCode::DnsFailed:
            return {code, fmt::format("The host name of {} cannot be found: {}", broker, parts.reason),
                    "Check the spelling and the name service. Brokers announce their own names too "
                    "(advertised.listeners)."};
        case ErrorCode::TlsFailed:
            return tlsError(broker, parts.reason);
        case ErrorCode::CredentialsRefused:
            return clientCertificateRefused(parts.reason) ? tlsError(broker, parts.reason)
                                                          : credentialsError(broker, parts.reason);
        case ErrorCode::FileCorrupt:
            return {
                code,
                fmt::format("A record of {} cannot be read: {}", named(subject, "the topic"), parts.reason),
                "The record or its batch is damaged on the broker; reading goes on after it."};
        default:
            break;
    }
    if (error.code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        return {code,
                fmt::format("A record for {} is larger than the broker takes", named(subject, "the topic")),
                "Raise max.message.bytes of the topic, or send smaller records."};
    }
    if (error.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        return {code, "None of the brokers answers", "Check that the cluster runs and can be reached."};
    }
    if (error.code == RD_KAFKA_RESP_ERR__TRANSPORT || !parts.broker.empty()) {
        return connectionError(broker, parts.reason);
    }
    const std::string what = subject.empty() ? parts.reason : fmt::format("{}: {}", subject, parts.reason);
    return {code, what, {}};
}

Error translate(rd_kafka_resp_err_t code, std::string_view subject) {
    return translate(ClientError{code, rd_kafka_err2str(code)}, subject);
}

const ClientError* mostTelling(const std::vector<ClientError>& errors) {
    const auto best =
        std::max_element(errors.begin(), errors.end(),
                         [](const ClientError& a, const ClientError& b) { return rank(a) < rank(b); });
    return best == errors.end() ? nullptr : &*best;
}

bool isPlainDisconnect(const ClientError& error) {
    return error.code == RD_KAFKA_RESP_ERR__TRANSPORT && has(error.text, "Disconnected (") &&
           has(error.text, "in state UP");
}

bool canUseScramWithKafka4() {
    constexpr int kFixedIn = 0x020601ff;  // sent a nonce that Kafka 4 takes for wrong
    return rd_kafka_version() >= kFixedIn;
}

bool isHopeless(ErrorCode code) {
    switch (code) {
        case ErrorCode::CredentialsRefused:
        case ErrorCode::TlsFailed:
        case ErrorCode::NotAuthorized:
        case ErrorCode::UnknownTopic:
            return true;
        default:
            return false;
    }
}

}  // namespace weir::kafka
