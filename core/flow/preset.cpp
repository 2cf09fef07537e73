// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/preset.h"

#include "flow/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace weir::flow {
namespace {

constexpr int kRetriesBeforeFailureTopic = 10;
constexpr int kAny = 10'000;
constexpr std::string_view kLambda = "lambda-esm";
using Start = StartingPosition::Kind;

constexpr std::array<Preset, 5> kPresets{{
    {.name = kLambda,
     .people_say = "an event source mapping of AWS Lambda",
     .batch_size = 100,
     .batching_window = 500 * kMillisecond,
     .retries = -1,
     .on_exhausted = OnExhausted::Discard,
     .start = Start::Earliest,
     .most_events = 10'000,
     .most_retries = -1,
     .unordered = false,
     .stops = false,
     .bisects = true,
     .filters = true,
     .failure_topic = true,
     .success_topic = false,
     .longest_call = 900 * kSecond},
    {.name = "confluent-lambda-sink",
     .people_say = "Confluent's Lambda sink",
     .batch_size = 20,
     .batching_window = 0,
     .retries = 0,
     .on_exhausted = OnExhausted::Discard,
     .start = Start::Earliest,
     .most_events = kAny,
     .most_retries = kAny,
     .unordered = true,
     .stops = true,
     .bisects = false,
     .filters = false,
     .failure_topic = true,
     .success_topic = true,
     .longest_call = 50 * kSecond},
    {.name = "knative",
     .people_say = "Knative's KafkaSource",
     .batch_size = 1,
     .batching_window = 0,
     .retries = 0,
     .on_exhausted = OnExhausted::Discard,
     .start = Start::Latest,
     .most_events = 1,
     .most_retries = kAny,
     .unordered = true,
     .stops = false,
     .bisects = false,
     .filters = false,
     .failure_topic = true,
     .success_topic = false,
     .longest_call = std::nullopt},
    {.name = "azure-functions",
     .people_say = "the Kafka trigger of Azure Functions",
     .batch_size = 64,
     .batching_window = kSecond,
     .retries = 0,
     .on_exhausted = OnExhausted::Discard,
     .start = Start::Earliest,
     .most_events = kAny,
     .most_retries = kAny,
     .unordered = false,
     .stops = false,
     .bisects = false,
     .filters = false,
     .failure_topic = false,
     .success_topic = false,
     .longest_call = std::nullopt},
    {.name = "nuclio",
     .people_say = "Nuclio's Kafka trigger",
     .batch_size = 1,
     .batching_window = 0,
     .retries = 0,
     .on_exhausted = OnExhausted::Discard,
     .start = Start::Earliest,
     .most_events = 1,
     .most_retries = 0,
     .unordered = false,
     .stops = false,
     .bisects = false,
     .filters = false,
     .failure_topic = false,
     .success_topic = false,
     .longest_call = std::nullopt},
}};

/// A request is an event of its own, somebody waits for its answer, and who called can call again.
void makeFrontDoor(TriggerSpec& spec) {
    spec.batch_size = 1;
    spec.batching_window = 0;
    spec.retries = 0;
    spec.on_exhausted = OnExhausted::Discard;
}

/// Collects what one trigger asks for and its preset does not have.
class PresetCheck {
  public:
    PresetCheck(const TriggerSpec& trigger, const Preset& preset, std::string place,
                std::vector<Problem>& problems)
        : trigger_(trigger), preset_(preset), place_(std::move(place)), problems_(problems) {}

    void run() const {
        checkOrder();
        checkFailure();
        refuseIf(trigger_.batch_size > preset_.most_events, "batch_size",
                 preset_.most_events == 1
                     ? "sends one event a call"
                     : fmt::format("takes {} events a call at most", preset_.most_events),
                 fmt::format("set it to {}", preset_.most_events));
        refuseIf(!trigger_.filter.empty() && !preset_.filters, "filter", "does not filter by value");
        refuseIf(trigger_.exactly_once, "exactly_once", "has no transactions");
        refuseIf(std::holds_alternative<HttpSource>(trigger_.source), "http", "reads topics",
                 "read \"topics\", or remove \"like\"");
        if (preset_.name == kLambda) checkLambda();
    }

