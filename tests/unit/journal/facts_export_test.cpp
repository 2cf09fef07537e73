// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/facts_export.h"

#include "journal/fact_reader.h"
#include "session_fixture.h"

#include <sstream>

namespace weir::journal::test {
namespace {

using namespace facts;

using FactsExport = SessionTest;

EventRun run(std::int64_t topic, std::int32_t partition, std::int64_t first, std::int64_t last,
             std::int64_t id) {
    return {TopicId{topic}, partition, first, last, EventId{id}};
}

std::string exported(const std::string& path, ExportOptions options = {}) {
    std::ostringstream out;
    const Status s = exportFacts(path, out, options);
    EXPECT_TRUE(s) << why(s);
    return out.str();
}

const TopicId kBids{1}, kValid{2};
const FunctionId kValidate{1};
const TriggerId kTrigger{1};

/// Every kind of fact once or more, with ends and starts at one instant.
std::vector<Fact> everyKind() {
    return {
        {1000, Session{"auction", Mode::Drive, "localhost:9092"}},
        {1000, Topic{kBids, "bids", 6, SourceKind::Kafka}},
        {1000, Topic{kValid, "valid-bids", 3, SourceKind::Kafka}},
        {1000, Function{kValidate, "validate-bid", "lambda-runtime", false, true, 8, 256, kSecond}},
        {1000, Trigger{kTrigger, "bids→validate-bid", kValidate, {kBids}, "partition", "g", 100, 0}},
        {1001, Assignment{kBids, 0, AssignmentState::Assigned, 1, 7, "g"}},
        {1002, Records{chunkOf(kBids, 0, EventId{1},
                               {{7,
                                 "item-3",
                                 "{\"a\":\"b\"}",
                                 {{"ce_type", "bid"}, {"n", std::nullopt}},
                                 5 * kMillisecond,
                                 TimestampType::Create},
                                {8, std::nullopt, std::nullopt},
                                {11, "\xff", ""}})}},
        {1002, Hole{kBids, 0, 9, 10, HoleReason::Transaction}},
        {1003, Skip{kValidate, kTrigger, run(1, 0, 11, 11, 3), SkipReason::Filtered}},
        {1004, Batch{BatchId{1}, kTrigger, {run(1, 0, 7, 8, 1)}, ClosedBy::Size}},
        {1004, Instance{InstanceId{1}, "i-1", kValidate}},
        {1005, InstanceReady{InstanceId{1}}},
        {1006, Start{InvocationId{1},
                     kValidate,
                     kTrigger,
                     InstanceId{1},
                     BatchId{1},
                     1,
                     true,
                     1,
                     {},
                     {run(1, 0, 7, 8, 1)}}},
        {1007, Log{InstanceId{1}, InvocationId{1}, Stream::Stderr, "line\none"}},
        {1010, Start{InvocationId{2},
                     kValidate,
                     kTrigger,
                     {},
                     {},
                     2,
                     false,
                     std::nullopt,
                     InvocationId{1},
                     {run(1, 0, 8, 8, 2)}}},
        {1010, End{InvocationId{1}, Outcome::Partial, {run(1, 0, 8, 8, 2)}, "no \"price\""}},
        {1010, End{InvocationId{2}, Outcome::Success, {}, ""}},
        {1011, Output{InvocationId{1}, kValid, 2, 11, {run(1, 0, 7, 7, 1)}}},
        {1012, facts::Commit{kBids, 0, 9, "g"}},
        {1013, Decision{DecisionKind::Retry, kTrigger, "attempt 2"}},
        {1014, InstanceEnd{InstanceId{1}, InstanceEndReason::Idle, ""}},
        {1015, Note{"a note"}},
    };
}

constexpr const char* kEveryKind =
    R"({"fact":"session","version":1,"name":"auction","mode":"drive","at":1000}
{"fact":"topic","topic":"bids","partitions":6,"source":"kafka","at":1000}
{"fact":"topic","topic":"valid-bids","partitions":3,"source":"kafka","at":1000}
{"fact":"function","function":"validate-bid","target":"lambda-runtime","answers":"each","at":1000}
{"fact":"trigger","trigger":"bids→validate-bid","function":"validate-bid","topics":["bids"],"order":"partition","group":"g","at":1000}
{"fact":"assignment","topic":"bids","partition":0,"state":"assigned","epoch":1,"offset":7,"group":"g","at":1001}
{"fact":"record","topic":"bids","partition":0,"offset":7,"timestamp":5000000,"timestamp_type":"create","key":"item-3","value":"{\"a\":\"b\"}","headers":[["ce_type","bid"],["n",null]],"at":1002}
{"fact":"record","topic":"bids","partition":0,"offset":8,"key":null,"value":null,"at":1002}
{"fact":"record","topic":"bids","partition":0,"offset":11,"key":{"base64":"/w=="},"value":"","at":1002}
{"fact":"hole","topic":"bids","partition":0,"first":9,"last":10,"reason":"transaction","at":1002}
{"fact":"skip","function":"validate-bid","trigger":"bids→validate-bid","event":["bids",0,11],"reason":"filtered","at":1003}
{"fact":"instance","instance":"i-1","function":"validate-bid","at":1004}
{"fact":"batch","batch":1,"trigger":"bids→validate-bid","events":[["bids",0,7,8]],"closed_by":"size","at":1004}
{"fact":"instance-ready","instance":"i-1","at":1005}
{"fact":"start","invocation":1,"function":"validate-bid","trigger":"bids→validate-bid","instance":"i-1","batch":1,"attempt":1,"cold":true,"epoch":1,"events":[["bids",0,7,8]],"at":1006}
{"fact":"log","instance":"i-1","invocation":1,"stream":"stderr","text":"line\none","at":1007}
{"fact":"end","invocation":1,"outcome":"partial","failed":[["bids",0,8]],"error":"no \"price\"","at":1010}
{"fact":"start","invocation":2,"function":"validate-bid","trigger":"bids→validate-bid","attempt":2,"split_of":1,"events":[["bids",0,8]],"at":1010}
{"fact":"end","invocation":2,"outcome":"success","at":1010}
{"fact":"output","invocation":1,"event":["valid-bids",2,11],"caused_by":[["bids",0,7]],"at":1011}
{"fact":"commit","topic":"bids","partition":0,"offset":9,"group":"g","at":1012}
{"fact":"decision","kind":"retry","trigger":"bids→validate-bid","reason":"attempt 2","at":1013}
{"fact":"instance-end","instance":"i-1","reason":"idle","at":1014}
{"fact":"note","text":"a note","at":1015}
)";

TEST_F(FactsExport, EveryKindInTheOrderOfTheContract) {
    ASSERT_OK(record(at("s.weir"), everyKind()));
    EXPECT_EQ(exported(at("s.weir")), kEveryKind);
}

TEST_F(FactsExport, TimesAsTextAndIso) {
    ASSERT_OK(record(at("s.weir"), {{1'769'853'600'123'456'789, Session{"x", Mode::Observe, ""}}}));
    EXPECT_EQ(exported(at("s.weir"), {TimeFormat::String}),
              "{\"fact\":\"session\",\"version\":1,\"name\":\"x\",\"mode\":\"observe\",\"at\":"
              "\"1769853600123456789\"}\n");
    EXPECT_EQ(exported(at("s.weir"), {TimeFormat::Iso}),
              "{\"fact\":\"session\",\"version\":1,\"name\":\"x\",\"mode\":\"observe\",\"at\":\"2026-01-"
              "31T10:00:00.123456789Z\"}\n");
}

TEST_F(FactsExport, WhatWasNotCapturedIsNotClaimed) {
    const auto chunk = chunkOf(kBids, 0, EventId{1}, {{0, "k", "0123456789"}, {1, "k", std::nullopt}});
    const std::vector<Fact> all{
        {1, Session{"x", Mode::Drive, ""}}, {1, Topic{kBids, "bids", 1}}, {2, Records{chunk}}};
    ASSERT_OK(record(at("prefix.weir"), all, {CapturePolicy::Values::Prefix, 3}));
    EXPECT_NE(exported(at("prefix.weir"))
                  .find(R"("offset":0,"key":"k","value":"012","truncated":true,"size":10,"at":2)"),
              std::string::npos);
    ASSERT_OK(record(at("none.weir"), all, {CapturePolicy::Values::None, 0}));
    const std::string none = exported(at("none.weir"));
    EXPECT_NE(none.find(R"("offset":0,"key":"k","size":10,"at":2)"), std::string::npos);
    EXPECT_NE(none.find(R"("offset":1,"key":"k","value":null,"at":2)"), std::string::npos);
}

TEST_F(FactsExport, RunsThatWereStoredInPiecesComeOutWhole) {
    std::vector<Fact> all{{1, Session{"x", Mode::Drive, ""}}, {1, Topic{kBids, "bids", 1}}};
    all.push_back({2, Records{plainChunk(kBids, 0, EventId{1}, 100, 1000)}});
    all.push_back(
        {3, Start{InvocationId{1}, kValidate, {}, {}, {}, 1, false, 0, {}, {run(1, 0, 100, 1099, 1)}}});
    all.push_back({4, End{InvocationId{1}, Outcome::Partial, {run(1, 0, 150, 899, 51)}, ""}});
    ASSERT_OK(record(at("s.weir"), all));
    const std::string text = exported(at("s.weir"));
    EXPECT_NE(text.find(R"("events":[["bids",0,100,1099]])"), std::string::npos);
    EXPECT_NE(text.find(R"("failed":[["bids",0,150,899]])"), std::string::npos);
}

TEST_F(FactsExport, AFullSinkIsAnError) {
    ASSERT_OK(record(at("s.weir"), everyKind()));
    std::ostringstream sink;
    sink.setstate(std::ios::badbit);
    const Status s = exportFacts(at("s.weir"), sink);
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().code, ErrorCode::FileNotWritable);
}

