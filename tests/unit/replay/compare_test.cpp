// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/figures.h"
#include "replay/compare/json_diff.h"
#include "replay/compare/json_same.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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

TEST(JsonSame, ButForWhatIsIgnored) {
    const std::vector<std::string> ignore{".at", ".a[].t", ".o.x"};
    const auto same = [&](const char* a, const char* b) { return sameJson(a, b, ignore); };
    EXPECT_TRUE(same(R"({"n":1,"at":5})", R"({"n":1,"at":17})"));
    EXPECT_TRUE(same(R"( { "n" : 1 , "at":[{"x":{}},[]]})", R"({"n":1,"at":null} )"));
    EXPECT_TRUE(same(R"({"a":[{"t":1},{"t":2,"k":-1.5}]})", R"({"a":[{"t":2},{"t":"x\n","k":-1.5}]})"));
    EXPECT_TRUE(same(R"({"o":{"x":1,"y":[]}})", R"({"o":{"x":{"z":2},"y":[]}})"));
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":2,"at":5})"));
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":1})"));
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":1,"at":5})"
                                           "x"));
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":1,"at":05})")) << "no JSON";
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":1,"at":nul})")) << "no JSON";
    EXPECT_FALSE(same(R"({"n":1,"at":5})", "{\"n\":1,\"at\":\"\xff\"}")) << "no JSON";
    EXPECT_FALSE(same(R"({"n":1,"at":5})", R"({"n":1,"at":6,})")) << "no JSON";
    EXPECT_FALSE(same(R"({"at":1,"at":2})", R"({"at":3,"at":2})")) << "not told here";
    const std::string zero("{\"at\":1}\0", 9);
    EXPECT_FALSE(sameJson(zero, R"({"at":1})", ignore)) << "no JSON";
}

/// What is said to be the same has no changes, judged without the way through both at once: the ignored field
/// is the same there.
TEST(JsonSame, NeverSaysSoWhereSomethingChanged) {
    std::mt19937 random(7);
    const std::vector<std::string> tokens{"{",     "}",           "[",      "]", ":",    ",",
                                          "\"a\"", "\"b\"",       "\"at\"", "1", "-0.5", "01",
                                          "true",  "\"\\u0041\"", "1e5",    " "};
    int said = 0;
    for (int round = 0; round < 20'000; ++round) {
        const bool object = round % 4 != 0;
        std::string a = object ? "{\"at\":" : "";
        std::string b = a;
        for (int i = 0; i < 1 + static_cast<int>(random() % 7); ++i) {
            a += tokens[random() % tokens.size()];
            b += random() % 4 == 0 ? tokens[random() % tokens.size()] : std::string();
        }
        if (object) {
            a += ",\"b\":1}";
            b += ",\"b\":1}";
        }
        if (!sameJson(a, b, {".at"})) continue;
        ++said;
        // Both are JSON, and with the field taken out of both nothing is left that differs.
        const auto parsed_a = nlohmann::json::parse(a, nullptr, false);
        const auto parsed_b = nlohmann::json::parse(b, nullptr, false);
        ASSERT_FALSE(parsed_a.is_discarded()) << a;
        ASSERT_FALSE(parsed_b.is_discarded()) << b;
        auto left = parsed_a;
        auto right = parsed_b;
        if (left.is_object()) left.erase("at");
        if (right.is_object()) right.erase("at");
        ASSERT_EQ(left, right) << a << " and " << b;
    }
    EXPECT_GT(said, 100);
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
