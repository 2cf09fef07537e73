// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "journal/text/fact_parser.h"
#include "journal/text/fact_sink.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::journal {

/// Gives ids to the names of topics, functions, triggers and instances, and writes the facts that declare
/// them. A name that is used and was not declared gets an id all the same; declared later, it keeps it.
/// Threads: one.
class DeclaredNames {
  public:
    explicit DeclaredNames(FactSink& sink) : sink_(sink) {}

    [[nodiscard]] TopicId findTopic(std::string_view name);  ///< 0: never named
    TopicId topic(std::string_view name, std::int32_t partition, TimeNs at);
    FunctionId function(std::string_view name, TimeNs at);
    /// An empty name is no trigger. `function` may be unknown.
    TriggerId trigger(std::string_view name, FunctionId function, TimeNs at);
    /// An empty name is no instance.
    InstanceId instance(std::string_view name, FunctionId function, TimeNs at);

    // Facts that declare. What is said again is dropped; a topic may change its number of partitions, a
    // trigger of the same name may mean something else from then on, an instance may be a new one.
    Status declareTopic(const TextFact& fact);
    Status declareFunction(const TextFact& fact);
    void declareTrigger(const TextFact& fact);
    void declareInstance(const TextFact& fact);
    Status instanceReady(const TextFact& fact);
    Status instanceEnd(const TextFact& fact);

    /// Facts that said nothing new.
    [[nodiscard]] std::int64_t repeats() const noexcept { return repeats_; }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <typename T>
    using ByName = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    struct Instance {
        facts::Instance fact;
        bool ready = false, ended = false;
    };

    Instance& instanceNamed(std::string_view name, FunctionId function, TimeNs at);

    FactSink& sink_;
    ByName<facts::Topic> topics_;
    ByName<facts::Function> functions_;
    ByName<std::vector<facts::Trigger>> triggers_;
    ByName<Instance> instances_;
    const facts::Topic* last_topic_ = nullptr;
    std::int64_t next_trigger_ = 1, next_instance_ = 1;
    std::int64_t repeats_ = 0;
};

}  // namespace weir::journal
