// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "invoke/dispatcher.h"
#include "journal/journal.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {

class Observer;
class Source;

/// A partition that a source reads.
struct SourcePartition {
    kafka::TopicPartition name;
    TopicId topic;
    LaneId lane;                   ///< 0: watched only
    Observer* observer = nullptr;  ///< gets its records too
    int epoch = 0;
    bool announced = false;  ///< its assignment fact is written
    bool ready = true;       ///< may have records to read
    bool revoking = false;
    std::optional<kafka::StartAt> seek;  ///< where to go on once nothing of it runs
    bool moved = false;                  ///< by a seek: its first position is committed
    std::int64_t first = -1;             ///< its first position, −1 unknown
    std::int64_t next = -1;              ///< offset after the last one read, −1 unknown
    std::int64_t passed = -1;            ///< offset below which all is done, −1 unknown
    std::int64_t confirmed = -1;         ///< newest offset whose commit the cluster has confirmed
    std::int64_t committed = -1;         ///< newest offset handed to commit()
    std::optional<std::int64_t> end;     ///< where the partition ended when the recording started

    /// Offsets that may be committed once the journal is flushed up to a sequence.
    struct Gate {
        std::int64_t offset = -1;
        journal::Sequence sequence = 0;
    };
    Gate waiting, latest;
};

/// What a source finds.
class SourcePort {
  public:
    virtual ~SourcePort() = default;
    /// A partition is read from now on: give it a lane and an epoch.
    virtual void assigned(Source& source, SourcePartition& partition, TimeNs now) = 0;
    /// Its first position is known, or it was taken away.
    virtual void assignmentKnown(const Source& source, const SourcePartition& partition, TimeNs now) = 0;
    virtual void revoked(const Source& source, const SourcePartition& partition, bool lost, TimeNs now) = 0;
    /// True when the partition may be read; how many records and bytes at most.
    virtual bool wants(const SourcePartition& partition, std::size_t& records, std::size_t& bytes) = 0;
    virtual void arrived(Source& source, SourcePartition& partition, RecordChunk chunk, TimeNs now) = 0;
    /// Offsets first…last do not exist.
    virtual void hole(const SourcePartition& partition, std::int64_t first, std::int64_t last,
                      TimeNs now) = 0;
    /// Calls on partitions that are being revoked still run.
    virtual bool busy(const SourcePartition& partition) = 0;
    virtual void drain(const SourcePartition& partition) = 0;
    /// The newest fact that was written.
    [[nodiscard]] virtual journal::Sequence written() const = 0;
    virtual void committed(const Source& source, const SourcePartition& partition, std::int64_t offset,
                           TimeNs now) = 0;
    virtual void trouble(const Source& source, const kafka::ConsumerTrouble& trouble, TimeNs now) = 0;
    virtual void recovered(const Source& source, TimeNs now) = 0;
};

