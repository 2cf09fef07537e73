// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/figures.h"
#include "replay/compare/json_diff.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace weir::compare {
namespace {

std::string told(const std::string& a, const std::string& b, const std::vector<std::string>& ignore = {}) {
    std::string text;
    for (const FieldChange& c : changesOf(a, b, ignore)) text += c.path + ":" + c.a + ">" + c.b + ";";
    return text;
}

TEST(JsonDiff, FieldByField) {
    EXPECT_EQ(told(R"({"a":1,"b":2})", R"({ "b": 2, "a": 1 })"), "");
    EXPECT_EQ(told(R"({"a":1})", R"({"a":2})"), ".a:1>2;");
    EXPECT_EQ(told(R"({"a":{"x":1}})", R"({"a":{"y":1}})"), ".a.x:1>;.a.y:>1;");
    EXPECT_EQ(told(R"([1,2])", R"([1,3,4])"), "[]:2>3;[]:>4;");
    EXPECT_EQ(told(R"({"a":1})", R"({"a":"1"})"), ".a:1>\"1\";");
    EXPECT_EQ(told(R"({"a":[{"t":1,"k":1}]})", R"({"a":[{"t":2,"k":1}]})", {".a[].t"}), "");
    EXPECT_EQ(told(R"({"a":1,"t":1})", R"({"a":1})", {".t"}), "");
}

TEST(JsonDiff, WhatIsNoJsonDiffersAsAWhole) {
    EXPECT_EQ(told("one", "two"), ":one>two;");
    EXPECT_EQ(told("{\"a\":1}", "{\"a\":"), ":{\"a\":1}>{\"a\":;");
    EXPECT_EQ(told("\xff", "x"), ":\xEF\xBF\xBD>x;");
    const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
    EXPECT_NE(told(deep, "[" + deep + "]"), "");
}

Histogram around(double middle, int count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> values(middle, middle / 10);
    Histogram h;
    for (int i = 0; i < count; ++i) h.record(static_cast<std::int64_t>(values(random)));
    return h;
}

TEST(Noise, TheSameDistributionIsNoise) {
    for (unsigned seed = 1; seed < 20; ++seed) {
        EXPECT_FALSE(measured("run", around(1e6, 500, seed), around(1e6, 500, seed + 100)).beyond_noise)
            << seed;
    }
}

TEST(Noise, AnotherDistributionIsNot) {
    EXPECT_TRUE(measured("run", around(1e6, 500, 1), around(1.3e6, 500, 2)).beyond_noise);
    EXPECT_FALSE(measured("run", around(1e6, 3, 1), around(1.3e6, 3, 2)).beyond_noise) << "too few to say";
    EXPECT_FALSE(measured("run", around(1e6, 100'000, 1), around(1.02e6, 100'000, 2)).beyond_noise)
        << "sure, but of no weight";
    EXPECT_FALSE(measured("run", {}, around(1e6, 10, 1)).beyond_noise);
}

TEST(Noise, SharesOfColdCalls) {
    EXPECT_FALSE(sharesDiffer(4, 100, 6, 100));
    EXPECT_TRUE(sharesDiffer(4, 100, 30, 100));
    EXPECT_FALSE(sharesDiffer(0, 0, 30, 100));
    EXPECT_FALSE(sharesDiffer(0, 100, 0, 100));
}

}  // namespace
}  // namespace weir::compare
