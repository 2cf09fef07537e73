// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/redrive.h"

#include "base/text.h"
#include "kafka/embedded_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace weir::redrive {
namespace {

constexpr int kRetries = 2;  // instead of for ever
constexpr auto kLook = std::chrono::milliseconds(20);

Error unknownFunction(const Plan& plan) {
    std::vector<std::string_view> names;
    std::string known;
    for (const flow::FunctionSpec& f : plan.flow.functions) {
        names.push_back(f.name);
        known += (known.empty() ? "" : ", ") + f.name;
    }
    const std::string_view nearest = nearestWord(plan.function, names);
    return {ErrorCode::Usage, fmt::format("The flow has no function {}.", plan.function),
            nearest.empty() ? "It has: " + known + "." : fmt::format("Did you mean {}?", nearest)};
}

/// Leaves the one function and its triggers, set for a run over history.
Status reduce(Plan& plan, bool& limited) {
    flow::Flow& flow = plan.flow;
    const flow::FunctionSpec* const function = flow.function(plan.function);
    if (function == nullptr) return tl::unexpected<Error>(unknownFunction(plan));
    if (function->observe) {
        return fail(ErrorCode::Usage,
                    fmt::format("The function {} is run by someone else (`observe`).", plan.function),
                    "Give it a target that Weir can call.");
    }
    flow.functions = {flow::FunctionSpec(*function)};
    if (plan.concurrency) flow.functions.front().concurrency = *plan.concurrency;
    std::erase_if(flow.triggers, [&](const flow::TriggerSpec& t) {
        return t.function != plan.function || !t.enabled || t.topics().empty();
    });
    if (flow.triggers.empty()) {
        return fail(ErrorCode::Usage,
                    fmt::format("No enabled trigger of the flow gives topics to {}.", plan.function),
                    "Add one with the topics whose events are to be run again.");
    }
    for (flow::TriggerSpec& t : flow.triggers) {
        t.source = t.topics();
        t.group.clear();
        t.starting_position = {};
        t.max_record_age.reset();  // what is recorded is old
        t.exactly_once = false;
        if (plan.recorded_batches) t.filter = {};  // the function got these events
        if (plan.order) t.order = *plan.order;
        if (plan.batch_size) t.batch_size = *plan.batch_size;
        if (plan.batching_window) t.batching_window = *plan.batching_window;
        if (plan.retries) t.retries = *plan.retries;
        if (t.retries >= 0) continue;
        limited = true;
        t.retries = kRetries;
        if (t.on_exhausted == flow::OnExhausted::Stop) t.on_exhausted = flow::OnExhausted::Discard;
    }
    return {};
}

std::vector<std::string> sourcesOf(const flow::Flow& flow) {
    std::set<std::string> topics;
    for (const flow::TriggerSpec& t : flow.triggers) {
        for (const std::string& topic : t.topics()) topics.insert(topic);
    }
    return {topics.begin(), topics.end()};
}

/// Where the enabled triggers of a function write to.
std::set<std::string> targetsOf(const flow::Flow& flow, const std::string& function) {
    std::set<std::string> topics;
    for (const flow::TriggerSpec& t : flow.triggers) {
        if (t.function != function || !t.enabled) continue;
        for (const flow::OutputSpec& output : t.outputs) topics.insert(output.topic);
        if (t.on_failure_topic) topics.insert(*t.on_failure_topic);
        if (t.on_success_topic) topics.insert(*t.on_success_topic);
    }
    return topics;
}

/// As a cluster would describe them.
std::vector<kafka::TopicInfo> described(const Selection& selection) {
    std::vector<kafka::TopicInfo> topics;
    for (const Selection::Topic& t : selection.topics) {
        kafka::TopicInfo info;
        info.name = t.name;
        for (std::int32_t p = 0; p < t.partitions; ++p) {
            kafka::PartitionInfo partition{p, 0, 0};
            if (const auto found = t.stretches.find(p); found != t.stretches.end()) {
                partition.low = found->second.front().first;
                partition.high = found->second.back().last + 1;
            }
            info.partitions.push_back(partition);
        }
        topics.push_back(std::move(info));
    }
    return topics;
}

std::string fileName(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

std::string paceWord(const Pace& pace) {
    if (pace.speed <= 0) return "fast";
    return pace.speed == 1 ? "recorded" : fmt::format("{:g}x", pace.speed);
}

std::string noteOf(const Plan& plan, const Selection& selection, const journal::SessionInfo& parent) {
    const flow::TriggerSpec& t = plan.flow.triggers.front();
    std::string pace = "as fast as possible";
    if (plan.pace.speed > 0)
        pace = plan.pace.speed == 1 ? "at the recorded pace"
                                    : fmt::format("{:g} times the recorded pace", plan.pace.speed);
    return fmt::format("Re-driven from {} ({}, started {}): {} events{} into {}, order {}, {}{}.",
                       fileName(plan.session), parent.name, formatTimeUtc(parent.started), selection.events,
                       plan.filter.matchesAll() ? "" : " with " + plan.filter.text(), plan.function,
                       flow::orderName(t.order), plan.recorded_batches ? "in the recorded batches, " : "",
                       pace);
}

}  // namespace

std::set<std::string> outputTopics(const Plan& plan) {
    return targetsOf(plan.flow, plan.function);
}

struct Redrive::Impl {
    std::unique_ptr<kafka::EmbeddedCluster> cluster;
    Selection selection;
    std::optional<RecordedCalls> calls;
    bool limited = false;
    std::unique_ptr<invoke::Recording> recording;
    std::mutex mutex;  // guards stopping
    std::condition_variable wake;
    bool stopping = false;
    std::thread watcher;

