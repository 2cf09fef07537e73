// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/record.h"
#include "base/time.h"
#include "flow/causes_spec.h"
#include "invoke/observe/cause_reader.h"
#include "invoke/observe/seen_calls.h"
#include "invoke/observe/source_memory.h"
#include "journal/facts.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {

/// What an observer needs of who reads the topics.
class ObserverPort {
  public:
    virtual ~ObserverPort() = default;
    /// Nothing more is there to be read of the partition now.
    virtual bool atEnd(TopicId topic, std::int32_t partition) = 0;
    /// The ids of events, which need not have a record. `at` as in write().
    virtual void identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last,
                          TimeNs at, std::vector<facts::EventRun>& runs) = 0;
    virtual InvocationId nextCall() = 0;
    virtual void write(TimeNs at, facts::Body body) = 0;
};

/// Which function is observed, and through what.
struct ObserverSpec {
    FunctionId function;
    TriggerId trigger;
    std::string name;                        ///< of the trigger, for messages
    std::map<std::string, TopicId> sources;  ///< topics that it reads
    std::map<TopicId, std::string> outputs;  ///< topics that it writes
    std::optional<TopicId> failed;           ///< topic for failed events
    flow::CausesSpec causes;
};

/// Rebuilds the calls of a function that someone else runs, from the records of its topics.
///
/// Outputs of all partitions are taken in the order of their timestamps, so that the order in which
/// partitions happen to be read does not show: an output waits until every other output partition has one to
/// compare, or has nothing more. It also waits until its causes are read. Threads: one.
class Observer {
  public:
    Observer(ObserverSpec spec, ObserverPort& port) : spec_(std::move(spec)), port_(port) {}

    /// A partition is read from now on.
    void open(TopicId topic, std::int32_t partition);
    /// Where its reading began.
    void began(TopicId topic, std::int32_t partition, std::int64_t offset);
    /// Records in rising offsets, with their event ids. `next`: what is below it is read, holes included.
    void arrived(const ChunkPtr& chunk, std::int64_t next, TimeNs now);
    /// False: so much of the partition waits that it should not be read further.
    [[nodiscard]] bool wants(TopicId topic, std::int32_t partition) const;
    /// The topic is one that the function reads.
    [[nodiscard]] bool reads(TopicId topic) const;

    /// Takes what can be taken.
    void advance(TimeNs now) { release(now, false); }
    /// Takes everything: nothing more will come. Says in the journal what could not be linked.
    void finish(TimeNs now);
    /// Nothing waits.
    [[nodiscard]] bool idle() const noexcept { return waiting_ == 0; }

    struct Counts {
        std::int64_t outputs = 0;     ///< linked to their causes
        std::int64_t calls = 0;       ///< rebuilt from them
        std::int64_t given_up = 0;    ///< records of the topic for failed events
        std::int64_t silent = 0;      ///< outputs that name no cause
        std::int64_t unreadable = 0;  ///< outputs whose causes have another form
        std::int64_t unknown = 0;     ///< outputs that name only what this function was not given
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    using Place = std::pair<TopicId, std::int32_t>;
    struct Waiting {
        ChunkPtr chunk;
        std::uint32_t index = 0;
        TimeNs timestamp = 0;  // never falls within a partition
        TimeNs arrived = 0;
    };
    struct OutputPartition {
        std::deque<Waiting> waiting;
        TimeNs timestamp = kNoTimestamp;
        std::int64_t position = 0;
    };
    struct SourcePartition {
        std::int64_t next = -1;
    };
    enum class Linked { Yes, No, NotYet };

    void remember(const RecordChunk& chunk);
    void release(TimeNs now, bool all);
    Linked link(const Waiting& output, TimeNs now, bool all, std::vector<NamedRun>& causes,
                std::vector<std::string>& texts);
    Linked lookUp(const SaidCauses& said, const Waiting& output, TimeNs now, bool all,
                  std::vector<NamedRun>& causes, std::vector<std::string>& texts);
    bool sourcesAtEnd();
    void take(const Place& place, const Waiting& output, const std::vector<NamedRun>& causes);
    void complain(const Place& place, const Waiting& output, std::int64_t& count, const std::string& what);
    [[nodiscard]] std::string topicName(TopicId topic) const;

    ObserverSpec spec_;
    ObserverPort& port_;
    std::map<Place, OutputPartition> outputs_;
    std::map<Place, SourcePartition> source_partitions_;
    SourceMemory keys_, ids_;
    SeenCalls calls_;
    std::int64_t waiting_ = 0;
    TimeNs at_ = 0;
    TimeNs timestamp_ = kNoTimestamp;  // of the last output that was taken
    Counts counts_;
};

}  // namespace weir::invoke
