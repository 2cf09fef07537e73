// SPDX-License-Identifier: GPL-3.0-or-later
#include "peers/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

namespace weir::peers {
namespace {

// The number of partitions that a broker reports for a topic; 0 when nobody answers or it has no such topic.
int partitionsOf(const std::string& bootstrap, const std::string& name) {
    std::array<char, 512> error{};
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    rd_kafka_conf_set(settings, "bootstrap.servers", bootstrap.c_str(), error.data(), error.size());
    rd_kafka_conf_set(settings, "log_level", "0", error.data(), error.size());
    rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, error.data(), error.size());
    rd_kafka_topic_t* topic = rd_kafka_topic_new(client, name.c_str(), nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    int partitions = 0;
    if (rd_kafka_metadata(client, 0, topic, &metadata, 5000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        partitions = metadata->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    return partitions;
}

pid_t brokerProcess(const std::string& directory) {
    std::ifstream file(std::filesystem::path(directory) / "pid");
    pid_t pid = 0;
    file >> pid;
    return pid;
}

bool isGone(pid_t pid) {
    for (int i = 0; i < 500; ++i) {
        if (::kill(pid, 0) != 0) return true;
        ::usleep(20'000);
    }
    return false;
}

TEST(Peers, SharedBrokerMakesTopics) {
    WEIR_REQUIRE_BROKER();
    const auto topic = uniqueName("topic");
    sharedBroker().createTopic(topic, 5, {{"retention.ms", "-1"}});
    EXPECT_EQ(partitionsOf(sharedBroker().bootstrap(), topic), 5);
}

TEST(Peers, ATopicThatExistsIsAnErrorWithAReason) {
    WEIR_REQUIRE_BROKER();
    const auto topic = uniqueName("topic");
    sharedBroker().createTopic(topic, 1);
    try {
        sharedBroker().createTopic(topic, 1);
        FAIL() << "made twice";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("already exists"));
    }
}

TEST(Peers, BrokerKeepsItsTopicsAndPortsOverStopAndKill) {
    WEIR_REQUIRE_BROKER();
    Broker broker({.listeners = {{"EXTRA", "PLAINTEXT"}}});
    const auto address = broker.bootstrap("EXTRA");
    broker.createTopic("kept", 2);

    broker.stop();
    EXPECT_EQ(partitionsOf(address, "kept"), 0);
    broker.start();
    EXPECT_EQ(partitionsOf(address, "kept"), 2);
    broker.kill();
    broker.start();
    EXPECT_EQ(broker.bootstrap("EXTRA"), address);
    EXPECT_EQ(partitionsOf(address, "kept"), 2);
}

TEST(Peers, BrokerLeavesNoProcessAndNoFiles) {
    WEIR_REQUIRE_BROKER();
    auto broker = std::make_unique<Broker>();
    const auto directory = broker->directory();
    const auto pid = brokerProcess(directory);
    ASSERT_GT(pid, 0);
    broker.reset();
    EXPECT_TRUE(isGone(pid));
    EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(Peers, BrokerDiesWithTheTestProgram) {
    WEIR_REQUIRE_BROKER();
    std::array<int, 2> report{};
    ASSERT_EQ(::pipe(report.data()), 0);
    const pid_t program = ::fork();
    ASSERT_GE(program, 0);
    if (program == 0) {
        const Broker broker;
        const pid_t pid = brokerProcess(broker.directory());
        const auto length = static_cast<std::uint32_t>(broker.directory().size());
        if (::write(report[1], &pid, sizeof pid) < 0 || ::write(report[1], &length, sizeof length) < 0 ||
            ::write(report[1], broker.directory().data(), length) < 0) {
            ::_exit(1);
        }
        ::kill(::getpid(), SIGKILL);
    }
    ASSERT_EQ(::waitpid(program, nullptr, 0), program);
    pid_t pid = 0;
    std::uint32_t length = 0;
    ASSERT_EQ(::read(report[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    ASSERT_EQ(::read(report[0], &length, sizeof length), static_cast<ssize_t>(sizeof length));
    std::string directory(length, '\0');
    ASSERT_EQ(::read(report[0], directory.data(), length), static_cast<ssize_t>(length));
    EXPECT_TRUE(isGone(pid));
    std::filesystem::remove_all(directory);
}

TEST(Peers, ABrokerThatCannotStartSaysWhy) {
    WEIR_REQUIRE_BROKER();
    try {
        const Broker broker({.properties = {{"process.roles", "nonsense"}}});
        FAIL() << "started";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("process.roles"));
    }
}

TEST(Peers, AwslambdaricAnswers) {
    WEIR_REQUIRE_AWSLAMBDARIC();
    const auto command = awslambdaricPython() + " -c 'import awslambdaric; print(\"here\")'";
    std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command.c_str(), "r"), &::pclose);
    ASSERT_NE(output, nullptr);
    std::array<char, 64> line{};
    EXPECT_NE(std::fgets(line.data(), line.size(), output.get()), nullptr);
    EXPECT_STREQ(line.data(), "here\n");
}

}  // namespace
}  // namespace weir::peers
