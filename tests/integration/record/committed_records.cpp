// SPDX-License-Identifier: GPL-3.0-or-later
#include "committed_records.h"

#include "kafka/consumer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace weir::test {
namespace {

using namespace std::chrono_literals;

constexpr int kPatience = 2'000;  // steps of 10 ms

struct Reading {
    std::unique_ptr<kafka::Consumer> consumer;
    std::vector<kafka::TopicPartition> partitions;
};

Reading begin(const std::string& bootstrap, const std::string& topic, int partitions,
              const std::string& group) {
    kafka::ConsumerOptions options;
    options.group = group;
    auto consumer = kafka::Consumer::create({bootstrap, {}}, options, [] {});
    if (!consumer) throw std::runtime_error(consumer.error().message);
    Reading reading{std::move(*consumer), {}};
    for (int p = 0; p < partitions; ++p) reading.partitions.push_back({topic, p});
    if (const Status s = reading.consumer->assign(reading.partitions); !s)
        throw std::runtime_error(s.error().message);
    return reading;
}

}  // namespace

std::vector<CommittedRecord> committedRecords(const std::string& bootstrap, const std::string& topic,
                                              int partitions) {
    Reading reading = begin(bootstrap, topic, partitions, {});
    std::vector<CommittedRecord> records;
    // A position is told where reading stops for now: at the end, or at a transaction that is open.
    const auto stopped = [&](const kafka::TopicPartition& p) {
        const auto position = reading.consumer->position(p);
        return position && *position >= reading.consumer->highWatermark(p).value_or(0);
    };
    int quiet = 0;
    for (int i = 0; i < kPatience; ++i) {
        (void)reading.consumer->poll();
        bool any = false;
        for (const kafka::TopicPartition& p : reading.partitions) {
            RecordChunk chunk(TopicId{1}, p.partition);
            if (!reading.consumer->read(p, chunk, 10'000, 1 << 20)) continue;
            any = any || !chunk.empty();
            for (std::uint32_t r = 0; r < chunk.size(); ++r)
                records.push_back({p.partition, chunk[r].offset, std::string(chunk.key(r).view()),
                                   std::string(chunk.value(r).view())});
        }
        quiet = any ? 0 : quiet + 1;
        const bool all = std::all_of(reading.partitions.begin(), reading.partitions.end(), stopped);
        const bool known =
            std::all_of(reading.partitions.begin(), reading.partitions.end(),
                        [&](const auto& p) { return reading.consumer->position(p).has_value(); });
        if ((all && quiet > 2) || (known && quiet > 100)) {
            std::stable_sort(records.begin(), records.end(),
                             [](const auto& a, const auto& b) { return a.partition < b.partition; });
            return records;
        }
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("the topic " + topic + " cannot be read to its end");
}

std::vector<std::int64_t> committedOffsets(const std::string& bootstrap, const std::string& group,
                                           const std::string& topic, int partitions) {
    Reading reading = begin(bootstrap, topic, partitions, group);
    std::vector<std::int64_t> offsets;
    for (int i = 0; i < kPatience; ++i) {
        (void)reading.consumer->poll();
        offsets.clear();
        for (const kafka::TopicPartition& p : reading.partitions) {
            RecordChunk chunk(TopicId{1}, p.partition);
            (void)reading.consumer->read(p, chunk, 1, 1 << 20);
            if (const auto first = reading.consumer->firstPosition(p)) offsets.push_back(*first);
        }
        if (offsets.size() == reading.partitions.size()) return offsets;
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("the offsets of the group " + group + " are not known");
}

}  // namespace weir::test
