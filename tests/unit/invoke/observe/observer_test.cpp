// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/observer.h"

#include "flow/causes_spec.h"
#include "invoke/event_index.h"
#include "unit/journal/session_fixture.h"

#include <gmock/gmock.h>

#include <map>
#include <optional>

namespace weir::invoke {
namespace {

using journal::test::chunkOf;
using journal::test::Item;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TopicId kBids{1}, kOut{2}, kMore{3}, kFailed{4};
constexpr TimeNs kT = 1'000 * kSecond;
constexpr TimeNs kLater = kT + 10 * kSecond;

/// Gives out ids as the engine does, and keeps what is written as short texts.
class Port final : public ObserverPort {
  public:
    bool atEnd(TopicId, std::int32_t) override { return at_end; }
    void identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last, TimeNs,
                  std::vector<facts::EventRun>& runs) override {
        for (const EventIndex::Named& n : events.identify(topic, partition, first, last)) {
            if (n.fresh) unrecorded += n.last - n.first + 1;
            runs.push_back({topic, partition, n.first, n.last, n.first_event});
        }
    }
    InvocationId nextCall() override { return InvocationId{++calls}; }
    void write(TimeNs at, facts::Body body) override {
        times.push_back(at);
        const auto events_of = [](const std::vector<facts::EventRun>& runs) {
            std::string text;
            for (const auto& r : runs) {
                text +=
                    (text.empty() ? "" : ",") + std::to_string(r.partition) + "@" + std::to_string(r.first);
                if (r.last != r.first) text += "-" + std::to_string(r.last);
            }
            return text;
        };
        if (const auto* o = std::get_if<facts::Observed>(&body)) {
            wrote.push_back("call " + std::to_string(o->id.value) + " of " + events_of(o->events));
        } else if (const auto* out = std::get_if<facts::Output>(&body)) {
            wrote.push_back("output " + std::to_string(out->topic.value) + "/" +
                            std::to_string(out->partition) + "@" + std::to_string(out->offset) + " of " +
                            std::to_string(out->invocation.value));
        } else if (const auto* skip = std::get_if<facts::Skip>(&body)) {
            wrote.push_back(std::string(facts::word(skip->reason)) + " " + events_of({skip->events}));
        } else if (const auto* log = std::get_if<facts::Log>(&body)) {
            logs.push_back(log->text);
        }
    }

    EventIndex events;
    bool at_end = true;
    std::int64_t calls = 0, unrecorded = 0;
    std::vector<std::string> wrote, logs;
    std::vector<TimeNs> times;
};

class ObserverTest : public ::testing::Test {
  protected:
    void start(flow::CausesSpec causes = {}, int out_partitions = 2) {
        ObserverSpec spec;
        spec.function = FunctionId{1};
        spec.trigger = TriggerId{1};
        spec.name = "score";
        spec.sources = {{"bids", kBids}};
        spec.outputs = {{kOut, "out"}, {kMore, "more"}, {kFailed, "failed"}};
        spec.failed = kFailed;
        spec.causes = std::move(causes);
        observer.emplace(std::move(spec), port);
        for (std::int32_t p = 0; p < 2; ++p) {
            observer->open(kBids, p);
            observer->began(kBids, p, 0);
        }
        for (std::int32_t p = 0; p < out_partitions; ++p) observer->open(kOut, p);
    }

    void arrive(TopicId topic, std::int32_t partition, const std::vector<Item>& items, TimeNs now = kT) {
        RecordChunk chunk = *chunkOf(topic, partition, EventId{}, items);
        chunk.setFirstEvent(port.events.place(chunk).front().first_event);
        observer->arrived(std::make_shared<const RecordChunk>(std::move(chunk)), items.back().offset + 1,
                          now);
    }

    /// Ten source events in each partition, with keys k0…k9.
    void sources() {
        for (std::int32_t p = 0; p < 2; ++p) {
            std::vector<Item> items;
            for (std::int64_t i = 0; i < 10; ++i)
                items.push_back(
                    {i, "k" + std::to_string(i % 5), "v", {{"ce_id", "id-" + std::to_string(10 * p + i)}}});
            arrive(kBids, p, items);
        }
    }

    static Item output(std::int64_t offset, TimeNs at, const std::string& cause,
                       const std::string& value = "", const std::string& header = "weir_cause") {
        return {offset,
                "k",
                value.empty() ? "v" + std::to_string(offset) : value,
                {{header, cause}},
                at,
                TimestampType::Create};
    }

