// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/recording.h"

#include "analysis/order/checking_store.h"
#include "flow/unsupported.h"
#include "invoke/engine.h"
#include "invoke/target_factory.h"
#include "journal/journal.h"
#include "journal/session_writer.h"
#include "kafka/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace weir::invoke {
namespace {

constexpr int kConnectMs = 10'000;

/// Facts that are kept nowhere.
class NoStore final : public journal::FactStore {
  public:
    Status write(std::span<const facts::Fact> /*facts*/) override { return {}; }
    Status flush() override { return {}; }
};

Result<std::unique_ptr<journal::FactStore>> makeStore(const RecordingPlan& plan) {
    if (!plan.keep) return std::make_unique<NoStore>();
    journal::CapturePolicy policy;
    switch (plan.flow.capture.values) {
        case flow::CaptureSpec::Values::Whole:
            break;
        case flow::CaptureSpec::Values::Prefix:
            policy.values = journal::CapturePolicy::Values::Prefix;
            policy.prefix_bytes = plan.flow.capture.prefix_bytes;
            break;
        case flow::CaptureSpec::Values::None:
            policy.values = journal::CapturePolicy::Values::None;
            break;
    }
    policy.mask_paths = plan.flow.capture.mask_paths;
    policy.mask_headers = plan.flow.capture.mask_headers;
    policy.max_bytes = plan.flow.capture.max_size;
    policy.max_age = plan.flow.capture.max_age;
    auto writer = journal::SessionWriter::create(plan.path, policy);
    if (!writer) return passOn(writer);
    if (plan.parent) {
        if (Status s = (*writer)->writeParent(*plan.parent); !s) return passOn(s);
    }
    // Checked for order on the journal's thread, while it is written.
    return std::make_unique<analysis::order::CheckingStore>(std::move(*writer), plan.path);
}

std::vector<std::string> topicsOf(const RecordingPlan& plan) {
    std::set<std::string> topics(plan.watch.begin(), plan.watch.end());
    for (const flow::TriggerSpec& t : plan.flow.triggers) {
        if (!t.enabled) continue;
        for (const std::string& topic : t.topics()) topics.insert(topic);
        for (const flow::OutputSpec& output : t.outputs) topics.insert(output.topic);
        if (t.on_failure_topic) topics.insert(*t.on_failure_topic);
        if (t.on_success_topic) topics.insert(*t.on_success_topic);
    }
    return {topics.begin(), topics.end()};
}

Status checkPlan(const RecordingPlan& plan) {
    const bool nothing =
        plan.watch.empty() && std::none_of(plan.flow.triggers.begin(), plan.flow.triggers.end(),
                                           [](const flow::TriggerSpec& t) { return t.enabled; });
    if (nothing) {
        return fail(ErrorCode::Usage, "There is nothing to record: the flow has no enabled trigger.",
                    "Add a trigger, or choose topics to watch.");
    }
    if (const auto problems = flow::notYetSupported(plan.flow); !problems.empty()) {
        std::string text = "The flow asks for what this version cannot do yet:";
        for (const flow::Problem& p : problems) text += "\n  " + p.place + ": " + p.message;
        return fail(ErrorCode::Unsupported, std::move(text), "Leave it out, or use another setting.");
    }
    if (plan.flow.cluster.embedded() && plan.embedded == nullptr) {
        return fail(
            ErrorCode::Unsupported,
            "The flow's cluster is `embedded`: it lives inside the process and starts empty, so there "
            "is nothing to record.",
            "Name a bootstrap list in `cluster.brokers`, or run `weir-cli demo`.");
    }
    for (const flow::TriggerSpec& t : plan.flow.triggers) {
        if (!t.enabled || !t.exactly_once || plan.embedded == nullptr) continue;
        return fail(ErrorCode::Unsupported,
                    fmt::format("The embedded cluster keeps what transactions abort: {} cannot have "
                                "`exactly_once` there.",
                                t.name),
                    "Leave it out, or record with a real cluster.");
    }
    const auto observed = [&](const flow::TriggerSpec& t) {
        const auto* const function = plan.flow.function(t.function);
        return function != nullptr && function->observe;
    };
    if (plan.until_end && !plan.duration) {
        for (const flow::TriggerSpec& t : plan.flow.triggers) {
            if (!t.enabled || !std::holds_alternative<flow::HttpSource>(t.source)) continue;
            return fail(ErrorCode::Usage,
                        fmt::format("--until-end would end at once or never: {} is a front door.", t.name),
                        "Use --for, or end it with Ctrl-C.");
        }
        for (const flow::TriggerSpec& t : plan.flow.triggers) {
            if (!t.enabled || t.retries >= 0 || observed(t)) continue;
            return fail(ErrorCode::Usage,
                        fmt::format("--until-end might never end: the trigger {} retries for ever.", t.name),
                        "Give its `retries` a number, or add --for.");
        }
    }
    for (const flow::FunctionSpec& f : plan.flow.functions) {
        if (f.observe) continue;
        if (Status s = checkTarget(f, plan.flow.directory); !s) return s;
    }
    return {};
}

/// The topics of the plan: those that are fed as the plan says, the others as the cluster does.
Result<kafka::ClusterInfo> describe(const RecordingPlan& plan, const kafka::ClusterSettings& cluster) {
    std::vector<std::string> topics = topicsOf(plan);
    std::erase_if(topics, [&](const std::string& name) {
        return std::any_of(plan.fed.begin(), plan.fed.end(), [&](const auto& t) { return t.name == name; });
    });
    kafka::ClusterInfo info;
    if (!topics.empty()) {  // a front door whose function writes nothing needs no cluster
        auto described = kafka::describeCluster(cluster, topics, true, kConnectMs);
        if (!described) return described;
        info = std::move(*described);
    }
    info.topics.insert(info.topics.end(), plan.fed.begin(), plan.fed.end());
    std::sort(info.topics.begin(), info.topics.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return info;
}

kafka::ClusterSettings settingsOf(const RecordingPlan& plan) {
    if (plan.embedded != nullptr) return plan.embedded->settings();
    return {plan.flow.cluster.brokers, plan.flow.cluster.kafka};
}

}  // namespace

struct Recording::Impl {
    std::unique_ptr<journal::Journal> journal;
    std::unique_ptr<Engine> engine;
    std::thread thread;
    mutable std::mutex mutex;  // guards ended and result
    std::condition_variable done;
    bool ended = false;
    Status result;

