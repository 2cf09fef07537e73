// SPDX-License-Identifier: GPL-3.0-or-later
#include "facts_fixture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace weir::journal::test {
namespace {

using FactsImport = FactsTest;
using ::testing::HasSubstr;

/// Every kind of fact with all its fields, then with none that may be absent.
constexpr const char* kEveryKind =
    R"({"fact":"session","version":1,"name":"auction","mode":"drive","at":1000}
{"fact":"topic","topic":"bids","partitions":6,"source":"kafka","at":1000}
{"fact":"topic","topic":"http:front","partitions":1,"source":"http","at":1000}
{"fact":"topic","topic":"valid-bids","partitions":3,"source":"range","at":1000}
{"fact":"function","function":"validate-bid","target":"lambda-runtime","observe":true,"answers":"each","at":1000}
{"fact":"function","function":"plain","at":1000}
{"fact":"trigger","trigger":"bids→validate-bid","function":"validate-bid","topics":["bids","http:front"],"order":"key","group":"g","at":1000}
{"fact":"trigger","function":"plain","topics":["bids"],"order":"none","at":1000}
{"fact":"assignment","topic":"bids","partition":0,"state":"assigned","epoch":1,"offset":7,"group":"g","at":1001}
{"fact":"assignment","topic":"bids","partition":1,"state":"revoked","epoch":2,"at":1001}
{"fact":"assignment","topic":"bids","partition":1,"state":"lost","epoch":3,"at":1001}
{"fact":"record","topic":"bids","partition":0,"offset":7,"timestamp":5000000,"timestamp_type":"create","key":"item-3","value":"{\"a\":\"b\"}","size":9,"headers":[["ce_type","bid"],["n",null],[{"base64":"/w=="},{"base64":"/v8="}]],"at":1002}
{"fact":"record","topic":"bids","partition":0,"offset":8,"key":null,"value":null,"at":1002}
{"fact":"record","topic":"bids","partition":0,"offset":11,"timestamp":-3,"timestamp_type":"log_append","key":{"base64":"/w=="},"value":"","at":1002}
{"fact":"record","topic":"bids","partition":1,"offset":0,"key":"","size":120,"at":1002}
{"fact":"record","topic":"bids","partition":1,"offset":1,"key":"a\u0000b","value":"abc","truncated":true,"size":10,"at":1002}
{"fact":"record","topic":"bids","partition":1,"offset":2,"key":"k","value":{"base64":"gA=="},"truncated":true,"at":1002}
{"fact":"record","topic":"bids","partition":1,"offset":3,"key":"not captured","at":1002}
{"fact":"record","topic":"bids","partition":2147483647,"offset":9223372036854775806,"timestamp":4611686018427387903,"key":"limits","value":"\"\\/\u0008\u000c\n\r\té€😀","at":1002}
{"fact":"hole","topic":"bids","partition":0,"first":9,"last":10,"reason":"transaction","at":1002}
{"fact":"hole","topic":"bids","partition":0,"first":0,"last":6,"reason":"retention","at":1002}
{"fact":"instance","instance":"i-1","function":"validate-bid","at":1003}
{"fact":"skip","function":"validate-bid","trigger":"bids→validate-bid","event":["bids",0,11],"reason":"on-failure","at":1003}
{"fact":"skip","function":"plain","event":["bids",0,11],"reason":"expired","at":1003}
{"fact":"batch","batch":1,"trigger":"bids→validate-bid","events":[["bids",0,7,8]],"closed_by":"size","at":1004}
{"fact":"batch","batch":9223372036854775807,"trigger":"bids→validate-bid","events":[],"closed_by":"revoke","at":1004}
{"fact":"instance-ready","instance":"i-1","at":1005}
{"fact":"start","invocation":1,"function":"validate-bid","trigger":"bids→validate-bid","instance":"i-1","batch":1,"attempt":1,"cold":true,"epoch":1,"events":[["bids",0,7,8],["bids",1,0]],"at":1006}
{"fact":"log","instance":"i-1","invocation":1,"stream":"stderr","text":"line\none","at":1007}
{"fact":"log","stream":"stdout","text":"","at":1007}
{"fact":"end","invocation":1,"outcome":"partial","failed":[["bids",0,8],["bids",1,0]],"error":"no \"price\"","at":1010}
{"fact":"start","invocation":9223372036854775807,"function":"validate-bid","trigger":"bids→validate-bid","batch":9223372036854775807,"attempt":2147483647,"epoch":0,"split_of":1,"events":[["bids",0,8]],"at":1010}
{"fact":"start","invocation":0,"function":"plain","attempt":1,"events":[["bids",0,8],["bids",0,7]],"at":1010}
{"fact":"start","invocation":77,"function":"plain","attempt":1,"events":[],"at":1010}
{"fact":"end","invocation":9223372036854775807,"outcome":"success","at":1010}
{"fact":"observed","invocation":5,"function":"score","events":[["bids",0,7]],"at":1011}
{"fact":"output","invocation":1,"event":["valid-bids",2,11],"caused_by":[["bids",0,7],["bids",1,0,2]],"at":1011}
{"fact":"output","invocation":5,"event":["scores",0,0],"caused_by":[],"at":1011}
{"fact":"commit","topic":"bids","partition":0,"offset":9,"group":"g","at":1012}
{"fact":"commit","topic":"bids","partition":0,"offset":9223372036854775807,"at":1012}
{"fact":"decision","kind":"retry","trigger":"bids→validate-bid","reason":"attempt 2","at":1013}
{"fact":"decision","kind":"config","reason":"","at":1013}
{"fact":"instance-end","instance":"i-1","reason":"idle","at":1014}
{"fact":"note","text":"a note \u001b[31m","at":1015}
{"fact":"end","invocation":0,"outcome":"abandoned","error":"stopped","at":4611686018427387903}
)";

