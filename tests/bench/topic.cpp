// SPDX-License-Identifier: GPL-3.0-or-later
#include "topic.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <stdexcept>

namespace weir::bench {

void fill(const std::string& bootstrap, const std::string& topic, int partitions, std::int64_t records,
          std::size_t value_bytes) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::array<char, 256> error{};
    const auto set = [&](const char* name, const char* value) {
        if (rd_kafka_conf_set(conf, name, value, error.data(), error.size()) != RD_KAFKA_CONF_OK) {
            throw std::runtime_error(error.data());
        }
    };
    set("bootstrap.servers", bootstrap.c_str());
    set("linger.ms", "20");
    set("batch.size", "1000000");
    set("queue.buffering.max.messages", "500000");
    rd_kafka_t* const producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
    if (producer == nullptr) throw std::runtime_error(error.data());
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(producer, topic.c_str(), nullptr);
    // A JSON value of a few members, filled up to its size.
    std::string value =
        R"({"bid":"bid-0418590","item":"item-1835","bidder":"b-40118","amount":412.5,"note":")";
    value.append(value_bytes - value.size() - 2, 'v');
    value += "\"}";
    for (std::int64_t i = 0; i < records;) {
        const std::string key = "key-" + std::to_string(i % 10'000);
        const int sent =
            rd_kafka_produce(handle, static_cast<std::int32_t>(i % partitions), RD_KAFKA_MSG_F_COPY,
                             const_cast<char*>(value.data()), value.size(), key.data(), key.size(), nullptr);
        if (sent == 0) {
            ++i;
        } else {
            rd_kafka_poll(producer, 10);
        }
        if (i % 1'000 == 0) rd_kafka_poll(producer, 0);
    }
    rd_kafka_flush(producer, 120'000);
    const int left = rd_kafka_outq_len(producer);
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(producer);
    if (left != 0) throw std::runtime_error("not all records were acknowledged");
}

}  // namespace weir::bench
