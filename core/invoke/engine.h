// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "invoke/control.h"
#include "invoke/dispatcher.h"
#include "invoke/door/door_lane.h"
#include "invoke/event_index.h"
#include "invoke/inbox.h"
#include "invoke/observe/observation.h"
#include "invoke/output_stage.h"
#include "invoke/recording.h"
#include "invoke/source.h"
#include "invoke/target.h"
#include "invoke/transaction_stage.h"
#include "journal/journal.h"
#include "kafka/metadata.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace weir::invoke {

/// The loop that ties everything together: reads sources into lanes, makes the calls that the dispatcher
/// decides, writes outputs, commits what has passed, and writes every step of it to the journal.
///
/// Threads: run() is the engine's thread and owns all that is not marked otherwise; requestStop(), abort()
/// status() and control() from any.
class Engine final : DispatchPort, TargetHost, SourcePort, OutputPort, ObservationHost, TransactionPort {
  public:
    /// Prepares everything; nothing is read or started yet. `info` describes the topics of the plan.
    static Result<std::unique_ptr<Engine>> create(RecordingPlan plan, const kafka::ClusterSettings& cluster,
                                                  const kafka::ClusterInfo& info, journal::Journal& journal);
    ~Engine() override;

    /// Runs until the plan is fulfilled, a stop or a fault; the fault that ended it early, if any.
    Status run();

    void requestStop();
    void abort();
    [[nodiscard]] RecordingStatus status() const;
    /// Leaves a command for the engine's thread; an error when it can never be carried out.
    Status control(control::Command command);

  private:
    struct Function {
        FunctionId id;
        std::string name;
        std::unique_ptr<Target> target;  // null: someone else runs it
        std::int64_t instances = 0;      // opened so far, for names
        int concurrency = 1;
    };
    struct Trigger {
        TriggerId id;
        flow::TriggerSpec spec;
        FunctionId function;
        bool observed = false;  // someone else runs its function
        TriggerState state = TriggerState::Running;
        // Once stopped and idle: the facts that its last commit rests on.
        std::optional<journal::Sequence> leaves_after;
        std::optional<Error> exhausted;  // why it stopped by itself
        bool range_read = false;         // a range that is read to its end

        [[nodiscard]] bool isRange() const { return std::holds_alternative<flow::RangeSource>(spec.source); }
    };
    struct OpenCall {
        Invocation invocation;
        std::vector<std::uint32_t> failed;  // positions, of a partial answer whose outputs are being written
        std::string why;
    };
    enum class Phase { Running, Finishing, Draining };

    Engine(RecordingPlan plan, kafka::ClusterSettings cluster, journal::Journal& journal);
    void declareSession();
    void declareTopics(const kafka::ClusterInfo& info);
    void declareTopic(const std::string& name, std::int32_t partitions, facts::SourceKind kind);
    [[nodiscard]] facts::SourceKind sourceKind(const std::string& topic) const;
    Status declareFunctions();
    Status declareTriggers();
    Status openProducer(const kafka::ClusterInfo& info);
    Status openSources(const kafka::ClusterInfo& info);
    Status openSource(const kafka::ClusterInfo& info, const std::string& name, TriggerId trigger,
                      const std::vector<std::string>& topics, const std::string& group,
                      const flow::StartingPosition& start, Observation* observation = nullptr);
    [[nodiscard]] kafka::ConsumerOptions consumerOptions() const;
    // Runs over history: engine_range.cpp
    Status openRange(const kafka::ClusterInfo& info, const Trigger& trigger, const flow::RangeSource& range);
    void followRanges(TimeNs now);
    [[nodiscard]] bool rangesOver() const;
    // Front doors: engine_door.cpp
    void declareDoors();
    Status openDoors();
    void serveDoors(TimeNs now);
    void admit(const DoorRequest& request, TimeNs now);
    static void settleRequest(DoorLane& lane, std::int64_t offset, int status, const std::string& reason);
    template <typename Each>
    void forDoorEvents(const Batch& batch, const Each& each);
    void noteAnswers(const OpenCall& call, const Answer& answer);
    void noteFailure(const Batch& batch, const std::string& error);
    void answerCallers(const OpenCall& call);
    void answerSkipped(const Batch& batch, facts::SkipReason reason);
    void turnAway(TriggerId trigger, const std::string& why);
    void closeDoors();
    Status openObservations(const kafka::ClusterInfo& info);
    [[nodiscard]] bool observationsIdle() const;

