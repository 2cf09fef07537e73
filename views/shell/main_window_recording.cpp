// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings of the window: how they start, are changed and end.
#include "compare/compare_view.h"
#include "connect/connect_dialog.h"
#include "control/control_window.h"
#include "demo/resources.h"
#include "filter_bar/filter_field.h"
#include "redrive/redrive_form.h"
#include "secrets/keychain_secrets.h"
#include "shell/flow_window.h"
#include "shell/main_window.h"
#include "shell/recent_sessions.h"
#include "widgets/error_bar.h"

#include <QFileInfo>

#include <utility>

namespace weir::views {
namespace {

/// `${NAME}` in a flow file: the environment first, then what the keychain gave.
class FlowSecrets final : public SecretSource {
  public:
    explicit FlowSecrets(const SecretSource& kept) : kept_(kept) {}
    [[nodiscard]] std::optional<std::string> secret(const std::string& name) const override {
        if (auto value = environment_.secret(name)) return value;
        return kept_.secret(name);
    }

  private:
    EnvironmentSecrets environment_;
    const SecretSource& kept_;
};

}  // namespace

bool MainWindow::refuseWhileRecording() {
    if (!capture_.running() && !capture_.starting()) return false;
    error_->showError(
        {ErrorCode::Usage, "A recording is running.", "Stop it first: Recording, Stop recording."});
    return true;
}

void MainWindow::startWatch(const kafka::ClusterSettings& settings, const ClusterProfile& profile,
                            const QStringList& topics) {
    if (refuseWhileRecording()) {
        connect_->showFailure(
            {ErrorCode::Usage, "A recording is running.", "Stop it first: Recording, Stop recording."});
        return;
    }
    invoke::RecordingPlan plan;
    plan.flow.name = utf8(profile.name);
    plan.flow.cluster.brokers = settings.brokers;
    plan.flow.cluster.kafka = settings.properties;
    plan.path = utf8(newSessionPath(profile.name));
    for (const QString& topic : topics) plan.watch.push_back(utf8(topic));
    capture_.start(std::move(plan), CaptureController::Kind::Watch);
    updateFrame();
}

void MainWindow::runDemo(flow::Order order) {
    if (capture_.running() && capture_.kind() == CaptureController::Kind::Demo) {
        // The same auction in another order: this recording ends in order, then the next one starts.
        next_demo_ = order;
        capture_.stop();
        updateFrame();
        return;
    }
    if (refuseWhileRecording()) return;
    error_->clear();
    demo::AuctionOptions options;
    options.path =
        utf8(newSessionPath(order == flow::Order::Partition ? QStringLiteral("auction-by-partition")
                            : order == flow::Order::Key     ? QStringLiteral("auction-by-key")
                                                            : QStringLiteral("auction-without-order")));
    options.order = order;
    capture_.startDemo(std::move(options));
    updateFrame();
}

void MainWindow::openFlow(const QString& path) {
    if (refuseWhileRecording()) return;
    auto reading = readFlowFile(path, FlowSecrets(*secrets_));
    if (!reading) {
        error_->showError(reading.error());
        return;
    }
    auto* window = new FlowWindow(path, std::move(*reading), this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    connect(window, &QDialog::accepted, this, [this, window] {
        invoke::RecordingPlan plan;
        plan.flow = window->flow();
        plan.path = utf8(newSessionPath(text(plan.flow.name)));
        error_->clear();
        if (connect_ != nullptr) connect_->hide();
        capture_.start(std::move(plan), CaptureController::Kind::Flow);
        updateFrame();
    });
    window->open();
}

void MainWindow::showRedrive() {
    if (!session_ || refuseWhileRecording()) return;
    withFinding([this](const std::optional<journal::FindingRow>& finding) { openRedrive(finding); });
}

void MainWindow::withFinding(std::function<void(const std::optional<journal::FindingRow>&)> with) {
    if (selection_.finding() == 0) {
        with(std::nullopt);
        return;
    }
    session_->ask(
        this, [id = selection_.finding()](journal::SessionReader& reader) { return reader.findings(id, 1); },
        [with = std::move(with)](const Result<std::vector<journal::FindingRow>>& found) {
            const bool there = found && !found->empty();
            with(there ? std::optional(found->front()) : std::nullopt);
        },
        true);
}

void MainWindow::showExport(ExportForm::What what) {
    if (!session_) return;
    withFinding([this, what](const std::optional<journal::FindingRow>& finding) {
        if (!session_) return;
        const Catalog& catalog = session_->catalog();
        ExportStart start;
        start.session = session_->path();
        start.filter = filter_->text().trimmed();
        start.selection = filterOf(selection_.choice(), catalog, finding);
        for (const auto& function : catalog.functions) start.functions << text(function.name);
        if (const auto* function = catalog.function(selection_.function()))
            start.function = text(function->name);
        start.folder = QFileInfo(newSessionPath(QStringLiteral("report"))).path();
        auto* form = new ExportForm(start, what, this);
        form->setAttribute(Qt::WA_DeleteOnClose);
        form->open();
    });
}

void MainWindow::openRedrive(const std::optional<journal::FindingRow>& finding) {
    if (!session_) return;
    const Catalog& catalog = session_->catalog();
    RedriveStart start;
    start.session = session_->path();
    start.filter = filter_->text().trimmed();
    start.selection = filterOf(selection_.choice(), catalog, finding);
    if (const auto* function = catalog.function(selection_.function())) {
        start.function = text(function->name);
    } else if (!catalog.functions.empty()) {
        start.function = text(catalog.functions.front().name);
    }
    start.new_session = newSessionPath(text(catalog.info.name) + tr("-again"));
    if (catalog.info.name == "auction") {  // the demo's own flow comes with the program
        if (const auto resources = demo::findResources())
            start.flow = text(*resources + "/flows/auction.flow.json");
    }
    auto* form = new RedriveForm(
        start, [this](const QString& path) { return readFlowFile(path, FlowSecrets(*secrets_)); }, this);
    form->setAttribute(Qt::WA_DeleteOnClose);
    connect(form, &QDialog::accepted, this, [this, form] {
        auto plan = form->plan();
        if (!plan || refuseWhileRecording()) return;
        error_->clear();
        capture_.startRedrive(std::move(*plan));
        updateFrame();
    });
    form->open();
}

void MainWindow::captureStarted() {
    if (connect_ != nullptr) {
        connect_->setBusy(false);
        connect_->hide();
    }
    recording_end_.reset();
    startSession(capture_.path(), true);
}

void MainWindow::captureEnded(const std::optional<Error>& error) {
    recording_end_ = error;
    if (session_ && !error && !closing_ && capture_.kind() == CaptureController::Kind::Redrive) {
        // What it was run for: what became of the same events.
        compare_->compareWithParent();
        showTab(Compare);
    }
    if (session_) session_->endLive();
    if (error) error_->showError(*error);
    if (control_ != nullptr) control_->setOver();
    follow(false);
    updateFrame();
    const auto demo = std::exchange(next_demo_, std::nullopt);
    if (closing_) {
        close();
    } else if (demo) {
        runDemo(*demo);
    }
}

void MainWindow::captureStatus(const invoke::RecordingStatus& status) {
    recording_ = status;
    updateStatus();
    if (control_ != nullptr) control_->setTriggers(status.triggers);
}

ControlWindow* MainWindow::controlWindow() {
    if (control_ == nullptr) {
        control_ = new ControlWindow(
            [this](invoke::control::Command c) { return capture_.control(std::move(c)); }, this);
        fillControl();
        if (recording_) control_->setTriggers(recording_->triggers);
    }
    return control_;
}

void MainWindow::fillControl() {
    if (!session_ || control_ == nullptr) return;
    const Catalog& catalog = session_->catalog();
    control_->setCluster(capture_.kind() == CaptureController::Kind::Demo ? tr("the embedded cluster")
                                                                          : text(catalog.info.cluster));
    std::vector<SeekPlaces> places;
    for (const auto& trigger : catalog.triggers) {
        SeekPlaces place{trigger.name, trigger.group, {}};
        for (const TopicId id : trigger.topics) {
            if (const auto* topic = catalog.topic(id))
                place.topics.push_back({topic->name, topic->partitions});
        }
        places.push_back(std::move(place));
    }
    control_->setPlaces(std::move(places));
}

void MainWindow::showControl() {
    if (!capture_.running()) return;
    controlWindow()->show();
    control_->raise();
}

void MainWindow::deliverAgain() {
    if (!session_ || !capture_.running() || !selection_.event()) return;
    session_->ask(
        this, [id = selection_.event()](journal::SessionReader& reader) { return reader.event(id); },
        [this](const Result<journal::EventDetail>& event) {
            if (!event) {
                error_->showError(event.error());
                return;
            }
            const auto& row = event->row;
            const Catalog& catalog = session_->catalog();
            const journal::TriggerRow* chosen = nullptr;
            for (const auto& trigger : catalog.triggers) {
                for (const TopicId topic : trigger.topics) {
                    if (topic != row.topic) continue;
                    if (chosen == nullptr || trigger.function == selection_.function()) chosen = &trigger;
                }
            }
            if (chosen == nullptr) {
                error_->showError(
                    {ErrorCode::Usage,
                     "No trigger of this flow reads " + utf8(catalog.topicName(row.topic)) + ".",
                     "Choose an event that is delivered to a function."});
                return;
            }
            showControl();
            if (control_ != nullptr)
                control_->showSeek(chosen->name,
                                   {utf8(catalog.topicName(row.topic)), row.partition, row.offset});
        },
        true);
}

}  // namespace weir::views
