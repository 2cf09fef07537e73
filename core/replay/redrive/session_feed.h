// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "journal/session_reader.h"
#include "kafka/consumer.h"
#include "replay/redrive/selection.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::redrive {

/// How fast events come again.
struct Pace {
    double speed = 0;  ///< as they arrived, so many times faster; 0: as fast as the function takes them
};

/// Recorded events of a session as if they came from a cluster: the same topics, partitions, offsets,
/// timestamps, keys, values and headers. Nothing is committed anywhere.
/// Threads: as kafka::Consumer, one owner.
class SessionFeed final : public kafka::Consumer {
  public:
    /// Of `topics` only; the reader is the feed's alone.
    SessionFeed(std::shared_ptr<journal::SessionReader> reader, const Selection& selection,
                const std::vector<std::string>& topics, Pace pace);

    Status subscribe(const std::vector<std::string>& topics) override;
    Status assign(const std::vector<kafka::TopicPartition>& partitions) override;
    Status assignAt(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& offsets) override;
    std::vector<kafka::ConsumerEvent> poll() override;
    Result<std::size_t> read(const kafka::TopicPartition& partition, RecordChunk& chunk,
                             std::size_t max_records, std::size_t max_bytes) override;
    std::vector<kafka::TopicPartition> takeReady() override;
    [[nodiscard]] std::optional<std::int64_t> position(const kafka::TopicPartition& partition) const override;
    [[nodiscard]] std::optional<std::int64_t> firstPosition(
        const kafka::TopicPartition& partition) const override;
    [[nodiscard]] std::optional<std::int64_t> highWatermark(
        const kafka::TopicPartition& partition) const override;
    Status seek(const std::vector<std::pair<kafka::TopicPartition, kafka::StartAt>>& targets) override;
    void finishRevoke() override {}
    Status commit(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& offsets) override;
    Status commitNow(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& offsets,
                     int timeout_ms) override;
    void close() override {}
    [[nodiscard]] bool sparse() const override { return true; }
    [[nodiscard]] std::optional<TimeNs> deadline() const override;

  private:
    struct Partition {
        std::vector<Stretch> stretches;
        std::size_t at = 0;      // of stretches
        std::int64_t read = 0;   // of that stretch
        bool announced = false;  // as ready, for the part that is due
        [[nodiscard]] bool over() const noexcept { return at == stretches.size(); }
    };
    /// When the next part of a partition comes; 0: now.
    [[nodiscard]] TimeNs due(const Partition& partition) const;
    void start();

    std::shared_ptr<journal::SessionReader> reader_;
    std::map<kafka::TopicPartition, Partition> partitions_;
    const Pace pace_;
    const TimeNs recorded_start_;
    TimeNs started_ = 0;  // 0: nobody has asked yet
    bool assigned_ = false;
};

}  // namespace weir::redrive