TEST_F(FactsImport, EveryKindComesBackToTheLetter) {
    const std::string once = roundTrip(kEveryKind);
    EXPECT_EQ(once, kEveryKind);
    EXPECT_EQ(roundTrip(once), once);
}

TEST_F(FactsImport, OtherWaysToSayTheSame) {
    EXPECT_EQ(
        roundTrip(
            "\xEF\xBB\xBF  {\"at\" : 0, \"mode\":\"import\", "
            "\"version\":1,\"name\":\"s\",\"fact\":\"session\"}  \r\n"
            "\n"
            R"({"fact":"topic","topic":"\u0074","partitions":1,"at":"1"})"
            "\r\n"
            R"({"fact":"start","invocation":1,"function":"f","attempt":1,"cold":false,"epoch":null,"split_of":null,"batch":null,"events":[["t",0,1],["t",0,2]],"at":"1970-01-01T00:00:00.000000002Z"})"
            "\n"
            R"({"fact":"end","invocation":1,"outcome":"success","at":3})"),
        std::string(kSession) + R"({"fact":"topic","topic":"t","partitions":1,"source":"kafka","at":1}
{"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,1,2]],"at":2}
{"fact":"end","invocation":1,"outcome":"success","at":3}
)");
}

TEST_F(FactsImport, TimesInAllThreeForms) {
    ASSERT_EQ(roundTrip(kEveryKind).empty(), false);
    const std::string plain = exported();
    for (const TimeFormat format : {TimeFormat::String, TimeFormat::Iso}) {
        ASSERT_OK(import(kEveryKind));
        const std::string other = exported({format});
        EXPECT_NE(other, plain);
        EXPECT_EQ(roundTrip(other), plain);
    }
}

TEST_F(FactsImport, WhatIsOutOfOrderIsSorted) {
    const std::string plain = roundTrip(kEveryKind);
    std::vector<std::string> lines;
    std::istringstream in(plain);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::mt19937 random(7);
    for (int round = 0; round < 5; ++round) {
        std::shuffle(lines.begin() + 1, lines.end(), random);
        std::string shuffled;
        for (const std::string& line : lines) shuffled += line + "\n";
        const auto report = import(shuffled);
        ASSERT_OK(report);
        EXPECT_TRUE(report->sorted);
        // Facts of one instant and kind keep the order in which they came: compare as sets.
        const std::string again = exported();
        std::vector<std::string> a, b;
        std::istringstream in_a(plain), in_b(again);
        for (std::string line; std::getline(in_a, line);) a.push_back(line);
        for (std::string line; std::getline(in_b, line);) b.push_back(line);
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        EXPECT_EQ(a, b);
        EXPECT_EQ(roundTrip(again), again);
    }
}

TEST_F(FactsImport, AtOneInstantEndsStandBeforeStartsSaveTheirOwn) {
    const std::string facts =
        std::string(kSession) +
        R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,1]],"at":5}
{"fact":"start","invocation":2,"function":"f","attempt":1,"events":[["t",0,2]],"at":9}
{"fact":"end","invocation":2,"outcome":"success","at":9}
{"fact":"end","invocation":1,"outcome":"success","at":9}
)";
    EXPECT_EQ(roundTrip(facts),
              std::string(kSession) +
                  R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,1]],"at":5}
{"fact":"end","invocation":1,"outcome":"success","at":9}
{"fact":"start","invocation":2,"function":"f","attempt":1,"events":[["t",0,2]],"at":9}
{"fact":"end","invocation":2,"outcome":"success","at":9}
)");
}