    // The loop, step by step.
    void step(TimeNs now);
    void handleTargets();
    void handle(const TargetEvent& event);
    void callEnded(const TargetEvent& event, CallEnded ended);
    void callSettled(InvocationId invocation, TimeNs at);
    void checkPhase(TimeNs now);
    void enterDraining(TimeNs now);
    void publish(TimeNs now);
    [[nodiscard]] TimeNs nextWake(TimeNs now, bool more_to_read) const;
    void stopTargets();
    Status shutDown();
    void setFault(Error error);
    [[nodiscard]] bool sourcesAtEnd() const;

    // Calls that are held: engine_gate.cpp
    void followGate(TimeNs now);
    void noteEdits(InvocationId call, const Batch& before, const std::vector<ValueEdit>& edits, TimeNs now);

    // Commands: engine_control.cpp
    [[nodiscard]] Trigger* triggerNamed(const std::string& name);
    [[nodiscard]] Function* functionNamed(const std::string& name);
    [[nodiscard]] Status check(const control::Command& command);
    void handleCommands(TimeNs now);
    void obey(const control::Pause& command, TimeNs now);
    void obey(const control::Resume& command, TimeNs now);
    void obey(const control::Drain& command, TimeNs now);
    void obey(const control::Stop& command, TimeNs now);
    void obey(const control::Seek& command, TimeNs now);
    void obey(const control::SetConcurrency& command, TimeNs now);
    void obey(const control::SetBatchSize& command, TimeNs now);
    void followTriggers(TimeNs now);
    void decide(TimeNs now, facts::DecisionKind kind, TriggerId trigger, std::string reason);
    [[nodiscard]] Source* sourceOf(TriggerId trigger);
    [[nodiscard]] std::vector<TriggerStatus> triggerStatus() const;

