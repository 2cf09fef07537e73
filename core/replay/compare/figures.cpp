// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace weir::compare {
namespace {

constexpr double kSmirnov = 1.628;  // of 1 %
constexpr double kNormal = 2.576;   // of 1 %, both sides
constexpr double kShareThatMatters = 0.05;

/// The greatest distance of the two cumulative distributions.
double distance(const Histogram& a, const Histogram& b) {
    std::map<std::int64_t, std::pair<double, double>> steps;
    const auto na = static_cast<double>(a.count());
    const auto nb = static_cast<double>(b.count());
    a.forEachBucket([&](std::int64_t, std::int64_t high, std::uint64_t n) {
        steps[high].first += static_cast<double>(n) / na;
    });
    b.forEachBucket([&](std::int64_t, std::int64_t high, std::uint64_t n) {
        steps[high].second += static_cast<double>(n) / nb;
    });
    double fa = 0;
    double fb = 0;
    double most = 0;
    for (const auto& [value, step] : steps) {
        fa += step.first;
        fb += step.second;
        most = std::max(most, std::abs(fa - fb));
    }
    return most;
}

bool matters(DurationNs a, DurationNs b) {
    const auto larger = static_cast<double>(std::max(a, b));
    return larger > 0 &&
           std::abs(static_cast<double>(a) - static_cast<double>(b)) / larger >= kShareThatMatters;
}

}  // namespace

Measure measured(std::string what, const Histogram& a, const Histogram& b) {
    Measure m;
    m.what = std::move(what);
    m.count = {static_cast<std::int64_t>(a.count()), static_cast<std::int64_t>(b.count())};
    m.p50 = {a.percentile(0.5), b.percentile(0.5)};
    m.p99 = {a.percentile(0.99), b.percentile(0.99)};
    if (a.empty() || b.empty()) return m;
    const auto na = static_cast<double>(a.count());
    const auto nb = static_cast<double>(b.count());
    const bool apart = distance(a, b) > kSmirnov * std::sqrt((na + nb) / (na * nb));
    m.beyond_noise = apart && (matters(m.p50[0], m.p50[1]) || matters(m.p99[0], m.p99[1]));
    return m;
}

bool sharesDiffer(std::int64_t some_a, std::int64_t all_a, std::int64_t some_b, std::int64_t all_b) {
    if (all_a <= 0 || all_b <= 0) return false;
    const auto na = static_cast<double>(all_a);
    const auto nb = static_cast<double>(all_b);
    const double pa = static_cast<double>(some_a) / na;
    const double pb = static_cast<double>(some_b) / nb;
    const double pooled = (static_cast<double>(some_a) + static_cast<double>(some_b)) / (na + nb);
    const double spread = std::sqrt(pooled * (1 - pooled) * (1 / na + 1 / nb));
    return spread > 0 && std::abs(pa - pb) / spread > kNormal;
}

void addFigures(const analysis::CallStats& a, const analysis::CallStats& b, FunctionPair& pair) {
    const auto failed = [](const analysis::CallStats& s) {
        std::int64_t n = 0;
        for (std::size_t o = 1; o < s.outcomes.size(); ++o) n += s.outcomes.at(o);
        return n;
    };
    pair.calls = {a.invocations, b.invocations};
    pair.failed_calls = {failed(a), failed(b)};
    pair.cold = {a.cold_starts, b.cold_starts};
    pair.cold_beyond_noise = sharesDiffer(a.cold_starts, a.invocations, b.cold_starts, b.invocations);
    pair.measures.push_back(measured("wait", a.wait, b.wait));
    pair.measures.push_back(measured("run", a.run, b.run));
    pair.measures.push_back(measured("total", a.total, b.total));
}

}  // namespace weir::compare
