// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/capture_controller.h"

#include "format/format.h"

namespace weir::views {
namespace {
constexpr int kPollMs = 200;
}

CaptureController::CaptureController(const Services& services, QObject* parent)
    : QObject(parent), services_(services) {
    timer_.setInterval(kPollMs);
    connect(&timer_, &QTimer::timeout, this, &CaptureController::poll);
}

CaptureController::~CaptureController() {
    timer_.stop();
    if (capture_) capture_->requestStop();
}

void CaptureController::start(invoke::RecordingPlan plan, Kind kind) {
    if (starting() || running()) return;
    kind_ = kind;
    path_ = text(plan.path);
    stop_wanted_ = false;
    task_.start([plan = std::move(plan), run = services_.record]() mutable { return run(std::move(plan)); },
                [this](auto capture) { take(std::move(capture)); });
}

void CaptureController::startDemo(demo::AuctionOptions options) {
    if (starting() || running()) return;
    kind_ = Kind::Demo;
    demo_order_ = options.order;
    path_ = text(options.path);
    stop_wanted_ = false;
    task_.start([options = std::move(options),
                 run = services_.run_demo]() mutable { return run(std::move(options)); },
                [this](auto capture) { take(std::move(capture)); });
}

void CaptureController::startRedrive(weir::redrive::Plan plan) {
    if (starting() || running()) return;
    kind_ = Kind::Redrive;
    path_ = text(plan.path);
    stop_wanted_ = false;
    task_.start([plan = std::move(plan), run = services_.redrive]() mutable { return run(std::move(plan)); },
                [this](auto capture) { take(std::move(capture)); });
}

void CaptureController::take(Result<std::unique_ptr<Capture>> capture) {
    if (!capture) {
        emit startFailed(capture.error());
        return;
    }
    capture_ = std::move(*capture);
    timer_.start();
    emit started();
    if (stop_wanted_) capture_->requestStop();
    poll();
}

void CaptureController::stop() {
    stop_wanted_ = true;
    if (capture_) capture_->requestStop();
}

Status CaptureController::control(invoke::control::Command command) {
    if (!capture_) return fail(ErrorCode::Usage, "No recording is running.", "Start one first.");
    return capture_->control(std::move(command));
}

void CaptureController::abort() {
    if (capture_) capture_->abort();
}

void CaptureController::poll() {
    if (!capture_) return;
    emit statusChanged(capture_->status());
    if (!capture_->ended()) return;
    timer_.stop();
    const Status status = capture_->wait();
    capture_.reset();
    emit ended(status ? std::nullopt : std::optional(status.error()));
}

}  // namespace weir::views
