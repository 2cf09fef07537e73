// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <fmt/format.h>

#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 9> kSimulatedKeys{"kind",      "profile", "warm",   "cold", "failures",
                                                         "throttles", "crashes", "answer", "seed"};
constexpr std::array<std::string_view, 5> kDistributionKeys{"mean", "deviation", "shape", "from", "to"};

constexpr DurationNs kLongest = 3600 * kSecond;
constexpr std::int64_t kLargestSeed = std::int64_t{1} << 53;  // what every JSON reader keeps exactly

void readUniform(const ObjectReader& reader, Distribution& distribution) {
    distribution.shape = Distribution::Shape::Uniform;
    if (reader.require("from", "expected a duration"))
        reader.duration("from", 0, kLongest, distribution.mean);
    if (reader.require("to", "expected a duration"))
        reader.duration("to", 0, kLongest, distribution.deviation);
    if (distribution.deviation < distribution.mean) {
        reader.context().add(reader.place("to"), "is below \"from\"", "expected the longer one here");
    }
    for (const std::string_view other : {"mean", "deviation", "shape"}) {
        if (reader.has(other))
            reader.context().add(reader.place(other), "does not go with \"from\" and \"to\"", "remove it");
    }
}

void readMean(const ObjectReader& reader, Distribution& distribution) {
    using Shape = Distribution::Shape;
    static constexpr std::pair<std::string_view, Shape> kShapes[] = {{"normal", Shape::Normal},
                                                                     {"lognormal", Shape::LogNormal}};
    distribution.shape = Shape::LogNormal;
    reader.choice("shape", kShapes, distribution.shape);
    if (reader.require("mean", "expected a duration, or \"from\" and \"to\""))
        reader.duration("mean", 0, kLongest, distribution.mean);
    if (reader.require("deviation", "expected a duration"))
        reader.duration("deviation", 0, kLongest, distribution.deviation);
}

void readDistribution(const ObjectReader& reader, std::string_view key, Distribution& target) {
    const auto node = reader.find(key);
    if (!node) return;
    Distribution distribution;
    if (node->json->is_string()) {
        if (reader.duration(key, 0, kLongest, distribution.mean)) target = distribution;
        return;
    }
    if (!node->json->is_object()) {
        reader.context().add(
            node->place, "is no duration",
            "expected \"25ms\", { \"mean\": \"25ms\", \"deviation\": \"5ms\" } or { \"from\": "
            "\"3s\", \"to\": \"5s\" }");
        return;
    }
    const ObjectReader inner(reader.context(), *node, kDistributionKeys);
    if (inner.has("from") || inner.has("to")) {
        readUniform(inner, distribution);
    } else {
        readMean(inner, distribution);
    }
    target = distribution;
}

void readShare(const ObjectReader& reader, std::string_view key, double& target) {
    const auto node = reader.find(key);
    if (!node) return;
    const bool fits =
        node->json->is_number() && node->json->get<double>() >= 0 && node->json->get<double>() <= 1;
    if (fits) {
        target = node->json->get<double>();
    } else {
        reader.context().add(node->place, "is no share", "expected a number from 0 to 1, such as 0.01");
    }
}

void readSeed(const ObjectReader& reader, std::uint64_t& seed) {
    const auto node = reader.find("seed");
    if (!node) return;
    const auto number = readInteger(*node->json);
    if (number && *number >= 0 && *number <= kLargestSeed) {
        seed = static_cast<std::uint64_t>(*number);
    } else {
        reader.context().add(node->place, "is no seed",
                             fmt::format("expected a whole number from 0 to {}", kLargestSeed));
    }
}

}  // namespace

TargetSpec readSimulated(const ReadContext& context, const Node& node) {
    using Profile = SimulatedTarget::Profile;
    using Answers = SimulatedTarget::Answers;
    const ObjectReader reader(context, node, kSimulatedKeys);
    Profile profile = Profile::None;
    static constexpr std::pair<std::string_view, Profile> kProfiles[] = {
        {"aws", Profile::Aws}, {"google", Profile::Google}, {"azure", Profile::Azure}};
    reader.choice("profile", kProfiles, profile);
    SimulatedTarget target = simulatedProfile(profile);
    if (!reader.has("profile") && !reader.has("warm")) {
        context.add(reader.place("warm"), "is missing",
                    "say how long a call takes, such as \"25ms\", or choose a \"profile\"");
    }
    readDistribution(reader, "warm", target.warm);
    readDistribution(reader, "cold", target.cold);
    readShare(reader, "failures", target.failures);
    readShare(reader, "throttles", target.throttles);
    readShare(reader, "crashes", target.crashes);
    if (target.failures + target.throttles + target.crashes > 1) {
        context.add(reader.place("failures"), "and \"throttles\" and \"crashes\" are more than all calls",
                    "let the three be 1 at most together");
    }
    static constexpr std::pair<std::string_view, Answers> kAnswers[] = {{"none", Answers::Nothing},
                                                                        {"echo", Answers::Echo}};
    reader.choice("answer", kAnswers, target.answer);
    readSeed(reader, target.seed);
    return target;
}

}  // namespace weir::flow