    Port port;
    std::optional<Observer> observer;
};

TEST_F(ObserverTest, TakesOutputsOfAllPartitionsByTime) {
    start();
    sources();
    arrive(kOut, 0, {output(0, kT + 1, "bids/0@0"), output(1, kT + 9, "bids/0@2")});
    observer->advance(kT);
    EXPECT_THAT(port.wrote, IsEmpty()) << "the other partition may still show something older";
    arrive(kOut, 1, {output(0, kT + 5, "bids/0@1"), output(1, kT + 5, "bids/0@3")});
    observer->advance(kT);
    EXPECT_THAT(port.wrote, ElementsAre("call 1 of 0@0", "output 2/0@0 of 1", "call 2 of 0@1",
                                        "output 2/1@0 of 2", "call 3 of 0@3", "output 2/1@1 of 3"));
    observer->advance(kLater);
    EXPECT_EQ(port.wrote.back(), "output 2/0@1 of 4");
    EXPECT_TRUE(observer->idle());
    EXPECT_LT(port.times[0], port.times[2]) << "later outputs have later times";
    EXPECT_EQ(port.times[2], port.times[4]) << "and those of one instant the same";
}

TEST_F(ObserverTest, WaitsForCausesThatAreNotRead) {
    start({}, 1);
    arrive(kOut, 0, {output(0, kT, "bids/1@3")});
    port.at_end = false;
    observer->advance(kLater);
    EXPECT_THAT(port.wrote, IsEmpty());
    port.at_end = true;
    sources();
    observer->advance(kLater);
    EXPECT_THAT(port.wrote, ElementsAre("call 1 of 1@3", "output 2/0@0 of 1"));
    EXPECT_EQ(port.unrecorded, 0);
}

TEST_F(ObserverTest, NamesCausesFromBeforeItsBeginning) {
    start({}, 1);
    observer->began(kBids, 0, 500);
    arrive(kOut, 0, {output(0, kT, "bids/0@498-499")});
    observer->advance(kLater);
    EXPECT_THAT(port.wrote, ElementsAre("call 1 of 0@498-499", "output 2/0@0 of 1"));
    EXPECT_EQ(port.unrecorded, 2);
}

TEST_F(ObserverTest, SaysWhatItCannotLink) {
    start({}, 1);
    sources();
    arrive(kOut, 0,
           {output(0, kT, "x", "v", "other"), output(1, kT, "bids 0 7"), output(2, kT, "else/0@1"),
            output(3, kT, "bids/7@1"), output(4, kT, "bids/0@99"), output(5, kT, "else/0@1,bids/0@4")});
    observer->advance(kLater);
    observer->finish(kLater);
    EXPECT_THAT(port.wrote, ElementsAre("call 1 of 0@4", "output 2/0@5 of 1"));
    EXPECT_EQ(observer->counts().silent, 1);
    EXPECT_EQ(observer->counts().unreadable, 1);
    EXPECT_EQ(observer->counts().unknown, 3);
    EXPECT_THAT(port.logs, testing::Contains(HasSubstr("out/0@0 names no cause")));
}

TEST_F(ObserverTest, TellsOneCallFromARepetition) {
    start();
    observer->open(kMore, 0);
    sources();
    // Two outputs of one call behind each other, and one in another topic.
    arrive(kOut, 0,
           {output(0, kT + 1, "bids/0@0", "a"), output(1, kT + 1, "bids/0@0", "b"),
            output(2, kT + 3, "bids/0@1", "c"),
            // The same bytes at once: sent twice. Later again: processed twice.
            output(3, kT + 4, "bids/0@1", "c"), output(4, kT + 5, "bids/0@0", "z")});
    arrive(kMore, 0, {output(0, kT + 2, "bids/0@0", "a")});
    observer->finish(kLater);
    EXPECT_THAT(port.wrote,
                ElementsAre("call 1 of 0@0", "output 2/0@0 of 1", "output 2/0@1 of 1", "output 3/0@0 of 1",
                            "call 2 of 0@1", "output 2/0@2 of 2", "call 3 of 0@1", "output 2/0@3 of 3",
                            "call 4 of 0@0", "output 2/0@4 of 4"));
}

TEST_F(ObserverTest, TakesManyCausesOnceEach) {
    start({}, 1);
    sources();
    arrive(kOut, 0, {output(0, kT, "bids/1@2-4,bids/0@7,bids/1@4-5, bids/0@7")});
    observer->advance(kLater);
    EXPECT_EQ(port.wrote[0], "call 1 of 0@7,1@2-5");
}

TEST_F(ObserverTest, ReadsCloudEventsCausation) {
    start({}, 1);
    sources();
    arrive(kOut, 0,
           {output(0, kT, "bids/0@3", "a", "ce_causationid"), output(1, kT, "id-17", "b", "ce_causationid"),
            output(2, kT, "nobody", "c", "ce_causationid")});
    observer->advance(kLater);
    EXPECT_THAT(port.wrote,
                ElementsAre("call 1 of 0@3", "output 2/0@0 of 1", "call 2 of 1@7", "output 2/0@1 of 2"));
    EXPECT_EQ(observer->counts().unknown, 1);
}

TEST_F(ObserverTest, ReadsAPathInTheValue) {
    flow::CausesSpec causes;
    causes.from = flow::CausesSpec::From::Json;
    ASSERT_TRUE(flow::parseJsonPath("$.meta[\"from\"][1]", causes.path));
    start(causes, 1);
    sources();
    const auto value = [&](std::int64_t offset, const std::string& json) {
        return Item{offset, "k", json, {}, kT, TimestampType::Create};
    };
    arrive(kOut, 0,
           {value(0, R"({"meta":{"from":[0,"bids/0@1"]}})"),
            value(1, R"({"meta":{"from":[0,{"topic":"bids","partition":1,"offset":4}]}})"),
            value(2, R"({"meta":{"from":[0,["bids/0@2","bids/0@3"]]}})"), value(3, R"({"meta":{}})"),
            value(4, "no json"), value(5, R"({"meta":{"from":[0,7]}})")});
    observer->advance(kLater);
    EXPECT_THAT(port.wrote, ElementsAre("call 1 of 0@1", "output 2/0@0 of 1", "call 2 of 1@4",
                                        "output 2/0@1 of 2", "call 3 of 0@2-3", "output 2/0@2 of 3"));
    EXPECT_EQ(observer->counts().silent, 1);
    EXPECT_EQ(observer->counts().unreadable, 2);
}

TEST_F(ObserverTest, FindsByKeyTheOldestEventWithoutOutput) {
    flow::CausesSpec causes;
    causes.from = flow::CausesSpec::From::Header;
    causes.header = "x-key";
    causes.by = flow::CausesSpec::By::Key;
    start(causes, 1);
    std::vector<Item> items;
    for (std::int64_t i = 0; i < 4; ++i) items.push_back({i, i % 2 == 0 ? "even" : "odd", "v"});
    arrive(kBids, 0, items);
    arrive(kOut, 0,
           {output(0, kT, "even", "a", "x-key"), output(1, kT, "odd", "b", "x-key"),
            output(2, kT, "even", "c", "x-key"), output(3, kT, "even", "d", "x-key")});
    observer->advance(kLater);
    EXPECT_THAT(port.wrote,
                ElementsAre("call 1 of 0@0", "output 2/0@0 of 1", "call 2 of 0@1", "output 2/0@1 of 2",
                            "call 3 of 0@2", "output 2/0@2 of 3", "output 2/0@3 of 3"));
}

TEST_F(ObserverTest, CountsEventsThatWereGivenUp) {
    start({}, 1);
    observer->open(kFailed, 0);
    sources();
    Item expired = output(1, kT, "bids/0@3");
    expired.headers.emplace_back("weir_reason", "expired");
    arrive(kFailed, 0, {output(0, kT, "bids/0@2"), expired});
    observer->finish(kLater);
    EXPECT_THAT(port.wrote, ElementsAre("on-failure 0@2", "expired 0@3"));
}

TEST(EventIndexNames, KeepsRecordsThatComeAfterTheirName) {
    EventIndex index;
    const auto named = index.identify(kBids, 0, 5, 9);
    ASSERT_EQ(named.size(), 1U);
    EXPECT_TRUE(named[0].fresh);
    EXPECT_EQ(index.identify(kBids, 0, 7, 7)[0].first_event, EventId{3});
    EXPECT_FALSE(index.identify(kBids, 0, 7, 7)[0].fresh);
    const auto pieces =
        index.place(*chunkOf(kBids, 0, EventId{}, {{4, "k", "v"}, {7, "k", "v"}, {8, "k", "v"}}));
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_TRUE(pieces[0].fresh);
    EXPECT_TRUE(pieces[1].late);
    EXPECT_EQ(pieces[1].first_event, EventId{3});
    EXPECT_TRUE(pieces[2].late);
    EXPECT_FALSE(index.place(*chunkOf(kBids, 0, EventId{}, {{7, "k", "v"}}))[0].late);
    EXPECT_TRUE(index.place(*chunkOf(kBids, 0, EventId{}, {{9, "k", "v"}}))[0].late);
    EXPECT_EQ(index.identify(kBids, 0, 4, 10).size(), 6U);
}

TEST(SourceMemory, ForgetsTheOldest) {
    SourceMemory memory(2);
    memory.add("a", {kBids, 0, 0});
    memory.add("b", {kBids, 0, 1});
    memory.add("a", {kBids, 0, 2});
    EXPECT_EQ(memory.find("a")->place.offset, 2);
    EXPECT_EQ(memory.forgotten(), 1);
    memory.add("c", {kBids, 0, 3});
    EXPECT_FALSE(memory.find("b"));
}

}  // namespace
}  // namespace weir::invoke
