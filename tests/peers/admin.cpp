// SPDX-License-Identifier: GPL-3.0-or-later
#include "peers/admin.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace weir::peers {
namespace {

template <auto destroy>
struct Deleter {
    template <typename T>
    void operator()(T* handle) const {
        destroy(handle);
    }
};
using Client = std::unique_ptr<rd_kafka_t, Deleter<rd_kafka_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Deleter<rd_kafka_topic_destroy>>;

constexpr int kTimeoutMs = 30'000;

Client connect(const std::string& bootstrap) {
    std::array<char, 512> error{};
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    rd_kafka_conf_set(settings, "bootstrap.servers", bootstrap.c_str(), error.data(), error.size());
    rd_kafka_conf_set(settings, "log_level", "2", error.data(), error.size());
    Client client(rd_kafka_new(RD_KAFKA_PRODUCER, settings, error.data(), error.size()));
    if (!client) throw std::runtime_error(error.data());
    return client;
}

void requestTopic(rd_kafka_t* client, rd_kafka_NewTopic_t* topic) {
    const Queue queue(rd_kafka_queue_new(client));
    rd_kafka_CreateTopics(client, &topic, 1, nullptr, queue.get());
    const Event event(rd_kafka_queue_poll(queue.get(), kTimeoutMs));
    if (!event) throw std::runtime_error("no answer to a request for a topic");
    if (rd_kafka_event_error(event.get()) != 0)
        throw std::runtime_error(rd_kafka_event_error_string(event.get()));
    std::size_t count = 0;
    const auto* results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
    if (rd_kafka_topic_result_error(results[0]) != 0) {
        throw std::runtime_error(rd_kafka_topic_result_error_string(results[0]));
    }
}

bool allLead(const rd_kafka_metadata_topic& topic) {
    bool all = topic.err == RD_KAFKA_RESP_ERR_NO_ERROR && topic.partition_cnt > 0;
    for (int i = 0; all && i < topic.partition_cnt; ++i) all = topic.partitions[i].leader >= 0;
    return all;
}

// Of one topic, or of all of the broker.
bool hasLeaders(rd_kafka_t* client, rd_kafka_topic_t* topic) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(client, topic == nullptr ? 1 : 0, topic, &metadata, kTimeoutMs) != 0) return false;
    bool all = metadata->broker_cnt > 0;
    for (int i = 0; all && i < metadata->topic_cnt; ++i) all = allLead(metadata->topics[i]);
    rd_kafka_metadata_destroy(metadata);
    return all;
}

void awaitLeaders(rd_kafka_t* client, rd_kafka_topic_t* topic, const std::string& what) {
    // On a busy machine a broker may miss the controller's heartbeats for a while, and then lead nothing.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(3 * kTimeoutMs);
    while (!hasLeaders(client, topic)) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(what + " got no leader");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace

void createTopic(const std::string& bootstrap, const std::string& name, int partitions,
                 const std::map<std::string, std::string>& configs) {
    const Client client = connect(bootstrap);
    std::array<char, 512> error{};
    const NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), partitions, 1, error.data(), error.size()));
    if (!topic) throw std::runtime_error(error.data());
    for (const auto& [key, value] : configs)
        rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
    requestTopic(client.get(), topic.get());

    const Topic made(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
    awaitLeaders(client.get(), made.get(), name);
}

void awaitLeaders(const std::string& bootstrap) {
    const Client client = connect(bootstrap);
    awaitLeaders(client.get(), nullptr, "a topic of " + bootstrap);
}

}  // namespace weir::peers
