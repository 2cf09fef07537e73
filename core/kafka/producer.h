// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/record.h"
#include "kafka/consumer.h"
#include "kafka/settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::kafka {

struct ProducerOptions {
    int linger_ms = 5;
    std::string transactional_id = {};  ///< empty: no transactions
};

/// How a transaction ended.
struct TransactionEnd {
    enum class How {
        Committed,
        Aborted,  ///< nothing of it happened; another may begin
        Fenced,   ///< this producer can do nothing any more: another one has its id, or the cluster refuses
    };
    How how = How::Committed;
    Status why = {};  ///< an error unless committed
};

struct OutgoingRecord {
    std::string topic;
    std::int32_t partition = -1;  ///< −1: by hash of the key
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::optional<std::int64_t> timestamp_ms;
};

/// What became of one record. `token` is the one given to produce().
struct DeliveryReport {
    std::uint64_t token = 0;
    std::string topic;
    std::int32_t partition = -1;
    std::int64_t offset = -1;
    Status status;
};

/// An idempotent producer.
/// Threads: one owner thread calls everything; `wake` comes from librdkafka's threads as for Consumer.
class Producer {
  public:
    static Result<std::unique_ptr<Producer>> create(const ClusterSettings& cluster,
                                                    const ProducerOptions& options,
                                                    std::function<void()> wake);
    ~Producer();
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    /// Queues a record; its report comes from poll(). False when the local queue is full: poll() and try
    /// again. An error means that this record can never be produced (too large, unknown topic).
    Result<bool> produce(const OutgoingRecord& record, std::uint64_t token);

    /// Reports that arrived since the last call. Never blocks.
    std::vector<DeliveryReport> poll();

    // With a transactional id: produce() between beginTransaction() and commitTransaction() only.
    using Offsets = std::vector<std::pair<TopicPartition, std::int64_t>>;
    /// Makes the id this producer's: earlier ones with it can do nothing any more, and what they left open is
    /// aborted. Waits at most `timeout_ms`.
    Status initTransactions(int timeout_ms);
    Status beginTransaction();
    /// Waits, on a thread of its own, until all records are acknowledged, and commits them and the group's
    /// next offsets as one. takeTransactionEnd() tells the end; go on with poll() until then.
    void commitTransaction(Offsets offsets, GroupMetadata group);
    void abortTransaction();
    std::optional<TransactionEnd> takeTransactionEnd();

    /// Waits until everything queued has a report (take them with poll()), at most `timeout_ms`.
    Status flush(int timeout_ms);

  private:
    struct Impl;
    explicit Producer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::kafka
