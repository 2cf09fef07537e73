// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/interval_set.h"

#include <gtest/gtest.h>

#include <random>

namespace weir::filter {
namespace {

constexpr std::int64_t kLow = IntervalSet::kLowest;
constexpr std::int64_t kHigh = IntervalSet::kHighest;

TEST(IntervalSet, JoinsWhatTouches) {
    const auto set = IntervalSet::of({{5, 7}, {1, 2}, {3, 3}, {9, 8}, {7, 9}});
    EXPECT_EQ(set, IntervalSet::of({{1, 3}, {5, 9}}));
    EXPECT_FALSE(set.contains(4));
    EXPECT_TRUE(set.contains(9));
    EXPECT_TRUE(IntervalSet::of({{kLow, 0}, {1, kHigh}}).isAll());
    EXPECT_TRUE(IntervalSet::of({{kHigh, kHigh}, {kLow, kHigh}}).isAll());
    EXPECT_TRUE(IntervalSet::all().complement().empty());
    EXPECT_TRUE(IntervalSet{}.complement().isAll());
}

TEST(IntervalSet, IsASet) {
    std::mt19937 random(7);
    const auto number = [&](int most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random);
    };
    const auto some = [&] {
        std::vector<IntervalSet::Interval> intervals;
        for (std::int64_t i = number(4); i > 0; --i) {
            const std::int64_t first = number(20);
            intervals.push_back({number(9) == 0 ? kLow : first, number(9) == 0 ? kHigh : first + number(4)});
        }
        return IntervalSet::of(intervals);
    };
    for (int round = 0; round < 2'000; ++round) {
        const IntervalSet a = some(), b = some();
        for (const std::int64_t v : {kLow, std::int64_t{-1}, number(25), number(25), number(25), kHigh}) {
            EXPECT_EQ(a.intersect(b).contains(v), a.contains(v) && b.contains(v));
            EXPECT_EQ(a.unite(b).contains(v), a.contains(v) || b.contains(v));
            EXPECT_EQ(a.complement().contains(v), !a.contains(v));
        }
    }
}

}  // namespace
}  // namespace weir::filter
