// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "flow/flow.h"
#include "invoke/control.h"
#include "invoke/target_factory.h"
#include "journal/session_parent.h"
#include "kafka/metadata.h"
#include "kafka/settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::kafka {
class Consumer;
class EmbeddedCluster;
}  // namespace weir::kafka

namespace weir::invoke {

class CallGate;
struct RecordedBatches;

/// What to record, and for how long.
struct RecordingPlan {
    flow::Flow flow;
    std::string path;                ///< the session file; must not exist
    std::vector<std::string> watch;  ///< topics to record without any function (fixed assignment)
    std::optional<DurationNs> duration;
    std::optional<std::int64_t> max_events;
    bool until_end = false;             ///< see `--until-end`
    flow::StartingPosition watch_from;  ///< where watched topics begin
    Builtins builtins;
    bool keep = true;  ///< false: facts go nowhere, for benchmarks; `path` is not used
    kafka::EmbeddedCluster* embedded =
        nullptr;  ///< when the flow's cluster is embedded; outlives the recording
    /// What triggers read instead of the cluster, by the trigger; not set: the cluster. It reads `fed`.
    std::function<Result<std::unique_ptr<kafka::Consumer>>(const flow::TriggerSpec&)> feed;
    std::vector<kafka::TopicInfo> fed;  ///< with watermarks; the cluster is not asked for them
    /// Batches to form of what is fed, by topic and partition, instead of what the triggers say.
    std::function<std::shared_ptr<const RecordedBatches>(const std::string&, std::int32_t)> batches;
    std::shared_ptr<CallGate> gate;         ///< holds each call until somebody sends it; null: none is held
    std::optional<journal::Parent> parent;  ///< whose events are fed
    std::string note;                       ///< what the session says about itself; empty: nothing
};

/// A snapshot of a recording, for status lines.
struct RecordingStatus {
    enum class Phase { Starting, Running, Draining, Ended };
    Phase phase = Phase::Starting;
    TimeNs started = 0;
    TimeNs now = 0;
    std::int64_t events = 0;  ///< recorded
    std::int64_t value_bytes = 0;
    std::int64_t invocations = 0;            ///< started
    std::int64_t deliveries = 0;             ///< events in ended invocations
    std::int64_t succeeded = 0, failed = 0;  ///< invocations
    std::int64_t outputs = 0;
    std::int64_t in_flight = 0;
    std::int64_t queued = 0;  ///< events received, not yet in a call
    std::int64_t lag = 0;     ///< events in the topics that are not passed yet, as far as known
    std::int64_t cold_starts = 0;
    std::int64_t instances = 0;    ///< alive
    double events_per_second = 0;  ///< over the last second or so
    bool capturing = true;         ///< the session file takes what happens
    std::string trouble;           ///< what is wrong now (broker away, …); empty when all is well
    std::string trouble_hint;
    std::vector<TriggerStatus> triggers;  ///< enabled ones, in the order of the flow
};

/// A running recording: the cluster's records through the flow's functions into a session file. Everything
/// runs on threads of its own. Threads: all functions from any thread.
class Recording {
  public:
    /// Checks that the cluster answers and the topics exist, creates the file and starts. Blocks for the
    /// time of a connection, at most about ten seconds.
    static Result<std::unique_ptr<Recording>> start(RecordingPlan plan);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    [[nodiscard]] RecordingStatus status() const;

    /// Changes something while it runs. Returns at once: an error when the command can never be carried out
    /// (an unknown name, a value out of range, the recording is over), else it is done soon after; status()
    /// and the session's `decision` facts show it.
    Status control(control::Command command);

    /// Ends in order: nothing new starts, calls in flight finish or are marked abandoned, the file is closed.
    void requestStop();
    /// Ends at once: calls in flight are abandoned.
    void abort();
    [[nodiscard]] bool ended() const;
    /// Waits for the end and says why it came; an error is a fault that ended the recording early.
    Status wait();

  private:
    struct Impl;
    explicit Recording(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::invoke
