// SPDX-License-Identifier: GPL-3.0-or-later
#include "secure_broker.h"

#include <fmt/format.h>

namespace weir::peers {
namespace {

constexpr const char* kPlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule required";
constexpr const char* kScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
constexpr const char* kTokenModule =
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
    "unsecuredLoginStringClaim_sub=\"weir\";";

struct Certificates {
    Authority::Signed good, old, other;
};

BrokerOptions optionsFor(const Authority& authority, const Certificates& certificates) {
    const std::string plain =
        fmt::format("{} user_weir=\"{}\" user_guest=\"guest\";", kPlainModule, SecureBroker::kPassword);
    BrokerOptions options;
    options.listeners = {{"TLS", "SSL"},
                         {"MTLS", "SSL"},
                         {"OLD", "SSL"},
                         {"OTHER", "SSL"},
                         {"SCRAM", "SASL_SSL"},
                         {"SECURE", "SASL_SSL"},
                         {"SASL", "SASL_PLAINTEXT"},
                         {"OAUTH", "SASL_PLAINTEXT"}};
    options.properties = {
        {"ssl.keystore.type", "PEM"},
        {"ssl.keystore.location", certificates.good.both},
        {"ssl.truststore.type", "PEM"},
        {"ssl.truststore.location", authority.certificate()},
        {"listener.name.mtls.ssl.client.auth", "required"},
        {"listener.name.old.ssl.keystore.type", "PEM"},
        {"listener.name.old.ssl.keystore.location", certificates.old.both},
        {"listener.name.other.ssl.keystore.type", "PEM"},
        {"listener.name.other.ssl.keystore.location", certificates.other.both},
        {"listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512"},
        {"listener.name.scram.scram-sha-512.sasl.jaas.config", kScramModule},
        {"listener.name.sasl.sasl.enabled.mechanisms", "PLAIN"},
        {"listener.name.sasl.plain.sasl.jaas.config", plain},
        {"listener.name.secure.sasl.enabled.mechanisms", "PLAIN"},
        {"listener.name.secure.plain.sasl.jaas.config", plain},
        {"listener.name.oauth.sasl.enabled.mechanisms", "OAUTHBEARER"},
        {"listener.name.oauth.oauthbearer.sasl.jaas.config", kTokenModule},
        {"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"},
        {"super.users", "User:ANONYMOUS;User:weir;User:CN=weir"},
    };
    options.format_arguments = {
        fmt::format("--add-scram=SCRAM-SHA-512=[name=weir,password={}]", SecureBroker::kPassword)};
    return options;
}

}  // namespace

SecureBroker::SecureBroker()
    : authority_(std::make_unique<Authority>(directory_.path(), "authority")),
      stranger_(std::make_unique<Authority>(directory_.path(), "stranger")),
      client_(authority_->sign("weir", "DNS:weir")) {
    const char* const here = "DNS:localhost,IP:127.0.0.1";
    const Certificates certificates{authority_->sign("broker", here),
                                    authority_->sign("old-broker", here, Authority::Validity::Expired),
                                    authority_->sign("other-broker", "DNS:kafka.example")};
    broker_ = std::make_unique<Broker>(optionsFor(*authority_, certificates));
}

SecureBroker& SecureBroker::shared() {
    static SecureBroker broker;
    return broker;
}

kafka::ClusterSettings SecureBroker::settings(const std::string& listener) const {
    kafka::ClusterSettings settings{broker_->bootstrap(listener), {}};
    auto& properties = settings.properties;
    const auto sasl = [&](const char* mechanism) {
        properties["sasl.mechanism"] = mechanism;
        properties["sasl.username"] = "weir";
        properties["sasl.password"] = kPassword;
    };
    for (const char* name : {"TLS", "MTLS", "OLD", "OTHER"}) {
        if (listener == name) properties["security.protocol"] = "SSL";
    }
    if (listener == "SASL" || listener == "OAUTH") properties["security.protocol"] = "SASL_PLAINTEXT";
    if (listener == "SCRAM" || listener == "SECURE") properties["security.protocol"] = "SASL_SSL";
    if (listener != "SASL" && listener != "OAUTH") properties["ssl.ca.location"] = authority_->certificate();
    if (listener == "SASL" || listener == "SECURE") sasl("PLAIN");
    if (listener == "SCRAM") sasl("SCRAM-SHA-512");
    if (listener == "MTLS") {
        properties["ssl.certificate.location"] = client_.certificate;
        properties["ssl.key.location"] = client_.key;
    }
    if (listener == "OAUTH") {
        properties["sasl.mechanism"] = "OAUTHBEARER";
        properties["enable.sasl.oauthbearer.unsecure.jwt"] = "true";
        properties["sasl.oauthbearer.config"] = "principal=weir";
    }
    return settings;
}

}  // namespace weir::peers