  private:
    void refuseIf(bool asked, std::string_view key, std::string_view what,
                  std::string hint = "remove it, or \"like\"") const {
        if (!asked) return;
        problems_.push_back({memberPlace(place_, std::string(key)),
                             fmt::format("cannot be had: {} {}", preset_.people_say, what), std::move(hint)});
    }

    void checkOrder() const {
        refuseIf(trigger_.order == Order::Key, "order", "keeps the order of partitions, not of keys",
                 "set it to \"partition\", or remove \"like\"");
        refuseIf(trigger_.order == Order::None && !preset_.unordered, "order",
                 "has one call of a partition in flight", "set it to \"partition\", or remove \"like\"");
    }

    void checkFailure() const {
        refuseIf(trigger_.on_failure_topic.has_value() && !preset_.failure_topic, "on_failure",
                 "has no topic for failed events");
        refuseIf(trigger_.on_success_topic.has_value() && !preset_.success_topic, "on_success",
                 "has no topic for successes");
        refuseIf(trigger_.bisect && !preset_.bisects, "bisect", "does not split batches");
        refuseIf(trigger_.partial_failures && !preset_.bisects, "partial_failures",
                 "takes a batch as failed or done");
        refuseIf(trigger_.max_record_age.has_value() && !preset_.bisects, "max_record_age",
                 "knows no maximum age");
        refuseIf(trigger_.on_exhausted == OnExhausted::Stop && !preset_.stops, "on_exhausted",
                 "goes on after a batch that fails");
        const bool for_ever = trigger_.retries < 0 && preset_.most_retries >= 0;
        const bool too_often = preset_.most_retries >= 0 && trigger_.retries > preset_.most_retries;
        refuseIf(for_ever || too_often, "retries",
                 preset_.most_retries == 0 ? "does not call again" : "does not call again for ever",
                 preset_.most_retries == 0 ? "set it to 0" : "set it to a number");
    }

    void checkLambda() const {
        const DurationNs window = trigger_.batching_window;
        refuseIf(window % kSecond != 0 && window != preset_.batching_window, "batching_window",
                 "takes whole seconds, or 500ms when it was never set", "set it to whole seconds");
        refuseIf(trigger_.batch_bytes > TriggerSpec{}.batch_bytes, "batch_bytes",
                 "sends 6 MiB a call at most", "set it to \"6MiB\" or less");
        const DurationNs age = trigger_.max_record_age.value_or(60 * kSecond);
        refuseIf(age < 60 * kSecond || age > 604'800 * kSecond, "max_record_age", "takes 60 s to 7 days",
                 "set it to \"1m\" or more, \"168h\" or less");
    }

    const TriggerSpec& trigger_;
    const Preset& preset_;
    std::string place_;
    std::vector<Problem>& problems_;
};

}  // namespace

const Preset* presetNamed(std::string_view name) {
    const auto* const found = std::ranges::find(kPresets, name, &Preset::name);
    return found == kPresets.end() ? nullptr : found;
}

std::vector<std::pair<std::string_view, std::string_view>> presetNames() {
    std::vector<std::pair<std::string_view, std::string_view>> names;
    names.reserve(kPresets.size());
    for (const Preset& preset : kPresets) names.emplace_back(preset.name, preset.name);
    return names;
}

TriggerSpec triggerDefaults(std::string_view like, const SourceSpec& source, bool failure_topic) {
    TriggerSpec spec;
    if (std::holds_alternative<HttpSource>(source)) makeFrontDoor(spec);
    if (const Preset* const preset = presetNamed(like)) {
        spec.batch_size = preset->batch_size;
        spec.batching_window = preset->batching_window;
        spec.retries = preset->retries;
        spec.on_exhausted = preset->on_exhausted;
        spec.starting_position.kind = preset->start;
    }
    if (failure_topic) {
        if (spec.retries < 0) spec.retries = kRetriesBeforeFailureTopic;
        spec.on_exhausted = OnExhausted::DeadLetter;
    }
    return spec;
}

void checkPresets(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const TriggerSpec& trigger = flow.triggers[i];
        if (const Preset* const preset = presetNamed(trigger.like))
            PresetCheck(trigger, *preset, elementPlace("triggers", i), problems).run();
    }
}

bool redeliversNamedOnly(const TriggerSpec& trigger) {
    return trigger.like == kLambda;
}

}  // namespace weir::flow
