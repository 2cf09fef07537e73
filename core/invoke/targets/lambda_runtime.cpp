// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda_runtime.h"

#include "invoke/targets/instance_pool.h"
#include "invoke/targets/io_thread.h"
#include "invoke/targets/runtime_instance.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <unordered_map>
#include <utility>
#include <variant>

namespace weir::invoke {
namespace {

/// The instances of one function.
/// Threads: the I/O thread only.
class Fleet : public std::enable_shared_from_this<Fleet> {
  public:
    Fleet(IoThread& io, std::shared_ptr<const RuntimeFunction> function)
        : io_(io), function_(std::move(function)) {}

    void open(InstanceId id, InstancePool::Usable usable) {
        auto instance = std::make_unique<RuntimeInstance>(io_.context(), function_, id, std::move(usable),
                                                          [this, id] { ended(id); });
        RuntimeInstance& opened = *instances_.emplace(id, std::move(instance)).first->second;
        opened.open();
    }

    void call(InstanceId id, RunningCall call) {
        const auto found = instances_.find(id);
        if (found != instances_.end()) return found->second->call(std::move(call));
        Answer answer;
        answer.outcome = facts::Outcome::Throttled;
        answer.error = "The instance ended before it took the call.";
        function_->post(now(), CallEnded{call.id, std::move(answer)});
    }

    void end(InstanceId id) {
        const auto found = instances_.find(id);
        if (found != instances_.end()) found->second->end(facts::InstanceEndReason::Idle);
    }

    void stop(std::function<void()> stopped) {
        stopped_ = std::move(stopped);
        for (auto& [id, instance] : instances_) instance->end(facts::InstanceEndReason::Stopped);
        if (instances_.empty()) stopped_();
    }

  private:
    /// Called from inside the instance, so its destruction waits for the next turn.
    void ended(InstanceId id) {
        io_.post([self = shared_from_this(), id] {
            self->instances_.erase(id);
            if (self->instances_.empty() && self->stopped_) self->stopped_();
        });
    }

    IoThread& io_;
    std::shared_ptr<const RuntimeFunction> function_;
    std::map<InstanceId, std::unique_ptr<RuntimeInstance>> instances_;
    std::function<void()> stopped_;
};

class LambdaRuntime final : public Target {
  public:
    LambdaRuntime(std::shared_ptr<const RuntimeFunction> function, TopicNames topic_name,
                  std::shared_ptr<IoThread> io, TargetHost& host)
        : host_(host),
          function_(std::move(function)),
          topic_name_(std::move(topic_name)),
          io_(std::move(io)),
          fleet_(std::make_shared<Fleet>(*io_, function_)),
          pool_(function_->spec.idle_timeout) {}

    ~LambdaRuntime() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return lambdaRecordSize(chunk, index, topicName(chunk.topic()));
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        RunningCall call{
            .id = invocation.id, .batch = invocation.batch, .topics = namesOf(*invocation.batch)};
        if (const std::optional<InstanceId> warm = pool_.take(invocation.id)) {
            io_->post([fleet = fleet_, id = *warm, call = std::move(call)]() mutable {
                fleet->call(id, std::move(call));
            });
            return {.instance = *warm, .cold = false};
        }
        const InstanceId id = host_.openInstance(function_->id, now);
        auto usable = std::make_shared<std::atomic<bool>>(true);
        pool_.add(id, invocation.id, usable);
        io_->post([fleet = fleet_, id, usable, call = std::move(call)]() mutable {
            fleet->open(id, std::move(usable));
            fleet->call(id, std::move(call));
        });
        return {.instance = id, .cold = true};
    }

    void seen(const TargetEvent& event) override {
        if (const auto* call = std::get_if<CallEnded>(&event.what)) {
            pool_.callEnded(call->invocation, event.at);
        } else if (const auto* instance = std::get_if<InstanceEnded>(&event.what)) {
            pool_.instanceEnded(instance->instance);
        }
    }

    [[nodiscard]] std::optional<TimeNs> deadline() const override { return pool_.deadline(); }

    void tick(TimeNs now) override {
        for (const InstanceId id : pool_.takeExpired(now)) {
            io_->post([fleet = fleet_, id] { fleet->end(id); });
        }
    }

    void stop() override {
        if (std::exchange(stopped_, true)) return;
        const auto done = std::make_shared<std::promise<void>>();
        io_->post([fleet = fleet_, done] { fleet->stop([done] { done->set_value(); }); });
        done->get_future().wait();
    }

  private:
    [[nodiscard]] const std::string& topicName(TopicId topic) const {
        const auto known = names_.find(topic);
        if (known != names_.end()) return known->second;
        return names_.emplace(topic, topic_name_(topic)).first->second;
    }

    /// Names for the I/O thread, which may not ask the engine.
    [[nodiscard]] TopicNames namesOf(const Batch& batch) const {
        std::map<TopicId, std::string> names;
        for (const Slice& slice : batch.slices) {
            names.emplace(slice.chunk->topic(), topicName(slice.chunk->topic()));
        }
        return [names = std::move(names)](TopicId topic) { return names.at(topic); };
    }

    TargetHost& host_;
    std::shared_ptr<const RuntimeFunction> function_;
    TopicNames topic_name_;
    mutable std::unordered_map<TopicId, std::string> names_;
    std::shared_ptr<IoThread> io_;
    std::shared_ptr<Fleet> fleet_;
    InstancePool pool_;
    bool stopped_ = false;
};

/// Empty, which means the current one, only when that is gone.
std::string absoluteDirectory(const std::string& base, const std::string& directory) {
    const std::filesystem::path place = std::filesystem::path(base) / directory;
    std::error_code failed;
    const std::filesystem::path absolute = std::filesystem::absolute(place.empty() ? "." : place, failed);
    return (failed ? place : absolute).lexically_normal().string();
}

}  // namespace

std::unique_ptr<Target> makeLambdaRuntimeTarget(LambdaRuntimeOptions options, TargetHost& host) {
    const auto& target = std::get<flow::LambdaRuntimeTarget>(options.spec.target);
    auto function = std::make_shared<RuntimeFunction>(RuntimeFunction{
        .id = options.function,
        .spec = options.spec,
        .target = target,
        .directory = absoluteDirectory(options.flow_directory, target.directory),
        .source = {.name = std::move(options.event_source), .brokers = std::move(options.brokers)},
        .host = &host,
    });
    if (!options.io) options.io = std::make_shared<IoThread>();
    return std::make_unique<LambdaRuntime>(std::move(function), std::move(options.topic_name),
                                           std::move(options.io), host);
}

}  // namespace weir::invoke
