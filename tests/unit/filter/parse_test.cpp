// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/filter.h"

#include <gtest/gtest.h>

namespace weir::filter {
namespace {

struct Good {
    const char* text;
    const char* meant;  ///< written out again
};

// What is written, and what it means: and binds tighter than or, words stand for symbols.
const Good kGood[] = {
    {R"(topic == "bids" && partition in {0,3} && offset > 100)",
     R"(topic == "bids" && partition in {0, 3} && offset > 100)"},
    {R"(key contains "item-7")", R"(key contains "item-7")"},
    {R"(value.price >= 100)", R"(value.price >= 100)"},
    {R"(value.price >= 99.5)", R"(value.price >= 99.5)"},
    {R"(value.items[0].price < -1e3)", R"(value.items[0].price < -1000.0)"},
    {R"(value["a b"][*].c == null)", R"(value["a b"][*].c == null)"},
    {R"(value.ok == true or value.first-name)", R"(value.ok == true || value["first-name"])"},
    {R"(header["ce_type"] matches "^bid")", R"(header["ce_type"] matches "^bid")"},
    {R"(header['x'] matches r"\d+\.")", R"(header["x"] matches "\\d+\\.")"},
    {R"(function == "enrich" && run > 200ms && cold)",
     R"(function == "enrich" && run > 200000000ns && cold)"},
    {R"(finding == "inversion")", R"(finding == inversion)"},
    {R"(finding in {key-split, output-inversion})", R"(finding in {key-split, output-inversion})"},
    {R"(severity >= warn)", R"(severity >= warn)"},
    {R"(cold or retry)", nullptr},
    {R"(a)", nullptr},
    {R"(not cold and observed or split)", R"((!(cold) && observed) || split)"},
    {R"(!(cold || split) && in_flight)", R"(!(cold || split) && in_flight)"},
    {R"(received > 2026-01-31T10:00:00Z)", R"(received > 1769853600000000000)"},
    {R"(received in {2026-01-31T10:00:00Z..2026-01-31T11:00:00+01:00})",
     R"(received in {1769853600000000000..1769853600000000000})"},
    {R"(received >= -1m)", R"(received >= -60000000000ns)"},
    {R"(started < +1.5s)", R"(started < +1500000000ns)"},
    {R"(size > 10kB && size le 1MiB)", R"(size > 10000 && size <= 1048576)"},
    {R"(wait > 250us || total ge 2h)", R"(wait > 250000ns || total >= 7200000000000ns)"},
    {"run > 12µs", "run > 12000ns"},
    {R"(offset in {1..5, 9, 1_000})", R"(offset in {1..5, 9, 1000})"},
    {R"(key == "\x00\u00e9\"\\\n")", R"(key == "\x00\xc3\xa9\"\\\x0a")"},
    {R"(cold == false)", R"(cold == false)"},
    {R"(key >= "a" && key startswith "b" && key endswith "c")",
     R"(key >= "a" && key startswith "b" && key endswith "c")"},
    {R"(((((offset==1)))))", R"(offset == 1)"},
};

TEST(FilterParse, MeansWhatIsWritten) {
    for (const Good& good : kGood) {
        const auto filter = Filter::parse(good.text);
        if (good.meant == nullptr) {
            EXPECT_FALSE(filter) << good.text;
            continue;
        }
        ASSERT_TRUE(filter) << good.text << ": " << filter.error().message;
        const std::string meant = toText(*filter->root());
        EXPECT_EQ(meant, good.meant) << good.text;
        const auto again = Filter::parse(meant);
        ASSERT_TRUE(again) << meant;
        EXPECT_EQ(toText(*again->root()), meant);
    }
}

TEST(FilterParse, NothingMatchesEverything) {
    EXPECT_TRUE(Filter::parse("")->matchesAll());
    EXPECT_TRUE(Filter::parse(" \t\n")->matchesAll());
    EXPECT_FALSE(Filter::parse("cold")->matchesAll());
}

struct Bad {
    const char* text;
    std::size_t at, length;
    const char* message;  ///< a part of it
    const char* nearest = "";
};

const Bad kBad[] = {
    {"topci == \"bids\"", 0, 5, "no field topci", "topic"},
    {"part == 3", 0, 4, "no field part", "partition"},
    {"topic = \"bids\"", 6, 1, "write =="},
    {"topic == bids", 9, 4, "topic takes a text in quotes"},
    {"topic == \"bids", 9, 5, "never closed"},
    {"topic == ", 9, 0, "ends too early"},
    {"topic ==", 8, 0, "ends too early"},
    {"offset > 1 &&", 13, 0, "ends too early"},
    {"offset > 1 offset", 11, 6, "does not fit"},
    {"offset > 1 )", 11, 1, "does not fit"},
    {"(offset > 1", 11, 0, "ends too early"},
    {"offset > \"1\"", 9, 3, "a whole number"},
    {"offset > 1.5", 9, 3, "a whole number"},
    {"offset > 99999999999999999999", 9, 20, "a whole number"},
    {"offset contains \"1\"", 7, 8, "cannot be compared"},
    {"run > 200", 6, 3, "a duration"},
    {"run > 200mss", 6, 6, "a duration"},
    {"size > 3 XB", 9, 2, "does not fit"},
    {"received > 2026-13-01T00:00:00Z", 11, 20, "a time"},
    {"finding == inversoin", 11, 9, "one of", "inversion"},
    {"finding > inversion", 8, 1, "cannot be compared"},
    {"outcome == \"succes\"", 11, 8, "one of", "success"},
    {"key contain \"x\"", 4, 7, "no operator contain", "contains"},
    {"key contains 5", 13, 1, "a text in quotes"},
    {"key matches \"(\"", 12, 3, "no regular expression"},
    {"cold == 1", 8, 1, "true or false"},
    {"cold && partition in 0", 21, 1, "does not fit"},
    {"partition in {0,", 16, 0, "ends too early"},
    {"partition in {}", 14, 1, "a whole number"},
    {"header == \"x\"", 7, 2, "does not fit"},
    {"header[x] == \"x\"", 7, 1, "does not fit"},
    {"value. == 1", 7, 2, "does not fit"},
    {"value[-1] == 1", 6, 2, "does not fit"},
    {"value == 5", 9, 1, "a text in quotes"},
    {"key == \"a\\q\"", 9, 2, "an escape is"},
    {"key & cold", 4, 1, "write &&"},
    {"é == 1", 0, 2, "means nothing"},
};

TEST(FilterParse, PointsAtWhatIsWrong) {
    for (const Bad& bad : kBad) {
        const auto filter = Filter::parse(bad.text);
        ASSERT_FALSE(filter) << bad.text;
        EXPECT_EQ(filter.error().at, bad.at) << bad.text;
        EXPECT_EQ(filter.error().length, bad.length) << bad.text;
        EXPECT_NE(filter.error().message.find(bad.message), std::string::npos)
            << bad.text << ": " << filter.error().message;
        EXPECT_EQ(filter.error().nearest, bad.nearest) << bad.text;
    }
}

TEST(FilterParse, ErrorsShowThePlace) {
    const std::string text = "key == \"é\" && topci";
    const auto filter = Filter::parse(text);
    ASSERT_FALSE(filter);
    const Error error = filter.error().toError(text);
    EXPECT_EQ(error.code, ErrorCode::Usage);
    EXPECT_EQ(error.message, "The filter is wrong at character 15: there is no field topci.");
    EXPECT_EQ(error.hint, "key == \"é\" && topci\n                ^^^^^\n  Did you mean topic?");
    const auto early = Filter::parse("offset in {1");
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().toError("offset in {1").hint,
              "offset in {1\n              ^\n  Expected: .., , or }");
}

TEST(FilterParse, DeepAndLongEndsInAnError) {
    std::string deep(100'000, '(');
    EXPECT_FALSE(Filter::parse(deep));
    deep.assign(60'000, '(');
    EXPECT_NE(Filter::parse(deep).error().message.find("too deep"), std::string::npos);
    EXPECT_FALSE(Filter::parse(std::string(60'000, '!') + "cold"));
    std::string wide = "cold";
    while (wide.size() < 60'000) wide += "||cold";
    EXPECT_TRUE(Filter::parse(wide));
    EXPECT_FALSE(Filter::parse("key matches \"((((a{100}){100}){100}){100})\""));
}

}  // namespace
}  // namespace weir::filter