/// One consumer and what it reads: for a trigger, or for topics that are only watched. Turns what Kafka hands
/// out into chunks, notices holes, and commits what has passed once the journal holds the facts of it.
/// Threads: the engine's.
class Source {
  public:
    /// `trigger` 0: watched only, nothing is ever committed.
    Source(std::string name, TriggerId trigger, std::string group, std::unique_ptr<kafka::Consumer> consumer,
           SourcePort& port)
        : name_(std::move(name)),
          trigger_(trigger),
          group_(std::move(group)),
          consumer_(std::move(consumer)),
          port_(port) {}

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] TriggerId trigger() const noexcept { return trigger_; }
    [[nodiscard]] const std::string& group() const noexcept { return group_; }

    /// Names the topics to expect and the ends of their partitions, for reachedEnds().
    void expect(const std::string& topic, TopicId id, const std::vector<std::int64_t>& ends);

    Status subscribe(const std::vector<std::string>& topics) { return consumer_->subscribe(topics); }
    Status assign(const std::vector<kafka::TopicPartition>& partitions) {
        return consumer_->assign(partitions);
    }
    /// Reads these partitions from these offsets, and nothing from the ends on that expect() named.
    Status assignRange(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& from) {
        bounded_ = true;
        return consumer_->assignAt(from);
    }

    /// Somebody else commits what has passed, and says so with committedElsewhere().
    void leaveCommits() noexcept { commits_ = false; }
    void committedElsewhere(const kafka::Producer::Offsets& offsets, TimeNs now);
    /// Goes on with all partitions where they are committed, or where they began, as seek() does. Returns
    /// those of which nothing counts any more that was read until now.
    std::vector<kafka::TopicPartition> rewind();
    [[nodiscard]] kafka::GroupMetadata groupMetadata() const { return consumer_->groupMetadata(); }
    /// The partition of one of its lanes.
    [[nodiscard]] const kafka::TopicPartition& nameOf(LaneId lane) const { return lanes_.at(lane); }

    /// Handles what happened, finishes revokes, commits what may be committed.
    void poll(TimeNs now, journal::Sequence flushed);
    /// Reads each partition that has something and is wanted once; true when there may be more.
    bool read(TimeNs now);

    /// Goes on with these of its partitions elsewhere, once their calls in flight have ended: a new lane and
    /// epoch, as if they had been taken away and given back.
    void seek(const std::string& topic, std::optional<std::int32_t> partition, const kafka::StartAt& to);

    /// Everything below `offset` of the lane's partition is done, as the facts up to `sequence` say.
    void passed(LaneId lane, std::int64_t offset, journal::Sequence sequence);

    /// All partitions have passed the ends that were given to expect().
    [[nodiscard]] bool reachedEnds(const Dispatcher& dispatcher) const;
    /// All that assignRange() asked for was handed over.
    [[nodiscard]] bool rangeRead() const;
    /// Records that the partitions hold and that have not passed, as far as known.
    [[nodiscard]] std::int64_t lag() const;
    [[nodiscard]] bool closed() const noexcept { return closed_; }
    /// Nothing more is there to be read of the partition now; with `until_end`, of what it held at the start.
    [[nodiscard]] bool atEnd(const kafka::TopicPartition& partition, bool until_end) const;
    /// The next instant at which poll() has something to do by itself.
    [[nodiscard]] std::optional<TimeNs> deadline() const {
        return revoke_deadline_ || closed_ ? revoke_deadline_ : consumer_->deadline();
    }

    /// Gives its partitions back and closes.
    void leave(TimeNs now, journal::Sequence flushed);
    /// Commits what has passed and is flushed, and leaves the group. Idempotent; nothing is read any more.
    void close(TimeNs now, journal::Sequence flushed);

  private:
    using Partitions = std::map<kafka::TopicPartition, SourcePartition>;

    void handle(const kafka::PartitionsAssigned& event, TimeNs now);
    void handle(const kafka::PartitionsRevoked& event, TimeNs now);
    void handle(const kafka::ConsumerTrouble& event, TimeNs now) { port_.trouble(*this, event, now); }
    void handle(const kafka::ConsumerRecovered& /*event*/, TimeNs now) { port_.recovered(*this, now); }
    void handle(const kafka::CommitDone& event, TimeNs now);
    void finishRevoke(TimeNs now, journal::Sequence flushed);
    void finishSeek(TimeNs now);
    void begin(const kafka::TopicPartition& name, TopicId topic, std::optional<std::int64_t> end, TimeNs now);
    void announce(SourcePartition& partition, std::optional<std::int64_t> first, TimeNs now);
    bool readOne(SourcePartition& partition, TimeNs now);
    void reportHoles(SourcePartition& partition, const RecordChunk& chunk, TimeNs now);
    [[nodiscard]] bool reachedStop(const SourcePartition& partition) const;
    using Offsets = std::vector<std::pair<kafka::TopicPartition, std::int64_t>>;
    Offsets committable(journal::Sequence flushed);
    void commitRest(TimeNs now, journal::Sequence flushed);
    void confirm(SourcePartition& partition, std::int64_t offset, TimeNs now);

    std::string name_;
    TriggerId trigger_;
    std::string group_;
    std::unique_ptr<kafka::Consumer> consumer_;
    SourcePort& port_;
    struct Expected {
        TopicId id;
        std::vector<std::int64_t> ends;
    };
    std::map<std::string, Expected> expected_;
    Partitions partitions_;
    std::map<LaneId, kafka::TopicPartition> lanes_;
    std::optional<TimeNs> revoke_deadline_;
    TimeNs next_commit_ = 0;
    int commits_under_way_ = 0;
    bool commits_ = true;
    bool bounded_ = false;  // a range: its partitions are read up to their ends only
    bool closed_ = false;
};

}  // namespace weir::invoke