/// Calls named the records before they came, one of them in another order.
TEST_F(FactsExport, RecordsOfOneInstantRiseAlsoWhenTheyCameLate) {
    const auto record = [](std::int64_t id, std::int64_t offset) {
        return chunkOf(kBids, 0, EventId{id}, {{offset, "k", "v"}});
    };
    Start call;
    call.id = InvocationId{1};
    call.function = kValidate;
    call.events = {run(1, 0, 13, 13, 1), run(1, 0, 10, 10, 2)};
    ASSERT_OK(journal::test::record(
        at("s.weir"), {{1, Session{"s", Mode::Import, ""}},
                       {1, Topic{kBids, "bids", 1}},
                       {1, Function{kValidate, "f", ""}},
                       {2, Unrecorded{run(1, 0, 13, 13, 1)}},
                       {2, Unrecorded{run(1, 0, 10, 10, 2)}},
                       {2, call},
                       {5, LateRecord{record(2, 10)}},
                       {5, Records{chunkOf(kBids, 0, EventId{3}, {{11, "k", "v"}, {14, "k", "v"}})}},
                       {5, LateRecord{record(1, 13)}}}));
    std::vector<std::int64_t> offsets;
    const auto note = [&](const RecordChunk& chunk) {
        for (std::uint32_t i = 0; i < chunk.size(); ++i) offsets.push_back(chunk[i].offset);
    };
    ASSERT_OK(readFacts(at("s.weir"), FactsWanted::ForOrder, [&](const Fact& fact) {
        if (const auto* records = std::get_if<Records>(&fact.body)) note(*records->chunk);
        if (const auto* late = std::get_if<LateRecord>(&fact.body)) note(*late->chunk);
    }));
    const std::vector<std::int64_t> rising{10, 11, 13, 14};
    EXPECT_EQ(offsets, rising);

    offsets.clear();
    std::istringstream lines(exported(at("s.weir")));
    for (std::string line; std::getline(lines, line);) {
        const std::string field = "\"offset\":";
        const std::size_t found = line.find(field);
        if (line.find("\"record\"") != std::string::npos && found != std::string::npos)
            offsets.push_back(std::stoll(line.substr(found + field.size())));
    }
    EXPECT_EQ(offsets, rising);
}

}  // namespace
}  // namespace weir::journal::test
