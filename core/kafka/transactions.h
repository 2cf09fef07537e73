// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/consumer.h"
#include "kafka/errors.h"
#include "kafka/handles.h"
#include "kafka/helper_thread.h"
#include "kafka/producer.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace weir::kafka {

/// The transactions of one producer. What makes the caller wait runs on a thread of its own.
/// Threads: the producer's owner, who must go on polling the producer while a commit is under way.
class Transactions {
  public:
    /// `client` outlives stop().
    Transactions(rd_kafka_t& client, std::string id, std::function<void()> wake)
        : client_(client), id_(std::move(id)), wake_(std::move(wake)) {}
    ~Transactions() { stop(); }
    Transactions(const Transactions&) = delete;
    Transactions& operator=(const Transactions&) = delete;

    Status init(int timeout_ms);
    Status begin();
    void commit(Producer::Offsets offsets, GroupMetadata group);
    void abort();
    std::optional<TransactionEnd> takeEnd();
    /// Waits for what runs. Idempotent.
    void stop();

  private:
    /// What the cluster said to one step; nothing when it went well.
    struct Refusal {
        ClientError error;
        bool fatal = false;
        bool must_abort = false;
    };
    std::optional<Refusal> take(rd_kafka_error_t* error) const;
    template <typename Step>
    std::optional<Refusal> insist(const Step& step) const;
    [[nodiscard]] Error explain(const ClientError& error) const;
    void giveBack(const Refusal& refusal);
    void end(TransactionEnd::How how, Status why);

    rd_kafka_t& client_;
    std::string id_;
    std::function<void()> wake_;
    HelperThread helper_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;  // guards end_
    std::optional<TransactionEnd> end_;
};

}  // namespace weir::kafka
