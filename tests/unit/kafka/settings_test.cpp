// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/settings.h"

#include "kafka/config.h"
#include "kafka/consumer.h"

#include <gtest/gtest.h>

namespace weir::kafka {
namespace {

TEST(SettingsTest, AMisspeltPropertyGetsTheNearestName) {
    const Status status = checkProperties({{"sasl.mecanism", "PLAIN"}});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::FlowInvalid);
    EXPECT_NE(status.error().message.find("sasl.mecanism"), std::string::npos);
    EXPECT_EQ(status.error().hint, "Did you mean sasl.mechanism?");
}

TEST(SettingsTest, ABadValueIsNamed) {
    const Status status = checkProperties({{"security.protocol", "TLS"}});
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("security.protocol"), std::string::npos);
    EXPECT_NE(status.error().message.find("TLS"), std::string::npos);
}

TEST(SettingsTest, OwnedPropertiesAreRefused) {
    for (const std::string_view name : ownedProperties()) {
        const Status status = checkProperties({{std::string(name), "1"}});
        ASSERT_FALSE(status) << name;
        EXPECT_NE(status.error().message.find(name), std::string::npos);
        EXPECT_FALSE(status.error().hint.empty()) << name;
    }
    const Status status = checkProperties({{"group.id", "g"}});
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().hint.find("group"), std::string::npos);
}

TEST(SettingsTest, GoodPropertiesPass) {
    EXPECT_TRUE(checkProperties({{"security.protocol", "SASL_SSL"},
                                 {"sasl.mechanism", "SCRAM-SHA-512"},
                                 {"sasl.username", "weir"},
                                 {"sasl.password", "s3cret"},
                                 {"compression.codec", "zstd"},
                                 {"isolation.level", "read_committed"}}));
    EXPECT_TRUE(checkProperties({}));
}

TEST(SettingsTest, DescribesWithoutSecrets) {
    const ClusterSettings settings{"kafka-1:9093,kafka-2:9093",
                                   {{"security.protocol", "sasl_ssl"},
                                    {"sasl.mechanism", "SCRAM-SHA-512"},
                                    {"sasl.username", "weir"},
                                    {"sasl.password", "s3cret"},
                                    {"ssl.key.pem", "-----BEGIN"}}};
    EXPECT_EQ(settings.describe(), "kafka-1:9093,kafka-2:9093, SASL_SSL, SCRAM-SHA-512");
    EXPECT_EQ((ClusterSettings{"localhost:9092", {}}.describe()), "localhost:9092");
}

TEST(SettingsTest, KnowsWhatIsSecret) {
    for (const auto* name : {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
                             "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config"}) {
        EXPECT_TRUE(isSecretProperty(name)) << name;
    }
    for (const auto* name : {"sasl.username", "security.protocol", "ssl.ca.pem", "ssl.key.location"}) {
        EXPECT_FALSE(isSecretProperty(name)) << name;
    }
}

TEST(SettingsTest, SecretsNeverReachAnError) {
    const std::string secret = "hunter2-is-secret";
    const ClusterSettings settings{
        "127.0.0.1:1", {{"security.protocol", "SSL"}, {"ssl.key.pem", secret}, {"ssl.ca.location", "/"}}};
    const auto consumer = Consumer::create(settings, {}, {});
    ASSERT_FALSE(consumer);
    EXPECT_EQ(consumer.error().message.find(secret), std::string::npos) << consumer.error().message;
    EXPECT_EQ(withoutSecrets("key " + secret + " and " + secret, settings), "key ••• and •••");
}

TEST(SettingsTest, AMissingCertificateFileIsNamed) {
    const auto consumer = Consumer::create(
        {"127.0.0.1:1", {{"security.protocol", "SSL"}, {"ssl.ca.location", "/nowhere/ca.pem"}}}, {}, {});
    ASSERT_FALSE(consumer);
    EXPECT_EQ(consumer.error().code, ErrorCode::TlsFailed);
    EXPECT_NE(consumer.error().message.find("ssl.ca.location"), std::string::npos)
        << consumer.error().message;
}

}  // namespace
}  // namespace weir::kafka
