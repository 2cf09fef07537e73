// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/simulated.h"

#include "invoke/targets/chance.h"
#include "invoke/targets/failed_answer.h"
#include "invoke/targets/instance_pool.h"
#include "invoke/targets/plain_size.h"

#include <queue>

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::invoke {
namespace {

using Clock = std::chrono::steady_clock;
using facts::InstanceEndReason;
using facts::Outcome;

/// Every event's value comes back as the record that it caused.
Answer echo(const Batch& batch) {
    Answer answer;
    answer.records.reserve(batch.count);
    for (const Slice& slice : batch.slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) {
            AnsweredRecord record;
            record.cause = static_cast<std::uint32_t>(answer.records.size());
            if (const Bytes value = slice.chunk->value(i); !value.isNull()) record.value = value.view();
            answer.records.push_back(std::move(record));
        }
    }
    return answer;
}

/// Something that is going to happen.
struct Due {
    Clock::time_point at;
    std::uint64_t sequence = 0;  ///< what is planned first happens first
    InstanceId instance = {};
    InvocationId call = {};  ///< 0: the instance becomes ready
    Outcome outcome = Outcome::Success;
    BatchPtr batch = {};
    /// What the call does to its instance.
    std::optional<InstanceEndReason> ends = {};
    std::string why = {};

    [[nodiscard]] bool operator<(const Due& other) const {
        return std::pair(at, sequence) > std::pair(other.at, other.sequence);  // the earliest is on top
    }
};

class Simulated final : public Target {
  public:
    Simulated(FunctionId id, const flow::FunctionSpec& spec, TargetHost& host)
        : id_(id),
          spec_(std::get<flow::SimulatedTarget>(spec.target)),
          timeout_(spec.timeout),
          init_timeout_(spec.init_timeout),
          host_(host),
          pool_(spec.idle_timeout),
          chance_(spec_.seed) {}

    ~Simulated() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return plainSize(chunk, index);
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        if (!timer_.joinable()) timer_ = std::thread([this] { run(); });
        Chance chance = chanceOf(invocation);
        const double fate = chance.share();
        if (fate < spec_.throttles) {
            plan({.at = Clock::now(),
                  .call = invocation.id,
                  .outcome = Outcome::Throttled,
                  .why = "The function turned the call away, as its `throttles` say."});
            return {};
        }
        if (const auto warm = pool_.take(invocation.id)) {
            planCall(invocation, *warm, 0, fate, chance);
            return {.instance = *warm, .cold = false};
        }
        return {.instance = coldStart(invocation, fate, chance, now), .cold = true};
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
        for (const InstanceId instance : pool_.takeExpired(now)) {
            endInstance(instance, InstanceEndReason::Idle, {});
        }
    }

    void stop() override {
        std::priority_queue<Due> planned;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(stopping_, true)) return;
            planned.swap(planned_);
        }
        changed_.notify_one();
        if (timer_.joinable()) timer_.join();
        for (; !planned.empty(); planned.pop()) {
            if (!planned.top().call) continue;
            post(CallEnded{planned.top().call,
                           failedAnswer(Outcome::Abandoned, "Weir stopped before the function answered.")});
        }
        for (const auto& [instance, usable] : std::exchange(alive_, {})) {
            post(InstanceEnded{instance, InstanceEndReason::Stopped, {}});
        }
    }

  private:
    [[nodiscard]] Chance chanceOf(const Invocation& invocation) const {
        const Slice& first = invocation.batch->slices.front();
        return chance_.with(1)
            .with(static_cast<std::uint64_t>(first.chunk->partition()))
            .with(static_cast<std::uint64_t>((*first.chunk)[first.from].offset))
            .with(static_cast<std::uint64_t>(invocation.attempt));
    }

    InstanceId coldStart(const Invocation& invocation, double fate, Chance& chance, TimeNs now) {
        const InstanceId instance = host_.openInstance(id_, now);
        auto usable = std::make_shared<std::atomic<bool>>(true);
        pool_.add(instance, invocation.id, usable);
        {
            const std::lock_guard lock(mutex_);
            alive_.emplace(instance, std::move(usable));
        }
        const DurationNs init = chance_.with(2).with(++opened_).duration(spec_.cold);
        if (init > init_timeout_) {
            planEnd(invocation, instance, init_timeout_, Outcome::Timeout, InstanceEndReason::Timeout,
                    fmt::format("The instance was not ready within its init_timeout, {}.",
                                durationLiteral(init_timeout_)));
            return instance;
        }
        plan({.at = Clock::now() + std::chrono::nanoseconds(init), .instance = instance});
        planCall(invocation, instance, init, fate, chance);
        return instance;
    }

    void planCall(const Invocation& invocation, InstanceId instance, DurationNs init, double fate,
                  Chance& chance) {
        const DurationNs run = chance.duration(spec_.warm);
        fate -= spec_.throttles;
        if (run > timeout_) {
            return planEnd(invocation, instance, init + timeout_, Outcome::Timeout,
                           InstanceEndReason::Timeout,
                           fmt::format("The function did not answer within its timeout, {}.",
                                       durationLiteral(timeout_)));
        }
        if (fate < spec_.crashes) {
            const auto until = static_cast<DurationNs>(static_cast<double>(run) * chance.share());
            return planEnd(invocation, instance, init + until, Outcome::Crashed, InstanceEndReason::Crashed,
                           "The instance crashed, as its `crashes` say.");
        }
        const bool fails = fate - spec_.crashes < spec_.failures;
        plan({.at = Clock::now() + std::chrono::nanoseconds(init + run),
              .instance = instance,
              .call = invocation.id,
              .outcome = fails ? Outcome::Error : Outcome::Success,
              .batch = invocation.batch,
              .why = fails ? "The function failed, as its `failures` say." : ""});
    }

    void planEnd(const Invocation& invocation, InstanceId instance, DurationNs after, Outcome outcome,
                 InstanceEndReason reason, std::string why) {
        plan({.at = Clock::now() + std::chrono::nanoseconds(after),
              .instance = instance,
              .call = invocation.id,
              .outcome = outcome,
              .ends = reason,
              .why = std::move(why)});
    }

    void plan(Due due) {
        bool first = false;
        {
            const std::lock_guard lock(mutex_);
            due.sequence = ++sequence_;
            planned_.push(std::move(due));
            first = planned_.top().sequence == sequence_;
        }
        if (first) changed_.notify_one();
    }

    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (planned_.empty()) {
                changed_.wait(lock);
                continue;
            }
            if (const Clock::time_point next = planned_.top().at; Clock::now() < next) {
                changed_.wait_until(lock, next);
                continue;
            }
            const Due due = planned_.top();
            planned_.pop();
            lock.unlock();
            happen(due);
            lock.lock();
        }
    }

    void happen(const Due& due) {
        if (!due.call) return post(InstanceBecameReady{due.instance});
        if (due.ends) retire(due.instance);
        const bool echoes =
            due.outcome == Outcome::Success && spec_.answer == flow::SimulatedTarget::Answers::Echo;
        post(CallEnded{due.call, echoes ? echo(*due.batch) : failedAnswer(due.outcome, due.why)});
        if (due.ends) endInstance(due.instance, *due.ends, due.why);
    }

    /// It takes no call any more.
    void retire(InstanceId instance) {
        const std::lock_guard lock(mutex_);
        if (const auto found = alive_.find(instance); found != alive_.end()) found->second->store(false);
    }

    void endInstance(InstanceId instance, InstanceEndReason reason, const std::string& detail) {
        {
            const std::lock_guard lock(mutex_);
            if (alive_.erase(instance) == 0) return;
        }
        post(InstanceEnded{instance, reason, detail});
    }

    void post(decltype(TargetEvent::what) what) {
        host_.post({.at = now(), .function = id_, .what = std::move(what)});
    }

    const FunctionId id_;
    const flow::SimulatedTarget spec_;
    const DurationNs timeout_;
    const DurationNs init_timeout_;
    TargetHost& host_;
    InstancePool pool_;  ///< engine's thread only, as what follows
    const Chance chance_;
    std::uint64_t opened_ = 0;
    std::thread timer_;

    std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    std::priority_queue<Due> planned_;
    std::uint64_t sequence_ = 0;
    std::unordered_map<InstanceId, InstancePool::Usable> alive_;
    bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Target> makeSimulatedTarget(FunctionId id, const flow::FunctionSpec& spec, TargetHost& host) {
    return std::make_unique<Simulated>(id, spec, host);
}

}  // namespace weir::invoke
