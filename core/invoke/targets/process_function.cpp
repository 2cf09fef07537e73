// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/process_function.h"

#include "invoke/targets/failed_answer.h"

#include <atomic>
#include <filesystem>
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
    Fleet(const ProcessFunction& function, TargetHost& host)
        : io_(*function.io), function_(function.id), make_(function.make), host_(host) {}

    void open(InstanceId id, InstancePool::Usable usable) {
        auto instance = make_(id, std::move(usable), [this, id] { ended(id); });
        ProcessInstance& opened = *instances_.emplace(id, std::move(instance)).first->second;
        opened.open();
    }

    void call(InstanceId id, RunningCall call) {
        const auto found = instances_.find(id);
        if (found != instances_.end()) return found->second->call(std::move(call));
        host_.post(
            {.at = now(),
             .function = function_,
             .what = CallEnded{call.id, untakenAnswer("The instance ended before it took the call.")}});
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
    FunctionId function_;
    ProcessFunction::Make make_;
    TargetHost& host_;
    std::map<InstanceId, std::unique_ptr<ProcessInstance>> instances_;
    std::function<void()> stopped_;
};

class ProcessTarget final : public Target {
  public:
    ProcessTarget(ProcessFunction function, TargetHost& host)
        : host_(host),
          function_(std::move(function)),
          io_(function_.io),
          fleet_(std::make_shared<Fleet>(function_, host)),
          pool_(function_.idle_timeout) {}

    ~ProcessTarget() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return function_.size(chunk, index, topicName(chunk.topic()));
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
        const InstanceId id = host_.openInstance(function_.id, now);
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
        return names_.emplace(topic, function_.topic_name(topic)).first->second;
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
    const ProcessFunction function_;
    mutable std::unordered_map<TopicId, std::string> names_;
    std::shared_ptr<IoThread> io_;
    std::shared_ptr<Fleet> fleet_;
    InstancePool pool_;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Target> makeProcessTarget(ProcessFunction function, TargetHost& host) {
    if (!function.io) function.io = std::make_shared<IoThread>();
    return std::make_unique<ProcessTarget>(std::move(function), host);
}

std::string workingDirectory(const std::string& flow_directory, const std::string& directory) {
    const std::filesystem::path place = std::filesystem::path(flow_directory) / directory;
    std::error_code failed;
    const std::filesystem::path absolute = std::filesystem::absolute(place.empty() ? "." : place, failed);
    return (failed ? place : absolute).lexically_normal().string();
}

}  // namespace weir::invoke
