// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "demo/auction.h"
#include "invoke/recording.h"
#include "kafka/connection_test.h"
#include "kafka/metadata.h"
#include "replay/redrive/redrive.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::views {

/// A running recording behind the window.
/// Threads: all functions from any thread.
class Capture {
  public:
    virtual ~Capture() = default;
    [[nodiscard]] virtual invoke::RecordingStatus status() const = 0;
    /// See invoke::Recording::control().
    virtual Status control(invoke::control::Command command) = 0;
    virtual void requestStop() = 0;
    virtual void abort() = 0;
    [[nodiscard]] virtual bool ended() const = 0;
    virtual Status wait() = 0;
};

/// What the window asks of the world outside. The application gives the real ones, tests their own.
/// All of them may block and are called on worker threads.
struct Services {
    std::function<Result<std::unique_ptr<Capture>>(invoke::RecordingPlan)> record;
    std::function<Result<std::unique_ptr<Capture>>(demo::AuctionOptions)> run_demo;
    std::function<kafka::ConnectionReport(const kafka::ClusterSettings&, int timeout_ms,
                                          const std::function<void(const kafka::StepResult&)>& progress,
                                          const std::atomic<bool>* cancel)>
        test_connection;
    std::function<Result<kafka::ClusterInfo>(
        const kafka::ClusterSettings&, const std::vector<std::string>& only, bool watermarks, int timeout_ms)>
        describe_cluster;
    /// Runs recorded events again.
    std::function<Result<std::unique_ptr<Capture>>(weir::redrive::Plan)> redrive;
};

}  // namespace weir::views
