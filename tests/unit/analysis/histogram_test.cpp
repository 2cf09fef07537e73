// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace weir::analysis {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
    const Histogram h;
    EXPECT_TRUE(h.empty());
    EXPECT_EQ(h.percentile(0.5), 0);
    EXPECT_EQ(h.mean(), 0);
}

TEST(Histogram, SmallValuesAreExact) {
    Histogram h;
    for (int v = 0; v < 100; ++v) h.record(v);
    EXPECT_EQ(h.percentile(0.5), 49);
    EXPECT_EQ(h.percentile(0.01), 0);
    EXPECT_EQ(h.percentile(1), 99);
    EXPECT_EQ(h.min(), 0);
    EXPECT_EQ(h.max(), 99);
    EXPECT_DOUBLE_EQ(h.mean(), 49.5);
}

TEST(Histogram, PercentilesKeepTheStatedError) {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> draw(15, 3);
    std::vector<std::int64_t> values;
    Histogram h;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::int64_t>(draw(random)));
        h.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const double rank = std::max(1.0, std::ceil(q * static_cast<double>(values.size())));
        const auto exact = static_cast<double>(values[static_cast<std::size_t>(rank) - 1]);
        EXPECT_NEAR(static_cast<double>(h.percentile(q)), exact, exact * 0.008 + 1) << q;
    }
}

TEST(Histogram, WeightsCountLikeRepetition) {
    Histogram weighted, repeated;
    weighted.record(500, 3);
    weighted.record(9000, 1);
    weighted.record(1, 0);
    for (int i = 0; i < 3; ++i) repeated.record(500);
    repeated.record(9000);
    EXPECT_EQ(weighted.count(), 4u);
    EXPECT_EQ(weighted.min(), 500);
    for (const double q : {0.25, 0.75, 0.76, 1.0}) EXPECT_EQ(weighted.percentile(q), repeated.percentile(q));
    EXPECT_DOUBLE_EQ(weighted.mean(), repeated.mean());
}

TEST(Histogram, MergingEqualsRecordingTogether) {
    Histogram a, b, all;
    for (std::int64_t v = 1; v < 1'000'000; v = v * 3 / 2 + 1) {
        (v % 2 == 0 ? a : b).record(v);
        all.record(v);
    }
    a.merge(Histogram{});
    a.merge(b);
    Histogram into_empty;
    into_empty.merge(a);
    for (const double q : {0.0, 0.3, 0.5, 0.99, 1.0}) EXPECT_EQ(into_empty.percentile(q), all.percentile(q));
    EXPECT_EQ(into_empty.count(), all.count());
    EXPECT_EQ(into_empty.min(), all.min());
    EXPECT_EQ(into_empty.max(), all.max());
}

TEST(Histogram, TakesTheExtremes) {
    Histogram h;
    h.record(-5);
    h.record(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(h.min(), 0);
    EXPECT_EQ(h.max(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(h.percentile(0.5), 0);
    EXPECT_EQ(h.percentile(1), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace weir::analysis