    /// All have passed, and what they caused was read back.
    [[nodiscard]] bool done(const invoke::RecordingStatus& s) const {
        return s.events >= selection.events + s.outputs && s.queued == 0 && s.in_flight == 0 && s.lag == 0;
    }

    void watch() {
        std::unique_lock lock(mutex);
        TimeNs done_since = 0;
        while (!stopping && !recording->ended()) {
            wake.wait_for(lock, kLook, [&] { return stopping; });
            const invoke::RecordingStatus s = recording->status();
            if (!done(s)) {
                done_since = 0;
            } else if (done_since == 0) {
                done_since = s.now;
            } else if (s.now > done_since) {  // still so in a later picture
                recording->requestStop();
                return;
            }
        }
    }
};

Redrive::Redrive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Redrive::~Redrive() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->wake.notify_one();
    if (impl_->watcher.joinable()) impl_->watcher.join();
}

invoke::Recording& Redrive::recording() {
    return *impl_->recording;
}
const Selection& Redrive::selection() const {
    return impl_->selection;
}
const std::optional<RecordedCalls>& Redrive::recordedCalls() const {
    return impl_->calls;
}
bool Redrive::limitedRetries() const {
    return impl_->limited;
}

Result<std::unique_ptr<Redrive>> Redrive::start(Plan plan) {
    auto impl = std::make_unique<Impl>();
    if (plan.recorded_batches && (plan.batch_size || plan.batching_window)) {
        return fail(ErrorCode::Usage, "The recorded batches have the sizes that they have.",
                    "Leave out the batch size and the batching window, or the recorded batches.");
    }
    if (Status s = reduce(plan, impl->limited); !s) return passOn(s);
    const std::vector<std::string> sources = sourcesOf(plan.flow);
    const std::set<std::string> targets = targetsOf(plan.flow, plan.function);
    for (const std::string& topic : sources) {
        if (targets.count(topic) == 0) continue;
        return fail(
            ErrorCode::Unsupported,
            fmt::format("The function {} writes to {}, which it reads: its outputs would stand among the "
                        "events that are run again.",
                        plan.function, topic),
            "Let the trigger's outputs go to another topic.");
    }
    auto reader = journal::SessionReader::open(plan.session);
    if (!reader) return passOn(reader);
    auto parent = (*reader)->info();
    if (!parent) return passOn(parent);
    auto selection = select(**reader, sources, plan.filter);
    if (!selection) return passOn(selection);
    impl->selection = std::move(*selection);
    if (plan.recorded_batches) {
        const bool named = !plan.recorded_function.empty();
        auto calls = redrive::recordedCalls(**reader, impl->selection,
                                            named ? plan.recorded_function : plan.function, named);
        if (!calls) return passOn(calls);
        impl->calls = std::move(*calls);
    }

    invoke::RecordingPlan recording;
    std::int32_t partitions = 1;
    for (const Selection::Topic& t : impl->selection.topics) partitions = std::max(partitions, t.partitions);
    if (!plan.produce) {
        auto cluster = kafka::EmbeddedCluster::start();
        if (!cluster) return passOn(cluster);
        impl->cluster = std::move(*cluster);
        for (const std::string& topic : targets) {
            if (Status s = impl->cluster->createTopic(topic, partitions); !s) return passOn(s);
        }
        recording.embedded = impl->cluster.get();
        plan.flow.cluster = {flow::kEmbedded, {}};
    } else {
        recording.watch_from.kind = flow::StartingPosition::Kind::Latest;
    }
    recording.watch = {targets.begin(), targets.end()};
    recording.fed = described(impl->selection);
    recording.parent = journal::Parent{parent->name,
                                       fileName(plan.session),
                                       parent->started,
                                       plan.filter.text(),
                                       impl->selection.events,
                                       plan.function,
                                       impl->calls ? impl->calls->function : std::string(),
                                       paceWord(plan.pace)};
    recording.note = noteOf(plan, impl->selection, *parent);
    recording.feed = [session = plan.session, pace = plan.pace, raw = impl.get()](
                         const flow::TriggerSpec& t) -> Result<std::unique_ptr<kafka::Consumer>> {
        auto own = journal::SessionReader::open(session);
        if (!own) return passOn(own);
        return std::make_unique<SessionFeed>(std::shared_ptr<journal::SessionReader>(std::move(*own)),
                                             raw->selection, t.topics(), pace);
    };
    if (impl->calls) {
        recording.batches = [raw = impl.get()](const std::string& topic, std::int32_t partition) {
            const auto found = raw->calls->batches.find({topic, partition});
            return found == raw->calls->batches.end() ? std::make_shared<const invoke::RecordedBatches>()
                                                      : found->second;
        };
    }
    recording.flow = std::move(plan.flow);
    recording.path = std::move(plan.path);
    recording.gate = std::move(plan.gate);
    recording.builtins = std::move(plan.builtins);
    auto started = invoke::Recording::start(std::move(recording));
    if (!started) return passOn(started);
    impl->recording = std::move(*started);
    Impl* const raw = impl.get();
    impl->watcher = std::thread([raw] { raw->watch(); });
    return std::unique_ptr<Redrive>(new Redrive(std::move(impl)));
}

}  // namespace weir::redrive