    // DispatchPort
    void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs now) override;
    void startCall(LaneId lane, const Invocation& invocation, TimeNs now) override;
    void callHeld(HeldId id, const Invocation& invocation, TimeNs now) override;
    void retrying(const Invocation& failed, DurationNs backoff, const std::string& why, TimeNs now) override;
    void split(const Invocation& failed, const std::string& why, TimeNs now) override;
    void throttled(const Invocation& failed, int limit, DurationNs pause, const std::string& why,
                   TimeNs now) override;
    void skipped(TriggerId trigger, const Batch& events, facts::SkipReason reason, TimeNs now) override;
    void giveUp(const GivenUp& given_up, TimeNs now) override;
    void triggerStopped(TriggerId trigger, const std::string& why, TimeNs now) override;
    void passed(LaneId lane, std::int64_t next_offset, TimeNs now) override;

    // TargetHost
    InstanceId openInstance(FunctionId function, TimeNs now) override;
    void post(TargetEvent event) override { inbox_.post(std::move(event)); }
    void postBoth(TargetEvent first, TargetEvent second) override {
        inbox_.postBoth(std::move(first), std::move(second));
    }

    // SourcePort
    void assigned(Source& source, SourcePartition& partition, TimeNs now) override;
    void assignmentKnown(const Source& source, const SourcePartition& partition, TimeNs now) override;
    void revoked(const Source& source, const SourcePartition& partition, bool lost, TimeNs now) override;
    bool wants(const SourcePartition& partition, std::size_t& records, std::size_t& bytes) override;
    void arrived(Source& source, SourcePartition& partition, RecordChunk chunk, TimeNs now) override;
    void hole(const SourcePartition& partition, std::int64_t first, std::int64_t last, TimeNs now) override;
    bool busy(const SourcePartition& partition) override;
    void drain(const SourcePartition& partition) override;
    journal::Sequence written() const override { return sequence_; }
    void committed(const Source& source, const SourcePartition& partition, std::int64_t offset,
                   TimeNs now) override;
    void trouble(const Source& source, const kafka::ConsumerTrouble& trouble, TimeNs now) override;
    void recovered(const Source& source, TimeNs now) override;

    // OutputPort
    void outputWritten(InvocationId invocation, const std::string& topic, std::int32_t partition,
                       std::int64_t offset, std::vector<facts::EventRun> caused_by) override;
    void outputsDone(InvocationId invocation, const Status& status) override;
    void givenUpDone(GiveUpId id, const Status& status) override;

    // Triggers with exactly_once: engine_transactions.cpp
    Status openTransactions();
    [[nodiscard]] TransactionStage* transactionsOf(TriggerId trigger) const;
    [[nodiscard]] kafka::TopicPartition placeOfBatch(const Batch& batch) const;
    Status holdAnswers(TransactionStage& stage, const OpenCall& call, std::vector<AnsweredRecord> answers);
    void pumpTransactions(TimeNs now);
    [[nodiscard]] bool transactionsIdle() const;
    void shareMemory();
    [[nodiscard]] bool holdsEnough(const SourcePartition& partition) const;
    void transactionCommitted(TriggerId trigger, std::vector<Written> written,
                              const kafka::Producer::Offsets& offsets) override;
    void transactionAborted(TriggerId trigger, const Error& why) override;
    void transactionsOver(TriggerId trigger, const Error& why) override;

    // ObservationHost
    void identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last, TimeNs at,
                  std::vector<facts::EventRun>& runs) override;
    InvocationId observedCall() override;
    void observedFact(TimeNs at, facts::Body body) override;

    void take(const SourcePartition& partition, RecordChunk chunk, const EventIndex::Piece& piece,
              TimeNs now);
    void record(TimeNs now, facts::Body body) { sequence_ = journal_.append(now, std::move(body)); }
    void report(TimeNs now, const Error& error);
    Trigger& trigger(TriggerId id) { return triggers_[static_cast<std::size_t>(id.value - 1)]; }
    Function& function(FunctionId id) { return functions_[static_cast<std::size_t>(id.value - 1)]; }
    [[nodiscard]] const std::string& topicName(TopicId id) const {
        return topic_names_[static_cast<std::size_t>(id.value - 1)];
    }

    RecordingPlan plan_;
    kafka::ClusterSettings cluster_;
    journal::Journal& journal_;
    journal::Sequence sequence_ = 0;
    Inbox inbox_;
    Dispatcher dispatcher_;
    EventIndex events_;
    std::vector<std::string> topic_names_;
    std::map<std::string, TopicId> topic_ids_;
    std::vector<Function> functions_;
    std::vector<Trigger> triggers_;
    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<std::unique_ptr<Observation>> observations_;
    std::vector<std::unique_ptr<FrontDoor>> doors_;
    std::map<TriggerId, std::unique_ptr<DoorLane>> door_lanes_;
    std::unique_ptr<OutputRecords> records_;
    std::unique_ptr<OutputStage> outputs_;
    std::map<TriggerId, std::unique_ptr<TransactionStage>> transactions_;
    std::vector<GiveUpId> held_given_up_;  // held for a transaction, to be answered
    /// Calls that have not ended yet, or whose outputs are being written.
    std::unordered_map<InvocationId, OpenCall> calls_;
    /// Events on their way to a topic for failed events.
    std::map<GiveUpId, GivenUp> given_up_;
    std::unordered_map<LaneId, Source*> lane_source_;
    std::map<std::tuple<std::string, TopicId, std::int32_t>, int> epochs_;
    std::map<LaneId, int> lane_epoch_;
    std::vector<TargetEvent> taken_;  // reused by handleTargets
    std::int64_t next_instance_ = 1;
    std::size_t lane_share_ = 8 << 20;  // bytes that a lane may hold, by the number of lanes

    Phase phase_ = Phase::Running;
    TimeNs started_ = 0;
    TimeNs drain_until_ = 0;
    std::optional<Error> fault_;
    std::string last_trouble_;

    TimeNs next_publish_ = 0;
    TimeNs rate_since_ = 0;
    std::int64_t rate_events_ = 0;
    RecordingStatus figures_;  // counted by the engine, copied out by publish()

    std::atomic<bool> stop_requested_{false};
    std::atomic<bool> abort_requested_{false};
    std::mutex command_mutex_;  // guards commands_
    std::vector<control::Command> commands_;
    mutable std::mutex status_mutex_;  // guards published_
    RecordingStatus published_;
};

}  // namespace weir::invoke
