// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "flow/flow.h"
#include "invoke/call_gate.h"
#include "invoke/recording.h"
#include "replay/redrive/recorded_calls.h"
#include "replay/redrive/session_feed.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace weir::redrive {

/// Recorded events, to be run again.
struct Plan {
    std::string session;    ///< where they stand
    std::string path;       ///< of the new session; must not exist
    std::string function;   ///< of the flow
    flow::Flow flow;        ///< only this function and its triggers matter
    filter::Filter filter;  ///< which events of the triggers' topics
    Pace pace;
    /// The batches of the recorded calls instead of those that the flow's settings form.
    bool recorded_batches = false;
    std::string recorded_function;  ///< whose calls; empty: of the same name, or the only one
    // Instead of what the flow says:
    std::optional<flow::Order> order;
    std::optional<int> batch_size;
    std::optional<DurationNs> batching_window;
    std::optional<int> concurrency;
    std::optional<int> retries;
    /// Outputs go to the flow's cluster; else nowhere: to an embedded cluster that ends with the run.
    bool produce = false;
    /// Holds each call until somebody sends it; null: none is held.
    std::shared_ptr<invoke::CallGate> gate;
    invoke::Builtins builtins = {};
};

/// The topics that a plan's function writes to, in the flow.
[[nodiscard]] std::set<std::string> outputTopics(const Plan& plan);

/// Events of a session on their way through a function once more, into a session of their own: the same
/// places, keys, values, headers and timestamps. Ends by itself when all have passed and what they caused was
/// recorded. Threads: as invoke::Recording.
class Redrive {
  public:
    static Result<std::unique_ptr<Redrive>> start(Plan plan);
    ~Redrive();
    Redrive(const Redrive&) = delete;
    Redrive& operator=(const Redrive&) = delete;

    [[nodiscard]] invoke::Recording& recording();
    /// What is run again, and what is to be known about it.
    [[nodiscard]] const Selection& selection() const;
    /// What the recorded calls had; nothing when the flow's settings form batches.
    [[nodiscard]] const std::optional<RecordedCalls>& recordedCalls() const;
    /// Retries for ever became some, because the run is to end.
    [[nodiscard]] bool limitedRetries() const;

  private:
    struct Impl;
    explicit Redrive(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::redrive
