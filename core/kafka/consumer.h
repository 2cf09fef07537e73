// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/record.h"
#include "base/time.h"
#include "kafka/settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

struct rd_kafka_consumer_group_metadata_s;

namespace weir::kafka {

struct TopicPartition {
    std::string topic;
    std::int32_t partition = 0;
    auto operator<=>(const TopicPartition&) const = default;
};

/// Where to begin reading a partition.
struct StartAt {
    enum class Kind { Earliest, Latest, Offset, Time, Committed };
    Kind kind = Kind::Earliest;
    std::int64_t offset = 0;  ///< with Offset
    TimeNs time = 0;          ///< with Time; rounded down to milliseconds

    static StartAt earliest() { return {}; }
    static StartAt latest() { return {Kind::Latest}; }
};

struct ConsumerOptions {
    std::string group;  ///< empty: none; then neither subscribe() nor commit()
    StartAt start;      ///< for partitions without a committed offset; Committed: else earliest
    std::size_t prefetch_bytes = 64 << 20;  ///< most bytes that librdkafka holds, over all partitions
    int max_fetch_wait_ms = 100;            ///< fetch.wait.max.ms; 10 or less on the embedded cluster
};

struct PartitionsAssigned {
    std::vector<TopicPartition> partitions;
};
/// The consumer waits for finishRevoke() before the group goes on. `lost`: already owned by somebody else, so
/// nothing may be committed.
struct PartitionsRevoked {
    std::vector<TopicPartition> partitions;
    bool lost = false;
};
/// Something is wrong. `fatal`: this consumer will not recover by itself.
struct ConsumerTrouble {
    Error error;
    bool fatal = false;
};
/// All brokers answer again after trouble.
struct ConsumerRecovered {};
/// A commit that commit() started has been answered.
struct CommitDone {
    std::vector<std::pair<TopicPartition, std::int64_t>> offsets;
    Status status;
};

using ConsumerEvent =
    std::variant<PartitionsAssigned, PartitionsRevoked, ConsumerTrouble, ConsumerRecovered, CommitDone>;

/// Who a consumer is in its group, for a transaction that commits its offsets.
using GroupMetadata = std::shared_ptr<const rd_kafka_consumer_group_metadata_s>;

/// A Kafka consumer with one queue per partition: a partition that is not read is simply not fetched any
/// further, and does not hold up the others. Never commits by itself.
///
/// Threads: one owner thread calls everything. `wake` is called from librdkafka's threads while they hold
/// locks, may come too often, and must only leave a note for the owner.
class Consumer {
  public:
    static Result<std::unique_ptr<Consumer>> create(const ClusterSettings& cluster, ConsumerOptions options,
                                                    std::function<void()> wake);
    virtual ~Consumer();
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;

    /// Joins the group. Assignments arrive from poll(). Asks the cluster for the topics first, so it may
    /// block for some seconds and fails when they cannot be found.
    virtual Status subscribe(const std::vector<std::string>& topics);

    /// Reads these partitions, whoever else does (no group membership). PartitionsAssigned arrives from
    /// poll(). With a group, committed offsets count and commit() works all the same.
    virtual Status assign(const std::vector<TopicPartition>& partitions);

    /// The same, beginning at these offsets whatever the options say. An offset that does not exist counts as
    /// the earliest one there is.
    virtual Status assignAt(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets);

    /// What happened since the last call. Never blocks.
    virtual std::vector<ConsumerEvent> poll();

    /// Reads what has arrived for a partition, at most `max_records` and about `max_bytes`, without waiting.
    /// Appends to `chunk` and returns the number of records. A record that cannot be read (broken CRC,
    /// decompression) is an error; reading goes on after it with the next call.
    virtual Result<std::size_t> read(const TopicPartition& partition, RecordChunk& chunk,
                                     std::size_t max_records, std::size_t max_bytes);

    /// Partitions that had data arrive since the last call. May name partitions that are empty by now.
    virtual std::vector<TopicPartition> takeReady();

    /// The next offset that read() would return after what it has returned: moves over holes at the end
    /// of a partition too. Nothing is known before the first fetch.
    [[nodiscard]] virtual std::optional<std::int64_t> position(const TopicPartition& partition) const;

    /// Where reading of the partition began in this assignment: the first offset that read() returned, or the
    /// end of the partition when there was nothing. Known once read() has met either.
    [[nodiscard]] virtual std::optional<std::int64_t> firstPosition(const TopicPartition& partition) const;

    /// Newest known high watermark from the last fetch, without asking the broker.
    [[nodiscard]] virtual std::optional<std::int64_t> highWatermark(const TopicPartition& partition) const;

    /// Goes on reading these assigned partitions elsewhere (Earliest, Latest or Offset), and all others where
    /// they are. An offset that does not exist counts as the earliest one there is.
    virtual Status seek(const std::vector<std::pair<TopicPartition, StartAt>>& targets);

    /// Lets the group take the partitions of the last PartitionsRevoked.
    virtual void finishRevoke();

    /// Commits the next offsets to read, asynchronously; CommitDone follows from poll().
    virtual Status commit(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets);

    /// Commits synchronously, for the end and for revokes; waits at most `timeout_ms`.
    virtual Status commitNow(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets,
                             int timeout_ms);

    /// Null when it has no group.
    [[nodiscard]] GroupMetadata groupMetadata() const;

    /// Leaves the group and ends. Idempotent; waits at most a few seconds.
    virtual void close();

    /// Offsets that are missing are no holes: only some of the records are read.
    [[nodiscard]] virtual bool sparse() const { return false; }
    /// When takeReady() will have something by itself, without a wake; nothing: it never has.
    [[nodiscard]] virtual std::optional<TimeNs> deadline() const { return std::nullopt; }

  protected:
    /// For what stands in for a cluster: it overrides everything.
    Consumer();

  private:
    struct Impl;
    explicit Consumer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::kafka
