// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_host.h"
#include "flow/flow.h"
#include "invoke/targets/lambda_runtime.h"
#include "places.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {

inline const std::string kHere = test::sourceDirectory() + "/tests/integration/lambda_runtime";

inline std::vector<std::string> shippedLoop(const std::string& handler) {
    return {"python3", test::sourceDirectory() + "/resources/functions/weir_runtime.py", handler};
}

inline flow::FunctionSpec functionSpec(std::vector<std::string> command) {
    flow::FunctionSpec spec;
    spec.name = "under-test";
    spec.target = flow::LambdaRuntimeTarget{.command = std::move(command), .directory = ".", .handler = {}};
    return spec;
}

/// A target with the host that it talks to.
class FunctionUnderTest {
  public:
    explicit FunctionUnderTest(const flow::FunctionSpec& spec)
        : target(makeLambdaRuntimeTarget({.function = FakeHost::kFunction,
                                          .spec = spec,
                                          .flow_directory = kHere,
                                          .event_source = "SelfManagedKafka",
                                          .brokers = "localhost:9092",
                                          .topic_name = [](TopicId) { return std::string("bids"); }},
                                         host)) {}
    explicit FunctionUnderTest(std::vector<std::string> command)
        : FunctionUnderTest(functionSpec(std::move(command))) {}

    /// The number of the invocation and where it went.
    std::pair<InvocationId, Target::Started> start(std::uint32_t events = 1, std::int64_t first = 0) {
        Invocation invocation;
        invocation.id = InvocationId{++calls_};
        invocation.function = FakeHost::kFunction;
        invocation.batch = makeBatch(first, events);
        const Target::Started started = target->start(invocation, now());
        return {invocation.id, started};
    }

    Answer await(InvocationId id) {
        const auto fits = [id](const TargetEvent& event) {
            const auto* ended = std::get_if<CallEnded>(&event.what);
            return ended != nullptr && ended->invocation == id;
        };
        if (!host.await(*target, fits)) throw std::runtime_error("the call did not end");
        return std::get<CallEnded>(host.events.back().what).answer;
    }

    Answer call(std::uint32_t events = 1, std::int64_t first = 0) {
        return await(start(events, first).first);
    }

    InstanceEnded awaitEnd(InstanceId id) {
        const auto is_end = [id](const TargetEvent& event) {
            const auto* ended = std::get_if<InstanceEnded>(&event.what);
            return ended != nullptr && ended->instance == id;
        };
        for (const TargetEvent& event : host.events) {
            if (is_end(event)) return std::get<InstanceEnded>(event.what);
        }
        if (!host.await(*target, is_end)) throw std::runtime_error("the instance did not end");
        return std::get<InstanceEnded>(host.events.back().what);
    }

    void stop() {
        target->stop();
        host.drain(*target);
    }

    /// What the function wrote, by stream.
    [[nodiscard]] std::vector<std::string> lines(facts::Stream stream) const {
        std::vector<std::string> out;
        for (LogWritten& log : host.all<LogWritten>()) {
            if (log.stream == stream) out.push_back(std::move(log.text));
        }
        return out;
    }

    FakeHost host;
    std::unique_ptr<Target> target;

  private:
    std::int64_t calls_ = 0;
};

}  // namespace weir::invoke
