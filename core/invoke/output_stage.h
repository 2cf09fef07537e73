// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "invoke/dispatcher.h"
#include "invoke/output_records.h"
#include "invoke/target.h"
#include "journal/facts.h"
#include "kafka/embedded_cluster.h"
#include "kafka/producer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace weir::invoke {

/// What becomes of a call's outputs.
class OutputPort {
  public:
    virtual ~OutputPort() = default;
    /// One output stands in its topic.
    virtual void outputWritten(InvocationId invocation, const std::string& topic, std::int32_t partition,
                               std::int64_t offset, std::vector<facts::EventRun> caused_by) = 0;
    /// All outputs of the call are written, or one can never be.
    virtual void outputsDone(InvocationId invocation, const Status& status) = 0;
    /// The same for events that were given up.
    virtual void givenUpDone(GiveUpId id, const Status& status) = 0;
};

/// Writes what functions answer to their output topics. Each call's outputs are produced in order; calls do
/// not wait for each other.
/// Threads: the engine's.
class OutputStage {
  public:
    /// `embedded` is null on a real cluster. `records` outlives the stage.
    OutputStage(std::unique_ptr<kafka::Producer> producer, kafka::EmbeddedCluster* embedded,
                const OutputRecords& records, OutputPort& port);

    /// Takes the answer of a call; `outputs` is not empty and outlives the stage.
    void stage(InvocationId invocation, const BatchPtr& batch, std::vector<AnsweredRecord> answered,
               const std::vector<flow::OutputSpec>& outputs);

    /// Takes the events of a call that succeeded, all but those at `failed` (rising positions), for the
    /// trigger's topic for successes: as they came, with headers that say who took them. They belong to the
    /// call's outputs and stand behind them; they are no `output` facts.
    void stageSucceeded(const Invocation& invocation, const std::vector<std::uint32_t>& failed,
                        const std::string& topic, const std::string& trigger, const std::string& function);

    /// Takes events that were given up, for the trigger's topic for failed events: as they came, with headers
    /// that say what went wrong (docs/outputs.md).
    void stageGivenUp(const GivenUp& given_up, const std::string& topic, const std::string& trigger,
                      const std::string& function);

    /// Hands to Kafka what can be handed and takes its reports.
    void pump();

    [[nodiscard]] bool idle() const noexcept { return calls_.empty(); }
    /// True while something waits for room, so that pump() should be called again soon.
    [[nodiscard]] bool waiting() const noexcept { return waiting_; }
    /// Waits a moment for what was handed over; then pump() once more.
    void flush(int timeout_ms);

  private:
    /// What a group of records belongs to: a call, or events that were given up.
    using Owner = std::variant<InvocationId, GiveUpId>;
    struct Call {
        std::deque<PreparedRecord> pending;  // not handed over yet
        std::int64_t unreported = 0;         // handed over
        Status status;
    };
    struct InTransit {
        Owner owner;
        std::vector<facts::EventRun> caused_by;
        std::size_t bytes = 0;
    };

    static void append(Call& call, std::vector<PreparedRecord> records);
    [[nodiscard]] bool hasRoom(const kafka::OutgoingRecord& record) const;
    void handOver(Owner owner, Call& call);
    void report(const kafka::DeliveryReport& report);

    std::unique_ptr<kafka::Producer> producer_;
    kafka::EmbeddedCluster* embedded_;
    const OutputRecords& records_;
    OutputPort& port_;
    std::map<Owner, Call> calls_;
    std::unordered_map<std::uint64_t, InTransit> in_transit_;
    std::uint64_t next_token_ = 1;
    bool waiting_ = false;
};

}  // namespace weir::invoke