TEST_F(FactsImport, EqualTimesThroughout) {
    std::string facts = kSession, expected_starts, expected_ends;
    for (int i = 1; i <= 1000; ++i) {
        const std::string n = std::to_string(i);
        facts += R"({"fact":"end","invocation":)" + n + R"(,"outcome":"success","at":0})" + "\n";
        facts += R"({"fact":"start","invocation":)" + n + R"(,"function":"f","attempt":1,"events":[["t",0,)" +
                 n + "]],\"at\":0}\n";
    }
    const auto report = import(facts);
    ASSERT_OK(report);
    EXPECT_EQ(report->invocations, 1000);
    EXPECT_EQ(report->events, 1000);
    EXPECT_EQ(report->unrecorded_count, 1000);
    const std::string once = exported();
    EXPECT_EQ(roundTrip(once), once);
}

TEST_F(FactsImport, EventsThatNoRecordNamesGetTheirRecordLater) {
    const std::string start =
        R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,1,3]],"at":1}
)";
    const std::string record =
        R"({"fact":"record","topic":"t","partition":0,"offset":2,"key":"k","value":"v","at":2}
)";
    const auto report = import(kSession + start + record);
    ASSERT_OK(report);
    EXPECT_EQ(report->events, 3);
    EXPECT_EQ(report->unrecorded_count, 2);
    ASSERT_EQ(report->unrecorded.size(), 2u);
    EXPECT_EQ(report->unrecorded[1].offset, 3);
    EXPECT_EQ(report->unrecorded[1].line, 2);
    EXPECT_EQ(exported(), kSession + start + record);
}

TEST_F(FactsImport, RepeatsOfARecordAreDropped) {
    const std::string record =
        R"({"fact":"record","topic":"t","partition":0,"offset":2,"key":"k","value":"v","at":1}
)";
    const auto report = import(kSession + record + record);
    ASSERT_OK(report);
    EXPECT_EQ(report->repeats, 1);
    EXPECT_EQ(exported(), kSession + record);
    EXPECT_THAT(
        problem(record +
                R"({"fact":"record","topic":"t","partition":0,"offset":2,"key":"k","value":"w","at":1})"),
        HasSubstr("line 3: record: t/0@2 was recorded before with another content"));
}

TEST_F(FactsImport, KeepGoingLeavesOutWhatIsWrong) {
    const auto report = import(std::string(kSession) + R"({"fact":"note","text":"a","at":1}
nonsense
{"fact":"end","invocation":1,"outcome":"success","at":2}
{"fact":"start","invocation":1,"function":"g","attempt":1,"events":[["t",0,1],["t",0,1]],"at":3}
{"fact":"note","text":"b","at":4}
)",
                               true);
    ASSERT_OK(report);
    EXPECT_EQ(report->left_out, 3);
    ASSERT_EQ(errors_.size(), 3u);
    EXPECT_THAT(errors_[0], HasSubstr("line 3: "));
    EXPECT_THAT(errors_[1], HasSubstr("line 4: end: invocation 1 has not started"));
    EXPECT_THAT(errors_[2], HasSubstr("line 5: start: `events`: t/0@1 stands there twice"));
    EXPECT_EQ(exported(), std::string(kSession) + R"({"fact":"note","text":"a","at":1}
{"fact":"note","text":"b","at":4}
)");
}

TEST_F(FactsImport, NothingIsOverwritten) {
    ASSERT_OK(import(kSession));
    SessionImport again;
    again.facts = at("facts.ndjson");
    again.session = at("s.weir");
    const auto report = importSession(again);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::FileExists);
}

TEST_F(FactsImport, TheSessionEndsWithItsLastFact) {
    ASSERT_OK(import(kEveryKind));
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    const auto info = (*reader)->info();
    ASSERT_OK(info);
    EXPECT_EQ(info->ended, (TimeNs{1} << 62) - 1);
}

TEST_F(FactsImport, ManyFactsInPartsOnDisk) {
    // Backwards, so that they are sorted; scattered, so that neither events nor numbers follow each other.
    std::string facts = kSession;
    constexpr int kCalls = 3000;
    for (int i = kCalls; i > 0; --i) {
        const std::string n = std::to_string(i), number = std::to_string((i * 1'000'003LL) % 9'999'991LL);
        facts += R"({"fact":"end","invocation":)" + number + R"(,"outcome":"success","at":)" +
                 std::to_string(3 * i + 2) + "}\n";
        facts += R"({"fact":"start","invocation":)" + number +
                 R"(,"function":"f","attempt":1,"events":[["t",)" + std::to_string(i % 3) + "," + n +
                 R"(]],"at":)" + std::to_string(3 * i + 1) + "}\n";
        facts += R"({"fact":"record","topic":"t","partition":)" + std::to_string(i % 3) + R"(,"offset":)" +
                 n + R"(,"key":"k","value":")" + std::string(200, 'v') + R"(","at":)" +
                 std::to_string(3 * i) + "}\n";
    }
    const auto report = import(facts);
    ASSERT_OK(report);
    EXPECT_EQ(report->facts, 3 * kCalls + 1);
    EXPECT_EQ(report->unrecorded_count, 0);
    const std::string once = exported();
    EXPECT_EQ(roundTrip(once), once);
}

}  // namespace
}  // namespace weir::journal::test
