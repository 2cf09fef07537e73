// SPDX-License-Identifier: GPL-3.0-or-later
#include "bare_consumer.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace weir::bench {
namespace {

constexpr int kPartitions = 5;

void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
    std::array<char, 256> error{};
    if (rd_kafka_conf_set(conf, name, value, error.data(), error.size()) != RD_KAFKA_CONF_OK) {
        throw std::runtime_error(error.data());
    }
}

}  // namespace

double consumeBare(const std::string& bootstrap, const std::string& topic, std::int64_t records) {
    const auto start = std::chrono::steady_clock::now();
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap.c_str());
    set(conf, "group.id", "bare");
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "queued.min.messages", "1000000");
    set(conf, "queued.max.messages.kbytes", "65536");
    set(conf, "socket.nagle.disable", "true");
    std::array<char, 256> error{};
    rd_kafka_t* const consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error.data(), error.size());
    if (consumer == nullptr) throw std::runtime_error(error.data());
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(kPartitions);
    for (int p = 0; p < kPartitions; ++p) {
        rd_kafka_topic_partition_list_add(list, topic.c_str(), p)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t* const queue = rd_kafka_queue_get_consumer(consumer);
    std::array<rd_kafka_message_t*, 4096> messages{};
    for (std::int64_t seen = 0; seen < records;) {
        const ssize_t n = rd_kafka_consume_batch_queue(queue, 5, messages.data(), messages.size());
        for (ssize_t i = 0; i < n; ++i) {
            if (messages[static_cast<std::size_t>(i)]->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++seen;
            rd_kafka_message_destroy(messages[static_cast<std::size_t>(i)]);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return seconds;
}

}  // namespace weir::bench
