// SPDX-License-Identifier: GPL-3.0-or-later
#include "carries_records.h"
#include "kafka/connection_test.h"
#include "kafka/errors.h"
#include "kafka/metadata.h"
#include "secure_broker.h"
#include "unit/kafka/kafka_fixture.h"

#include <gtest/gtest.h>

namespace weir::kafka {
namespace {

using peers::SecureBroker;
using State = StepResult::State;

class SecurityTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        broker = &SecureBroker::shared();
    }

    /// The step that failed, with the error's code and words.
    static void expectFailure(const ClusterSettings& settings, ConnectionStep step, ErrorCode code,
                              const std::string& words) {
        const auto report = testConnection(settings, 15'000);
        ASSERT_FALSE(report.status);
        EXPECT_EQ(report.status.error().code, code) << report.status.error().message;
        EXPECT_NE(report.status.error().message.find(words), std::string::npos)
            << report.status.error().message;
        EXPECT_FALSE(report.status.error().hint.empty());
        EXPECT_EQ(report.original.find(SecureBroker::kPassword), std::string::npos);
        bool found = false;
        for (const auto& one : report.steps) {
            if (one.state != State::Failed) continue;
            EXPECT_EQ(one.step, step) << one.detail;
            found = true;
        }
        EXPECT_TRUE(found);
    }

    /// What a question to the cluster answers when TLS fails.
    static void expectAnswer(const ClusterSettings& settings, const std::string& words) {
        const auto info = describeCluster(settings, {}, false, 15'000);
        ASSERT_FALSE(info);
        EXPECT_EQ(info.error().code, ErrorCode::TlsFailed) << info.error().message;
        EXPECT_NE(info.error().message.find(words), std::string::npos) << info.error().message;
        EXPECT_FALSE(info.error().hint.empty());
    }

    SecureBroker* broker = nullptr;
};

class SignInTest : public SecurityTest, public testing::WithParamInterface<const char*> {};

TEST_P(SignInTest, ConnectsAndCarriesRecords) {
    if (std::string(GetParam()) == "SCRAM" && !canUseScramWithKafka4()) {
        GTEST_SKIP() << "this librdkafka cannot use SCRAM with Kafka 4; see scram_test.cpp";
    }
    const ClusterSettings settings = broker->settings(GetParam());
    const auto report = testConnection(settings, 15'000);
    EXPECT_TRUE(report.status) << report.status.error().message << " / " << report.original;
    for (const auto& step : report.steps) EXPECT_EQ(step.state, State::Passed) << step.detail;

    expectToCarryRecords(*broker, settings, "signed-in");
}

INSTANTIATE_TEST_SUITE_P(Listeners, SignInTest,
                         testing::Values("PLAINTEXT", "TLS", "MTLS", "SCRAM", "SECURE", "SASL", "OAUTH"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(SecurityTest, TheReportNamesTheCertificateAndTheUser) {
    const auto report = testConnection(broker->settings("SECURE"), 15'000);
    ASSERT_TRUE(report.status) << report.status.error().message;
    ASSERT_EQ(report.steps.size(), 5u);
    EXPECT_NE(report.steps[2].detail.find("TLS 1.3, certificate of localhost, 127.0.0.1, valid until "),
              std::string::npos)
        << report.steps[2].detail;
    EXPECT_EQ(report.steps[3].detail, "PLAIN as weir");
}

TEST_F(SecurityTest, ScramThatThisLibrdkafkaCannotDoIsExplained) {
    if (canUseScramWithKafka4()) GTEST_SKIP() << "this librdkafka can";
    const auto report = testConnection(broker->settings("SCRAM"), 15'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::CredentialsRefused);
    EXPECT_NE(report.status.error().hint.find("2.6.1"), std::string::npos) << report.status.error().hint;
}

TEST_F(SecurityTest, AWrongPasswordIsRefused) {
    for (const char* listener : {"SASL", "SCRAM", "SECURE"}) {
        ClusterSettings settings = broker->settings(listener);
        settings.properties["sasl.password"] = "wrong-pa55word";
        expectFailure(settings, ConnectionStep::SignedIn, ErrorCode::CredentialsRefused,
                      "refused the credentials");

        const auto info = describeCluster(settings, {}, false, 15'000);
        ASSERT_FALSE(info);
        EXPECT_EQ(info.error().code, ErrorCode::CredentialsRefused) << info.error().message;
        EXPECT_EQ(info.error().message.find("wrong-pa55word"), std::string::npos);

        Reading reading;
        reading.begin(settings);
        ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
        ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
        const ConsumerTrouble trouble = reading.all<ConsumerTrouble>()[0];
        EXPECT_TRUE(trouble.fatal);
        EXPECT_EQ(trouble.error.code, ErrorCode::CredentialsRefused) << trouble.error.message;
    }
}

TEST_F(SecurityTest, AnotherMechanismIsRefused) {
    ClusterSettings settings = broker->settings("SASL");
    settings.properties["sasl.mechanism"] = "SCRAM-SHA-256";
    expectFailure(settings, ConnectionStep::SignedIn, ErrorCode::CredentialsRefused, "sign in");
}

TEST_F(SecurityTest, AnUnknownAuthorityIsNamed) {
    ClusterSettings settings = broker->settings("TLS");
    settings.properties["ssl.ca.location"] = broker->stranger().certificate();
    expectFailure(
        settings, ConnectionStep::Tls, ErrorCode::TlsFailed,
        "The TLS certificate of localhost, 127.0.0.1 is signed by authority, which is not trusted here");
    expectAnswer(settings, "is signed by authority, which is not trusted here");

    settings.properties["enable.ssl.certificate.verification"] = "false";
    const auto report = testConnection(settings, 15'000);
    EXPECT_TRUE(report.status) << report.status.error().message;
    EXPECT_NE(report.steps.at(2).detail.find("not verified"), std::string::npos);
}

TEST_F(SecurityTest, AnExpiredCertificateIsNamed) {
    const std::string words = "The TLS certificate of localhost, 127.0.0.1 expired on 1 Feb 2020";
    expectFailure(broker->settings("OLD"), ConnectionStep::Tls, ErrorCode::TlsFailed, words);
    expectAnswer(broker->settings("OLD"), words);

    Reading reading;  // while a recording runs there is less to say, but not a wrong thing
    reading.begin(broker->settings("OLD"));
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    const Error error = reading.all<ConsumerTrouble>()[0].error;
    EXPECT_NE(error.message.find("TLS certificate"), std::string::npos) << error.message;
    EXPECT_NE(error.hint.find("expired"), std::string::npos) << error.hint;
}

TEST_F(SecurityTest, ACertificateForAnotherHostIsRefused) {
    ClusterSettings settings = broker->settings("OTHER");
    expectFailure(settings, ConnectionStep::Tls, ErrorCode::TlsFailed,
                  "The TLS certificate is for kafka.example, not for 127.0.0.1");
    expectAnswer(settings, "The TLS certificate is for kafka.example, not for 127.0.0.1");
    settings.properties["ssl.endpoint.identification.algorithm"] = "none";
    const auto report = testConnection(settings, 15'000);
    EXPECT_TRUE(report.status) << report.status.error().message;
}

TEST_F(SecurityTest, AMissingOrForeignClientCertificateIsRefused) {
    ClusterSettings settings = broker->settings("MTLS");
    settings.properties.erase("ssl.certificate.location");
    settings.properties.erase("ssl.key.location");
    expectFailure(settings, ConnectionStep::SignedIn, ErrorCode::CredentialsRefused, "client certificate");

    const auto foreign = broker->stranger().sign("foreign", "DNS:foreign");
    settings.properties["ssl.certificate.location"] = foreign.certificate;
    settings.properties["ssl.key.location"] = foreign.key;
    expectFailure(settings, ConnectionStep::SignedIn, ErrorCode::CredentialsRefused, "client certificate");
}

TEST_F(SecurityTest, PlainTextAtATlsPortIsExplained) {
    const ClusterSettings settings{broker->settings("TLS").brokers, {}};
    expectFailure(settings, ConnectionStep::TopicsListed, ErrorCode::Unreachable,
                  "closed the connection at once");
}

TEST_F(SecurityTest, TlsAtAPlainPortIsExplained) {
    ClusterSettings settings = broker->settings("TLS");
    settings.brokers = broker->settings("PLAINTEXT").brokers;
    const auto report = testConnection(settings, 5000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::TlsFailed) << report.status.error().message;
}

TEST_F(SecurityTest, AUserWithoutRightsIsToldSo) {
    const std::string topic = peers::uniqueName("forbidden");
    broker->broker().createTopic(topic, 1);
    ClusterSettings settings = broker->settings("SASL");
    settings.properties["sasl.username"] = "guest";
    settings.properties["sasl.password"] = "guest";

    const auto info = describeCluster(settings, {topic}, false, 15'000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::NotAuthorized) << info.error().message;
    EXPECT_NE(info.error().message.find(topic), std::string::npos);

    Reading reading;
    reading.begin(settings);
    ASSERT_TRUE(reading.consumer->assign({{topic, 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    EXPECT_EQ(reading.all<ConsumerTrouble>()[0].error.code, ErrorCode::NotAuthorized)
        << reading.all<ConsumerTrouble>()[0].error.message;
    EXPECT_TRUE(reading.all<ConsumerTrouble>()[0].fatal);

    auto producer = Producer::create(settings, {}, {});
    ASSERT_TRUE(producer);
    ASSERT_TRUE((*producer)->produce(record(topic, 0, "v"), 1));
    ASSERT_TRUE((*producer)->flush(30'000));
    const auto reports = (*producer)->poll();
    ASSERT_EQ(reports.size(), 1u);
    ASSERT_FALSE(reports[0].status);
    EXPECT_EQ(reports[0].status.error().code, ErrorCode::NotAuthorized) << reports[0].status.error().message;
}

}  // namespace
}  // namespace weir::kafka
