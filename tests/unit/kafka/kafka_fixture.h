// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/consumer.h"
#include "kafka/embedded_cluster.h"
#include "kafka/producer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace weir::kafka {

using namespace std::chrono_literals;

/// Waits for wake-ups as an engine does. Waiting in vain ends after a while, so that a test fails instead of
/// hanging.
class WakeUp {
  public:
    std::function<void()> note() {
        return [this] {
            {
                const std::lock_guard lock(mutex_);
                noted_ = true;
            }
            changed_.notify_one();
        };
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 20ms, [this] { return noted_; });
        noted_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool noted_ = false;
};

/// A consumer with everything that it said and read so far.
struct Reading {
    WakeUp wake;
    std::unique_ptr<Consumer> consumer;
    std::vector<ConsumerEvent> events;
    std::map<TopicPartition, RecordChunk> chunks;
    std::vector<Error> record_errors;
    std::vector<TopicPartition> skipped;  ///< not to be read

    void begin(const ClusterSettings& cluster, ConsumerOptions options = {}) {
        options.max_fetch_wait_ms = 10;
        auto made = Consumer::create(cluster, std::move(options), wake.note());
        ASSERT_TRUE(made) << made.error().message;
        consumer = std::move(*made);
    }

    void step(std::size_t max_records = 1000, std::size_t max_bytes = 1 << 20) {
        wake.wait();
        for (auto& event : consumer->poll()) events.push_back(std::move(event));
        for (const auto& partition : consumer->takeReady()) {
            if (std::find(skipped.begin(), skipped.end(), partition) != skipped.end()) continue;
            auto& chunk = chunks.try_emplace(partition, TopicId{1}, partition.partition).first->second;
            auto count = consumer->read(partition, chunk, max_records, max_bytes);
            if (!count) record_errors.push_back(count.error());
        }
    }

    /// Goes on until `done` or for half a minute.
    bool until(const std::function<bool()>& done, std::size_t max_records = 1000) {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!done()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            step(max_records);
        }
        return true;
    }

    [[nodiscard]] std::size_t count() const {
        std::size_t sum = 0;
        for (const auto& [partition, chunk] : chunks) sum += chunk.size();
        return sum;
    }
    template <typename E>
    [[nodiscard]] std::vector<E> all() const {
        std::vector<E> found;
        for (const auto& event : events) {
            if (const auto* e = std::get_if<E>(&event)) found.push_back(*e);
        }
        return found;
    }
    template <typename E>
    [[nodiscard]] bool saw() const {
        return !all<E>().empty();
    }
};

/// Produces and waits for all reports.
inline std::vector<DeliveryReport> produceAll(const ClusterSettings& cluster,
                                              const std::vector<OutgoingRecord>& records) {
    auto producer = Producer::create(cluster, {.linger_ms = 0}, {});
    EXPECT_TRUE(producer) << producer.error().message;
    if (!producer) return {};
    std::vector<DeliveryReport> reports;
    std::uint64_t token = 0;
    for (const auto& record : records) {
        auto queued = (*producer)->produce(record, ++token);
        EXPECT_TRUE(queued) << queued.error().message;
        EXPECT_TRUE(queued.value_or(false));
    }
    const Status flushed = (*producer)->flush(30'000);
    EXPECT_TRUE(flushed) << flushed.error().message;
    for (auto& report : (*producer)->poll()) reports.push_back(std::move(report));
    return reports;
}

inline OutgoingRecord record(const std::string& topic, std::int32_t partition, std::string value) {
    OutgoingRecord r;
    r.topic = topic;
    r.partition = partition;
    r.value = std::move(value);
    return r;
}

inline ConsumerOptions inGroup(std::string group) {
    ConsumerOptions options;
    options.group = std::move(group);
    return options;
}

class EmbeddedKafka : public testing::Test {
  protected:
    void SetUp() override {
        auto started = EmbeddedCluster::start();
        ASSERT_TRUE(started) << started.error().message;
        cluster = std::move(*started);
    }
    void topic(const std::string& name, int partitions) {
        const Status created = cluster->createTopic(name, partitions);
        ASSERT_TRUE(created) << created.error().message;
    }

    std::unique_ptr<EmbeddedCluster> cluster;
};

}  // namespace weir::kafka
