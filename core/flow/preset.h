// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "flow/problem.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::flow {

/// What one of the systems that a trigger may be `like` does by itself, and what it cannot do. Where the
/// figures come from stands in docs/presets.md.
struct Preset {
    std::string_view name;
    std::string_view people_say;  ///< its name in a sentence
    // Defaults, where they are not those of a trigger.
    int batch_size;
    DurationNs batching_window;
    int retries;
    OnExhausted on_exhausted;
    StartingPosition::Kind start;
    // Limits.
    int most_events;   ///< in a batch
    int most_retries;  ///< −1: any number, and for ever
    bool unordered;    ///< order `none` can be had
    bool stops;        ///< it can stop at a batch that fails
    bool bisects;      ///< halves, partial failures, a maximum age
    bool filters;
    bool failure_topic;
    bool success_topic;
    std::optional<DurationNs> longest_call;
};

/// The preset of that name, or null.
[[nodiscard]] const Preset* presetNamed(std::string_view name);

/// The names as ObjectReader::choice() takes them.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> presetNames();

/// What a trigger is when its file says nothing: the defaults of its source and of the system that it is
/// `like` (empty: none), with `failure_topic` as when it names a topic for failed events. The fields that say
/// what the trigger is (name, function, source, like, …) are empty.
[[nodiscard]] TriggerSpec triggerDefaults(std::string_view like, const SourceSpec& source,
                                          bool failure_topic);

/// Adds what triggers ask for and the system that they are like cannot do.
void checkPresets(const Flow& flow, std::vector<Problem>& problems);

/// With partial failures only the named events are delivered again, even where that breaks the order.
[[nodiscard]] bool redeliversNamedOnly(const TriggerSpec& trigger);

}  // namespace weir::flow
