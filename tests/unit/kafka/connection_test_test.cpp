// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/connection_test.h"

#include "kafka_fixture.h"

namespace weir::kafka {
namespace {

using State = StepResult::State;

std::vector<ConnectionStep> stepsOf(const ConnectionReport& report) {
    std::vector<ConnectionStep> steps;
    for (const auto& step : report.steps) steps.push_back(step.step);
    return steps;
}

using ConnectionTest = EmbeddedKafka;

TEST_F(ConnectionTest, PassesAllStepsOfAPlainCluster) {
    topic("t", 1);
    std::vector<ConnectionStep> seen;
    const auto report =
        testConnection(cluster->settings(), 10'000, [&](const StepResult& s) { seen.push_back(s.step); });
    EXPECT_TRUE(report.status);
    const std::vector expected = {ConnectionStep::NameFound, ConnectionStep::Connected,
                                  ConnectionStep::TopicsListed};
    EXPECT_EQ(stepsOf(report), expected);
    EXPECT_EQ(seen, expected);
    for (const auto& step : report.steps) EXPECT_EQ(step.state, State::Passed) << step.detail;
    EXPECT_EQ(report.steps[0].detail, "1 of 1 names, 127.0.0.1");
    EXPECT_EQ(report.steps[2].detail, "1 topic on 1 broker");
}

TEST(ConnectionFailureTest, StopsAtARefusedPort) {
    const auto report = testConnection({"127.0.0.1:1",
                                        {{"security.protocol", "SASL_SSL"},
                                         {"sasl.mechanism", "PLAIN"},
                                         {"sasl.username", "u"},
                                         {"sasl.password", "p"}}},
                                       10'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::Unreachable);
    ASSERT_EQ(report.steps.size(), 5u);
    EXPECT_EQ(report.steps[0].state, State::Passed);
    EXPECT_EQ(report.steps[1].state, State::Failed);
    for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(report.steps[i].state, State::NotReached);
    EXPECT_FALSE(report.original.empty());
}

TEST(ConnectionFailureTest, StopsAtAnUnknownName) {
    const auto report = testConnection({"no-such-host.invalid:9092", {}}, 20'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::DnsFailed);
    EXPECT_EQ(report.steps.at(0).state, State::Failed);
    EXPECT_EQ(report.steps.at(1).state, State::NotReached);
}

TEST(ConnectionFailureTest, BadSettingsReachNoStep) {
    const auto report = testConnection({"127.0.0.1:1", {{"security.protocl", "SSL"}}}, 10'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::FlowInvalid);
    for (const auto& step : report.steps) EXPECT_EQ(step.state, State::NotReached);
}

TEST_F(ConnectionTest, APortWithoutTlsIsNamed) {
    ClusterSettings settings = cluster->settings();
    settings.properties["security.protocol"] = "SSL";
    const auto report = testConnection(settings, 3000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::TlsFailed);
    EXPECT_EQ(report.steps.at(2).step, ConnectionStep::Tls);
    EXPECT_EQ(report.steps.at(2).state, State::Failed);
}

TEST(ConnectionFailureTest, CanBeStopped) {
    const std::atomic<bool> cancel = true;
    const auto report = testConnection({"127.0.0.1:1", {}}, 10'000, {}, &cancel);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace weir::kafka
