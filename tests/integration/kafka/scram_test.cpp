// SPDX-License-Identifier: GPL-3.0-or-later
// SCRAM over TLS for real. With an older broker: librdkafka before 2.6.1 sends a nonce that Kafka 4 refuses.
#include "certificates.h"
#include "kafka/connection_test.h"
#include "peers/broker.h"
#include "peers/temporary_directory.h"
#include "unit/kafka/kafka_fixture.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <memory>
#include <string>

namespace weir::kafka {
namespace {

constexpr const char* kPeer = "kafka-3";
constexpr const char* kWrong = "wr0ng-pa55word";

class ScramTest : public testing::TestWithParam<const char*> {
  protected:
    static void SetUpTestSuite() {
        if (peers::kafkaMissing(kPeer)) return;
        directory = std::make_unique<peers::TemporaryDirectory>("weir-scram");
        const peers::Authority authority(directory->path(), "authority");
        certificate = authority.certificate();
        const auto own = authority.sign("broker", "DNS:localhost,IP:127.0.0.1");
        peers::BrokerOptions options;
        options.peer = kPeer;
        options.listeners = {{"SCRAM", "SASL_SSL"}};
        options.properties = {{"ssl.keystore.type", "PEM"}, {"ssl.keystore.location", own.both}};
        std::string mechanisms;
        for (const char* const mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
            std::string lower = mechanism;
            for (char& c : lower) c = static_cast<char>(std::tolower(c));
            options.properties["listener.name.scram." + lower + ".sasl.jaas.config"] =
                "org.apache.kafka.common.security.scram.ScramLoginModule required;";
            options.format_arguments.push_back(
                fmt::format("--add-scram={}=[name=weir,password=weir-scram-password]", mechanism));
            mechanisms += (mechanisms.empty() ? "" : ",") + std::string(mechanism);
        }
        options.properties["listener.name.scram.sasl.enabled.mechanisms"] = mechanisms;
        broker = std::make_unique<peers::Broker>(options);
        broker->start();
    }
    static void TearDownTestSuite() {
        broker.reset();
        directory.reset();
    }
    void SetUp() override { WEIR_REQUIRE_PEER(peers::kafkaMissing(kPeer)); }

    static ClusterSettings settings(const std::string& password) {
        return {broker->bootstrap("SCRAM"),
                {{"security.protocol", "SASL_SSL"},
                 {"ssl.ca.location", certificate},
                 {"sasl.mechanism", GetParam()},
                 {"sasl.username", "weir"},
                 {"sasl.password", password}}};
    }

    inline static std::unique_ptr<peers::Broker> broker;
    inline static std::unique_ptr<peers::TemporaryDirectory> directory;
    inline static std::string certificate;
};

TEST_P(ScramTest, SignsInAndCarriesRecords) {
    const ClusterSettings right = settings("weir-scram-password");
    const auto report = testConnection(right, 15'000);
    ASSERT_TRUE(report.status) << report.status.error().message << " / " << report.original;

    const std::string topic = peers::uniqueName("scram");
    broker->createTopic(topic, 1);
    const auto reports = produceAll(right, {record(topic, 0, "first"), record(topic, 0, "second")});
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_TRUE(reports[0].status) << reports[0].status.error().message;
    Reading reading;
    reading.begin(right, inGroup(topic));
    ASSERT_TRUE(reading.consumer->subscribe({topic}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 2; }));
    EXPECT_EQ(reading.chunks.at({topic, 0}).value(1).view(), "second");
}

TEST_P(ScramTest, AWrongPasswordIsRefused) {
    const auto report = testConnection(settings(kWrong), 15'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::CredentialsRefused) << report.status.error().message;
    EXPECT_FALSE(report.status.error().hint.empty());
    EXPECT_EQ(report.original.find(kWrong), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Mechanisms, ScramTest, testing::Values("SCRAM-SHA-256", "SCRAM-SHA-512"),
                         [](const auto& test) { return std::string(test.param).substr(10); });

}  // namespace
}  // namespace weir::kafka