    void run() {
        Status status = engine->run();
        const Status closed = journal->close();
        if (status && !closed) status = closed;
        {
            const std::lock_guard lock(mutex);
            result = std::move(status);
            ended = true;
        }
        done.notify_all();
    }
};

Recording::Recording(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Recording::~Recording() {
    if (impl_->engine) impl_->engine->requestStop();
    if (impl_->thread.joinable()) impl_->thread.join();
    (void)impl_->journal->close();
}

Result<std::unique_ptr<Recording>> Recording::start(RecordingPlan plan) {
    if (Status s = checkPlan(plan); !s) return passOn(s);
    const kafka::ClusterSettings cluster = settingsOf(plan);
    if (Status s = kafka::checkProperties(cluster.properties); !s) return passOn(s);
    const auto info = describe(plan, cluster);
    if (!info) return tl::unexpected<Error>(info.error());

    auto store = makeStore(plan);
    if (!store) return passOn(store);
    auto impl = std::make_unique<Impl>();
    impl->journal = std::make_unique<journal::Journal>(std::move(*store));
    const std::string path = plan.keep ? plan.path : std::string();
    auto engine = Engine::create(std::move(plan), cluster, *info, *impl->journal);
    if (!engine) {
        (void)impl->journal->close();
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove(path, ignored);  // it holds nothing yet
        return passOn(engine);
    }
    impl->engine = std::move(*engine);
    Impl* const raw = impl.get();
    impl->thread = std::thread([raw] { raw->run(); });
    return std::unique_ptr<Recording>(new Recording(std::move(impl)));
}

RecordingStatus Recording::status() const {
    RecordingStatus status = impl_->engine->status();
    if (ended()) status.phase = RecordingStatus::Phase::Ended;
    return status;
}

Status Recording::control(control::Command command) {
    if (ended()) return fail(ErrorCode::Usage, "The recording has ended.");
    return impl_->engine->control(std::move(command));
}

void Recording::requestStop() {
    impl_->engine->requestStop();
}
void Recording::abort() {
    impl_->engine->abort();
}

bool Recording::ended() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->ended;
}

Status Recording::wait() {
    std::unique_lock lock(impl_->mutex);
    impl_->done.wait(lock, [&] { return impl_->ended; });
    return impl_->result;
}

}  // namespace weir::invoke
