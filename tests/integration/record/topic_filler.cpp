// SPDX-License-Identifier: GPL-3.0-or-later
#include "topic_filler.h"

#include "kafka/producer.h"

#include <stdexcept>
#include <thread>

namespace weir::test {

void fillTopic(const std::string& bootstrap, const std::string& topic, int partitions, std::int64_t count,
               const std::function<std::string(std::int64_t)>& value) {
    auto producer = kafka::Producer::create({bootstrap, {}}, {}, [] {});
    if (!producer) throw std::runtime_error(producer.error().message);
    std::int64_t acknowledged = 0;
    const auto takeReports = [&] {
        for (const kafka::DeliveryReport& report : (*producer)->poll()) {
            if (!report.status) throw std::runtime_error(report.status.error().message);
            ++acknowledged;
        }
    };
    for (std::int64_t i = 0; i < count;) {
        kafka::OutgoingRecord record;
        record.topic = topic;
        record.partition = static_cast<std::int32_t>(i % partitions);
        record.key = "key-" + std::to_string(i % 97);
        record.value = value(i);
        const auto accepted = (*producer)->produce(record, static_cast<std::uint64_t>(i));
        if (!accepted) throw std::runtime_error(accepted.error().message);
        if (*accepted) {
            ++i;
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        takeReports();
    }
    if (const Status s = (*producer)->flush(60'000); !s) throw std::runtime_error(s.error().message);
    takeReports();
    if (acknowledged != count) throw std::runtime_error("not all records were acknowledged");
}

}  // namespace weir::test
