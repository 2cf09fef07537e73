// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "invoke/output_records.h"
#include "journal/journal.h"
#include "kafka/producer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::invoke {

/// What becomes of a trigger's transactions.
class TransactionPort {
  public:
    /// An output of a transaction that is committed.
    struct Written {
        InvocationId invocation;
        std::string topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        std::vector<facts::EventRun> caused_by;
    };

    virtual ~TransactionPort() = default;
    virtual void transactionCommitted(TriggerId trigger, std::vector<Written> written,
                                      const kafka::Producer::Offsets& offsets) = 0;
    /// Nothing of it happened: all since the last commit must be delivered again.
    virtual void transactionAborted(TriggerId trigger, const Error& why) = 0;
    /// No other will follow.
    virtual void transactionsOver(TriggerId trigger, const Error& why) = 0;
};

/// Outputs and offsets of a trigger with `exactly_once`, as transactions: what calls answered is held until
/// the offset that is done without a gap has passed its cause, then produced and committed together with that
/// offset. So no committed output belongs to an event that will be delivered again, and none is missing.
/// Threads: the engine's.
class TransactionStage {
  public:
    /// `producer` has a transactional id that is initialized.
    TransactionStage(TriggerId trigger, std::unique_ptr<kafka::Producer> producer, TransactionPort& port)
        : trigger_(trigger), producer_(std::move(producer)), port_(port) {}

    /// Takes records of a call (0: of events that were given up) on a partition.
    void hold(InvocationId invocation, const kafka::TopicPartition& source,
              std::vector<PreparedRecord> records);
    /// Everything below `offset` is done, as the facts up to `sequence` say.
    void passed(const kafka::TopicPartition& source, std::int64_t offset, journal::Sequence sequence);
    /// After an abort: what still comes of these readings counts no more, until forget().
    void ignore(const std::vector<kafka::TopicPartition>& sources);
    /// The reading of the partition has ended; what it held is delivered again by the next.
    void forget(const kafka::TopicPartition& source);

    /// Something of the partition is done and not committed.
    [[nodiscard]] bool holds(const kafka::TopicPartition& source) const;
    [[nodiscard]] bool idle() const;
    /// So much waits for the offset of a partition that no more of it should be read.
    [[nodiscard]] bool full(const kafka::TopicPartition& source) const;
    /// The next instant at which pump() has something to do by itself.
    [[nodiscard]] std::optional<TimeNs> deadline() const;

    /// Goes on. `group` tells who the consumer is, and is asked when a commit begins.
    void pump(TimeNs now, journal::Sequence flushed, const std::function<kafka::GroupMetadata()>& group);
    /// Aborts what is open, or sees to the end of a commit that is under way, waiting some seconds at most.
    /// The last call.
    void giveUp();

  private:
    enum class Phase { Idle, Producing, Ending, Over };
    struct Held {
        InvocationId invocation;
        PreparedRecord record;
    };
    struct Gate {
        std::int64_t offset = -1;
        journal::Sequence sequence = 0;
    };
    struct Partition {
        std::deque<Held> held;
        std::size_t bytes = 0;  // of what is held
        Gate waiting, latest;   // as of a source
        std::int64_t committed = -1;
    };

    void takeReports();
    void begin(journal::Sequence flushed);
    void produce(const std::function<kafka::GroupMetadata()>& group);
    void ended(const kafka::TransactionEnd& end, TimeNs now);
    void over(const Error& why);

    TriggerId trigger_;
    std::unique_ptr<kafka::Producer> producer_;
    TransactionPort& port_;
    std::map<kafka::TopicPartition, Partition> partitions_;
    std::set<kafka::TopicPartition> ignored_;

    Phase phase_ = Phase::Idle;
    std::deque<Held> sending_;
    std::unordered_map<std::uint64_t, Held> in_transit_;
    std::vector<TransactionPort::Written> written_;
    kafka::Producer::Offsets offsets_;
    std::optional<Error> refused_;  // a record that can never be produced
    std::uint64_t next_token_ = 1;
    TimeNs next_at_ = 0;
    int aborts_ = 0;  // one after the other
};

}  // namespace weir::invoke
