// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/chance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weir::invoke {
namespace {

/// splitmix64 by Sebastiano Vigna, public domain.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15U;
constexpr double kLongest = 1e18;  // nanoseconds: thirty years

double lognormal(double mean, double deviation, double normal) {
    if (mean <= 0) return 0;
    const double variance = std::log1p(deviation * deviation / (mean * mean));
    return std::exp(std::log(mean) - variance / 2 + std::sqrt(variance) * normal);
}

}  // namespace

Chance Chance::with(std::uint64_t name) const {
    return Chance(mixed(state_ + kStep) ^ mixed(name * kStep + 1));
}

std::uint64_t Chance::next() {
    state_ += kStep;
    return mixed(state_);
}

double Chance::share() {
    return static_cast<double>(next() >> 11U) * 0x1p-53;
}

double Chance::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - share()));
    return radius * std::cos(2 * std::numbers::pi * share());
}

DurationNs Chance::duration(const flow::Distribution& distribution) {
    using Shape = flow::Distribution::Shape;
    const auto mean = static_cast<double>(distribution.mean);
    const auto deviation = static_cast<double>(distribution.deviation);
    double drawn = mean;
    switch (distribution.shape) {
        case Shape::Fixed:
            return distribution.mean;
        case Shape::Uniform:
            drawn = mean + share() * (deviation - mean);
            break;
        case Shape::Normal:
            drawn = mean + deviation * normal();
            break;
        case Shape::LogNormal:
            drawn = lognormal(mean, deviation, normal());
            break;
    }
    return static_cast<DurationNs>(std::clamp(drawn, 0.0, kLongest));
}

}  // namespace weir::invoke
