// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/batch_runs.h"
#include "invoke/dispatcher.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::invoke::test {

constexpr TimeNs kMs = kMillisecond;

/// Writes down what the dispatcher decides, a line each.
class Journaling final : public DispatchPort {
  public:
    std::vector<std::string> lines;
    std::vector<InvocationId> calls;
    std::vector<GiveUpId> given_up;
    std::vector<HeldId> held;
    std::vector<BatchPtr> batches;  ///< of the calls

    std::vector<std::string> take() { return std::exchange(lines, {}); }

    void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs /*now*/) override {
        lines.push_back(fmt::format("batch {} {} {}", batch.id.value, text(batch), facts::word(closed_by)));
    }
    void startCall(LaneId lane, const Invocation& i, TimeNs /*now*/) override {
        calls.push_back(i.id);
        batches.push_back(i.batch);
        lines.push_back(
            fmt::format("call {} lane {} {} attempt {}", i.id.value, lane.value, text(*i.batch), i.attempt));
    }
    void callHeld(HeldId id, const Invocation& i, TimeNs /*now*/) override {
        held.push_back(id);
        lines.push_back(fmt::format("held {} attempt {}", text(*i.batch), i.attempt));
    }
    void retrying(const Invocation& failed, DurationNs /*backoff*/, const std::string& why,
                  TimeNs /*now*/) override {
        lines.push_back(fmt::format("retry {} {}", failed.id.value, why));
    }
    void split(const Invocation& failed, const std::string& why, TimeNs /*now*/) override {
        lines.push_back(fmt::format("split {} {}", failed.id.value, why));
    }
    void throttled(const Invocation& failed, int limit, DurationNs pause, const std::string& /*why*/,
                   TimeNs /*now*/) override {
        lines.push_back(fmt::format("throttle {} to {} for {}", failed.id.value, limit, pause / kMs));
    }
    void skipped(TriggerId /*trigger*/, const Batch& events, facts::SkipReason reason,
                 TimeNs /*now*/) override {
        lines.push_back(fmt::format("skip {} {}", text(events), facts::word(reason)));
    }
    void giveUp(const GivenUp& g, TimeNs /*now*/) override {
        given_up.push_back(g.id);
        lines.push_back(fmt::format("give up {} {} {} after {}", text(*g.batch), facts::word(g.reason), g.why,
                                    g.attempts));
    }
    void triggerStopped(TriggerId trigger, const std::string& why, TimeNs /*now*/) override {
        lines.push_back(fmt::format("stop {} {}", trigger.value, why));
    }
    void passed(LaneId lane, std::int64_t next, TimeNs /*now*/) override {
        lines.push_back(fmt::format("passed lane {} to {}", lane.value, next));
    }

  private:
    static std::string text(const Batch& batch) {
        std::string out;
        for (const facts::EventRun& r : runsOf(batch)) {
            out += fmt::format("{}{}-{}", out.empty() ? "" : ",", r.first, r.last);
        }
        return out;
    }
};

class DispatcherFixture : public testing::Test {
  protected:
    static flow::TriggerSpec spec(int batch_size, DurationNs window) {
        flow::TriggerSpec s;
        s.batch_size = batch_size;
        s.batching_window = window;
        return s;
    }
    void add(const flow::TriggerSpec& s, int concurrency = 10, LaneLimits limits = {}) {
        dispatcher.addFunction(FunctionId{1}, concurrency);
        dispatcher.addTrigger(
            TriggerId{1}, FunctionId{1}, s,
            [](const RecordChunk& c, std::uint32_t i) { return c.value(i).size; }, limits);
    }
    void succeed(std::int64_t invocation, TimeNs now) {
        dispatcher.ended(InvocationId{invocation}, now);
        dispatcher.succeeded(InvocationId{invocation}, now);
    }
    void breakDown(std::int64_t invocation, TimeNs now) {
        dispatcher.ended(InvocationId{invocation}, now);
        dispatcher.failed(InvocationId{invocation}, {.why = "error"}, now);
    }

    Journaling port;
    Dispatcher dispatcher{port};
};

}  // namespace weir::invoke::test
