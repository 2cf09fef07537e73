// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "invoke/observe/observer.h"
#include "invoke/source.h"

#include <map>
#include <string>

namespace weir::invoke {

/// What an observation needs of the engine.
class ObservationHost {
  public:
    virtual ~ObservationHost() = default;
    /// Adds the ids of these events to `runs`; those that have no record get one all the same.
    virtual void identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last,
                          TimeNs at, std::vector<facts::EventRun>& runs) = 0;
    virtual InvocationId observedCall() = 0;
    virtual void observedFact(TimeNs at, facts::Body body) = 0;
};

/// An observed trigger: its observer, and the source that reads its topics.
class Observation final : public ObserverPort {
  public:
    /// `until_end`: what is appended after the recording began is not awaited.
    Observation(ObserverSpec spec, bool until_end, ObservationHost& host);

    void readBy(const Source& source) { source_ = &source; }
    [[nodiscard]] const Source* source() const noexcept { return source_; }
    [[nodiscard]] Observer& observer() noexcept { return observer_; }

    bool atEnd(TopicId topic, std::int32_t partition) override;
    void identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last, TimeNs at,
                  std::vector<facts::EventRun>& runs) override {
        host_.identify(topic, partition, first, last, at, runs);
    }
    InvocationId nextCall() override { return host_.observedCall(); }
    void write(TimeNs at, facts::Body body) override { host_.observedFact(at, std::move(body)); }

  private:
    ObservationHost& host_;
    std::map<TopicId, std::string> topics_;
    Observer observer_;
    const Source* source_ = nullptr;
    bool until_end_;
};

/// What to look at for a trigger whose function is observed.
[[nodiscard]] ObserverSpec observerSpec(const flow::TriggerSpec& trigger, const flow::FunctionSpec& function,
                                        TriggerId trigger_id, FunctionId function_id,
                                        const std::map<std::string, TopicId>& topic_ids);

/// All topics that an observed trigger names, those that it writes included.
[[nodiscard]] std::vector<std::string> observedTopics(const flow::TriggerSpec& trigger);

}  // namespace weir::invoke
