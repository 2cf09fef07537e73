// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/services.h"

#include <memory>
#include <mutex>
#include <vector>

namespace weir::test {

/// What a FakeCapture was asked, and what it says; shared with the test.
/// Threads: any.
class CaptureLog {
  public:
    void add(invoke::control::Command command) {
        const std::lock_guard lock(mutex_);
        commands_.push_back(std::move(command));
    }
    [[nodiscard]] std::vector<invoke::control::Command> commands() const {
        const std::lock_guard lock(mutex_);
        return commands_;
    }
    std::atomic<bool> stopped = false;
    invoke::RecordingStatus status;  ///< set before it starts

  private:
    mutable std::mutex mutex_;  // guards commands_
    std::vector<invoke::control::Command> commands_;
};

/// A recording that does nothing but remember.
class FakeCapture final : public views::Capture {
  public:
    explicit FakeCapture(std::shared_ptr<CaptureLog> log) : log_(std::move(log)) {}
    [[nodiscard]] invoke::RecordingStatus status() const override { return log_->status; }
    Status control(invoke::control::Command command) override {
        log_->add(std::move(command));
        return {};
    }
    void requestStop() override { log_->stopped = true; }
    void abort() override { log_->stopped = true; }
    [[nodiscard]] bool ended() const override { return log_->stopped; }
    Status wait() override { return {}; }

  private:
    std::shared_ptr<CaptureLog> log_;
};

}  // namespace weir::test
