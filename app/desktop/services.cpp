// SPDX-License-Identifier: GPL-3.0-or-later
#include "services.h"

#include <utility>

namespace weir::desktop {
namespace {

class RecordingCapture final : public views::Capture {
  public:
    explicit RecordingCapture(std::unique_ptr<invoke::Recording> recording)
        : recording_(std::move(recording)) {}
    [[nodiscard]] invoke::RecordingStatus status() const override { return recording_->status(); }
    Status control(invoke::control::Command command) override {
        return recording_->control(std::move(command));
    }
    void requestStop() override { recording_->requestStop(); }
    void abort() override { recording_->abort(); }
    [[nodiscard]] bool ended() const override { return recording_->ended(); }
    Status wait() override { return recording_->wait(); }

  private:
    std::unique_ptr<invoke::Recording> recording_;
};

class DemoCapture final : public views::Capture {
  public:
    explicit DemoCapture(std::unique_ptr<demo::Auction> auction) : auction_(std::move(auction)) {}
    [[nodiscard]] invoke::RecordingStatus status() const override { return auction_->recording().status(); }
    Status control(invoke::control::Command command) override {
        return auction_->recording().control(std::move(command));
    }
    void requestStop() override { auction_->recording().requestStop(); }
    void abort() override { auction_->recording().abort(); }
    [[nodiscard]] bool ended() const override { return auction_->recording().ended(); }
    Status wait() override { return auction_->recording().wait(); }

  private:
    std::unique_ptr<demo::Auction> auction_;
};

class RedriveCapture final : public views::Capture {
  public:
    explicit RedriveCapture(std::unique_ptr<redrive::Redrive> redrive) : redrive_(std::move(redrive)) {}
    [[nodiscard]] invoke::RecordingStatus status() const override { return redrive_->recording().status(); }
    Status control(invoke::control::Command command) override {
        return redrive_->recording().control(std::move(command));
    }
    void requestStop() override { redrive_->recording().requestStop(); }
    void abort() override { redrive_->recording().abort(); }
    [[nodiscard]] bool ended() const override { return redrive_->recording().ended(); }
    Status wait() override { return redrive_->recording().wait(); }

  private:
    std::unique_ptr<redrive::Redrive> redrive_;
};

Result<std::unique_ptr<views::Capture>> record(invoke::RecordingPlan plan) {
    auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) return passOn(recording);
    return std::make_unique<RecordingCapture>(std::move(*recording));
}

Result<std::unique_ptr<views::Capture>> runDemo(demo::AuctionOptions options) {
    auto auction = demo::Auction::start(std::move(options));
    if (!auction) return passOn(auction);
    return std::make_unique<DemoCapture>(std::move(*auction));
}

Result<std::unique_ptr<views::Capture>> runAgain(redrive::Plan plan) {
    auto started = redrive::Redrive::start(std::move(plan));
    if (!started) return passOn(started);
    return std::make_unique<RedriveCapture>(std::move(*started));
}

}  // namespace

views::Services services() {
    return {record, runDemo, kafka::testConnection, kafka::describeCluster, runAgain};
}

}  // namespace weir::desktop
