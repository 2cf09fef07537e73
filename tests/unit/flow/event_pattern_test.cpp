// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/event_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::flow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool matches(const std::string& pattern, const std::string& value) {
    std::vector<Problem> problems;
    const EventPattern compiled = EventPattern::compile(pattern, "filter", problems);
    EXPECT_THAT(problems, IsEmpty()) << pattern << ": " << problemLine(problems.front());
    return compiled.matches(value);
}

std::vector<std::string> problemsOf(const std::string& pattern) {
    std::vector<Problem> problems;
    const EventPattern compiled = EventPattern::compile(pattern, "filter", problems);
    EXPECT_FALSE(compiled.matches(R"({"a":1})"));
    std::vector<std::string> places;
    for (const Problem& problem : problems) places.push_back(problem.place);
    return places;
}

struct Case {
    const char* pattern;
    std::vector<const char*> yes, no;
};

class EventPatterns : public testing::TestWithParam<Case> {};

TEST_P(EventPatterns, MatchWhatTheyShould) {
    for (const char* const value : GetParam().yes) EXPECT_TRUE(matches(GetParam().pattern, value)) << value;
    for (const char* const value : GetParam().no) EXPECT_FALSE(matches(GetParam().pattern, value)) << value;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, EventPatterns,
    testing::Values(
        Case{R"({"a":["x",1,true,null]})",
             {R"({"a":"x"})", R"({"a":1})", R"({"a":1.0})", R"({"a":true})", R"({"a":null})"},
             {R"({"a":"y"})", R"({"a":"1"})", R"({"a":false})", R"({"b":"x"})", R"({"a":{"x":1}})"}},
        Case{R"({"a":["x"],"b":["y"]})",
             {R"({"b":"y","a":"x","c":0})"},
             {R"({"a":"x"})", R"({"a":"x","b":"x"})"}},
        Case{R"({"a":["x"]})", {R"({"a":["y","x"]})"}, {R"({"a":[]})", R"({"a":["y"]})"}},
        Case{R"({"a":{"b":["x"]}})",
             {R"({"a":{"b":"x"}})", R"({"a":[{"b":"y"},{"b":"x"}]})"},
             {R"({"a":"x"})", R"({"b":"x"})"}},
        Case{R"({"a":[{"prefix":"ab"}]})",
             {R"({"a":"abc"})", R"({"a":"ab"})"},
             {R"({"a":"a"})", R"({"a":"ABC"})"}},
        Case{R"({"a":[{"prefix":{"equals-ignore-case":"ab"}}]})", {R"({"a":"ABc"})"}, {R"({"a":"xab"})"}},
        Case{R"({"a":[{"suffix":".png"}]})", {R"({"a":"x.png"})"}, {R"({"a":".png.jpg"})", R"({"a":"g"})"}},
        Case{R"({"a":[{"anything-but":"x"}]})",
             {R"({"a":"y"})", R"({"a":1})"},
             {R"({"a":"x"})", R"({"b":1})"}},
        Case{R"({"a":[{"anything-but":["x",2]}]})", {R"({"a":"y"})"}, {R"({"a":"x"})", R"({"a":2})"}},
        Case{R"({"a":[{"anything-but":{"prefix":"x"}}]})", {R"({"a":"y"})"}, {R"({"a":"xy"})"}},
        Case{R"({"a":[{"anything-but":{"wildcard":["*x","y*"]}}]})", {R"({"a":"z"})"}, {R"({"a":"yz"})"}},
        Case{R"({"a":[{"numeric":[">",0,"<=",5]}]})",
             {R"({"a":0.1})", R"({"a":5})"},
             {R"({"a":0})", R"({"a":5.1})", R"({"a":"3"})"}},
        Case{R"({"a":[{"numeric":["=",300]}]})", {R"({"a":3.0e2})"}, {R"({"a":301})"}},
        Case{R"({"a":[{"exists":true}]})",
             {R"({"a":""})", R"({"a":null})"},
             {R"({"b":1})", R"({"a":{"b":1}})"}},
        Case{R"({"a":[{"exists":false}]})", {R"({"b":1})"}, {R"({"a":1})"}},
        Case{R"({"a":[{"exists":false},"x"]})", {R"({"b":1})", R"({"a":"x"})"}, {R"({"a":"y"})"}},
        Case{R"({"a":[{"equals-ignore-case":"Paris"}]})", {R"({"a":"pARIS"})"}, {R"({"a":"paris "})"}},
        Case{R"({"a":[{"wildcard":"bid-*-eu*"}]})",
             {R"({"a":"bid-7-eu"})", R"({"a":"bid--eu-eu-west"})"},
             {R"({"a":"bid-7-us"})", R"({"a":"a bid-7-eu"})"}},
        Case{R"({"a":[{"wildcard":"a\\**"}]})", {R"({"a":"a*b"})"}, {R"({"a":"ab"})"}},
        Case{R"({"$or":[{"a":["x"]},{"b":[{"numeric":[">",3]}]}],"c":[1]})",
             {R"({"a":"x","c":1})", R"({"b":4,"c":1})"},
             {R"({"c":1})", R"({"a":"x"})"}},
        Case{R"([{"a":["x"]},{"b":["y"]}])", {R"({"a":"x"})", R"({"b":"y"})"}, {R"({"a":"y"})"}},
        Case{R"({"a":["x"]})",
             {},
             {"", "x", "\"x\"", "[1]", "{", "null", R"({"a":"x")", "\xff{\"a\":\"x\"}"}}));

TEST(EventPattern, NamesThePlaceOfWhatIsWrong) {
    EXPECT_THAT(problemsOf(R"({"a":"x"})"), ElementsAre("filter.a"));
    EXPECT_THAT(problemsOf(R"({"a":[]})"), ElementsAre("filter.a"));
    EXPECT_THAT(problemsOf(R"([{"a":["x"]},{"b":[{"prefx":"x"}]}])"), ElementsAre("filter[1].b[0].prefx"));
    EXPECT_THAT(problemsOf(R"({"a":[{"numeric":[">"]}]})"), ElementsAre("filter.a[0].numeric"));
    EXPECT_THAT(problemsOf(R"({"a":[{"numeric":["~",1]}]})"), ElementsAre("filter.a[0].numeric"));
    EXPECT_THAT(problemsOf(R"({"a":{"b":[{"exists":"yes"}]}})"), ElementsAre("filter.a.b[0].exists"));
    EXPECT_THAT(problemsOf(R"({"a":[{"prefix":"x","suffix":"y"}]})"), ElementsAre("filter.a[0]"));
    EXPECT_THAT(problemsOf(R"({"$or":[{"a":[1]}]})"), ElementsAre("filter[\"$or\"]"));
    EXPECT_THAT(problemsOf(R"({"a":[{"anything-but":[]}]})"), ElementsAre("filter.a[0].anything-but"));
    EXPECT_THAT(problemsOf("{}"), ElementsAre("filter"));
    EXPECT_THAT(problemsOf("7"), ElementsAre("filter"));
}

TEST(EventPattern, HostileInputIsNoMatch) {
    EXPECT_FALSE(matches(R"({"a":["x"]})", std::string(1'000'000, '{')));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
    EXPECT_FALSE(matches(R"({"a":{"a":["x"]}})", deep + "1" + std::string(100'000, '}')));
    std::string pattern;
    for (int i = 0; i < 60; ++i) pattern += R"({"a":)";
    EXPECT_THAT(problemsOf(pattern + "[1]" + std::string(60, '}')), testing::SizeIs(1));
}

}  // namespace
}  // namespace weir::flow
