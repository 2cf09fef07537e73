// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_fixture.h"

#include <limits>

namespace weir::journal::test {
namespace {

using namespace facts;

class RoundTrip : public SessionTest {
  protected:
    std::unique_ptr<SessionReader> reopen(const std::vector<Fact>& all, CapturePolicy capture = {}) {
        const Status written = record(at("s.weir"), all, capture);
        EXPECT_TRUE(written) << why(written);
        auto reader = SessionReader::open(at("s.weir"));
        EXPECT_TRUE(reader) << why(reader);
        return reader ? std::move(*reader) : nullptr;
    }
};

EventRun run(std::int64_t topic, std::int32_t partition, std::int64_t first, std::int64_t last,
             std::int64_t id) {
    return {TopicId{topic}, partition, first, last, EventId{id}};
}

TEST_F(RoundTrip, SessionAndDeclarations) {
    auto reader = reopen({
        {100, Session{"auc'tion; DROP TABLE event;--", Mode::Observe, "localhost:9092"}},
        {101, Topic{TopicId{1}, "bids", 6, SourceKind::Kafka}},
        {101, Topic{TopicId{2}, "http:edge", 1, SourceKind::Http}},
        {102, Function{FunctionId{1}, "validate", "lambda-runtime", true, true, 8, 256, 30 * kSecond}},
        {103,
         Trigger{TriggerId{1}, "bids→validate", FunctionId{1}, {TopicId{2}, TopicId{1}}, "key", "g", 100, 5}},
        {104, Topic{TopicId{1}, "bids", 12, SourceKind::Kafka}},
        {105, Instance{InstanceId{1}, "i-1", FunctionId{1}}},
        {106, InstanceReady{InstanceId{1}}},
        {107, Instance{InstanceId{2}, "i-2", FunctionId{1}}},
        {108, InstanceEnd{InstanceId{1}, InstanceEndReason::Crashed, "signal 9"}},
    });
    const auto info = reader->info();
    ASSERT_OK(info);
    EXPECT_EQ(info->name, "auc'tion; DROP TABLE event;--");
    EXPECT_EQ(info->mode, Mode::Observe);
    EXPECT_EQ(info->cluster, "localhost:9092");
    EXPECT_EQ(info->started, 100);
    EXPECT_TRUE(info->ended);
    EXPECT_EQ(info->schema_version, 2);
    EXPECT_GT(info->file_bytes, 4096);

    const auto topics = reader->topics();
    ASSERT_OK(topics);
    ASSERT_EQ(topics->size(), 2u);
    EXPECT_EQ((*topics)[0].name, "bids");
    EXPECT_EQ((*topics)[0].partitions, 12);
    const auto functions = reader->functions();
    ASSERT_OK(functions);
    EXPECT_EQ(functions->at(0).target, "lambda-runtime");
    EXPECT_EQ(functions->at(0).timeout, 30 * kSecond);
    const auto triggers = reader->triggers();
    ASSERT_OK(triggers);
    EXPECT_EQ(triggers->at(0).topics, (std::vector{TopicId{2}, TopicId{1}}));
    EXPECT_EQ(triggers->at(0).order, "key");
    const auto instances = reader->instances();
    ASSERT_OK(instances);
    ASSERT_EQ(instances->size(), 2u);
    EXPECT_EQ((*instances)[0].ready, 106);
    EXPECT_EQ((*instances)[0].ended, 108);
    EXPECT_EQ((*instances)[0].end_reason, "crashed");
    EXPECT_FALSE((*instances)[1].ended);
}

TEST_F(RoundTrip, BytesOfRecordsAreKept) {
    const std::string binary("\0\xff\x80 a", 5);
    const std::string big(10 << 20, 'x');
    const std::int64_t far = std::numeric_limits<std::int64_t>::max() - 1;
    auto reader = reopen(
        {{5, Records{chunkOf(
                 TopicId{1}, 3, EventId{1},
                 {{7, std::nullopt, std::nullopt},
                  {8, "", ""},
                  {9, binary, binary},
                  {12, "ключ", big, {}, 1234, TimestampType::Create},
                  {far, "k", "v", {{"ce_type", "bid"}, {"n", std::nullopt}, {"b", binary}, {"n", ""}}}})}}});
    const auto events = reader->events(EventId{1}, 10, 16);
    ASSERT_OK(events);
    ASSERT_EQ(events->size(), 5u);
    EXPECT_EQ((*events)[0].key, std::nullopt);
    EXPECT_EQ((*events)[0].preview, std::nullopt);
    EXPECT_EQ((*events)[0].size, -1);
    EXPECT_EQ((*events)[0].timestamp, std::nullopt);
    EXPECT_EQ((*events)[1].key, "");
    EXPECT_EQ((*events)[1].preview, "");
    EXPECT_EQ((*events)[1].size, 0);
    EXPECT_EQ((*events)[2].key, binary);
    EXPECT_EQ((*events)[2].preview, binary);
    EXPECT_EQ((*events)[3].key, "ключ");
    EXPECT_EQ((*events)[3].preview, std::string(16, 'x'));
    EXPECT_EQ((*events)[3].size, 10 << 20);
    EXPECT_EQ((*events)[3].timestamp, 1234);
    EXPECT_EQ((*events)[4].offset, far);
    EXPECT_EQ((*events)[4].type, "bid");
    EXPECT_EQ((*events)[4].received, 5);

    const auto detail = reader->event(EventId{4});
    ASSERT_OK(detail);
    EXPECT_EQ(detail->value, big);
    const auto last = reader->event(EventId{5});
    ASSERT_OK(last);
    const decltype(last->headers) expected{{"ce_type", "bid"}, {"n", std::nullopt}, {"b", binary}, {"n", ""}};
    EXPECT_EQ(last->headers, expected);

    EXPECT_EQ(reader->findEvent(TopicId{1}, 3, 9), EventId{3});
    EXPECT_EQ(reader->findEvent(TopicId{1}, 3, 10), EventId{});
    EXPECT_EQ(reader->findEvent(TopicId{1}, 3, far), EventId{5});
    EXPECT_EQ(reader->findEvent(TopicId{1}, 2, 9), EventId{});
    EXPECT_EQ(reader->findEvent(TopicId{2}, 3, 9), EventId{});
    const auto arrivals = reader->arrivals(1, 10);
    ASSERT_OK(arrivals);
    ASSERT_EQ(arrivals->size(), 3u);
    EXPECT_EQ((*arrivals)[1].first_event, EventId{4});
    EXPECT_FALSE(reader->event(EventId{6}));
}

TEST_F(RoundTrip, CapturePolicyIsVisible) {
    const auto chunk =
        chunkOf(TopicId{1}, 0, EventId{1}, {{0, "k", "0123456789"}, {1, "k", "01"}, {2, "k", std::nullopt}});
    auto reader = reopen({{1, Records{chunk}}}, {CapturePolicy::Values::Prefix, 4});
    const auto cut = reader->event(EventId{1});
    ASSERT_OK(cut);
    EXPECT_EQ(cut->value, "0123");
    EXPECT_TRUE(cut->truncated);
    EXPECT_EQ(cut->row.size, 10);
    EXPECT_FALSE(reader->event(EventId{2})->truncated);
    reader.reset();

    ASSERT_OK(record(at("none.weir"), {{1, Records{chunk}}}, {CapturePolicy::Values::None, 0}));
    auto none = SessionReader::open(at("none.weir"));
    ASSERT_OK(none);
    const auto left_out = (*none)->event(EventId{1});
    ASSERT_OK(left_out);
    EXPECT_FALSE(left_out->captured);
    EXPECT_EQ(left_out->value, std::nullopt);
    EXPECT_EQ(left_out->row.size, 10);
    const auto tombstone = (*none)->event(EventId{3});
    EXPECT_TRUE(tombstone->captured);
    EXPECT_EQ(tombstone->row.size, -1);
}

TEST_F(RoundTrip, DeliveriesWithTheirOwnOutcome) {
    auto reader = reopen({
        {1, Records{plainChunk(TopicId{1}, 0, EventId{1}, 10, 1000)}},
        {2, Start{InvocationId{1},
                  FunctionId{1},
                  TriggerId{1},
                  InstanceId{1},
                  BatchId{1},
                  1,
                  true,
                  3,
                  {},
                  {run(1, 0, 10, 609, 1), run(1, 0, 700, 709, 691)}}},
        {3, Start{InvocationId{2},
                  FunctionId{1},
                  TriggerId{1},
                  {},
                  {},
                  2,
                  false,
                  0,
                  InvocationId{1},
                  {run(1, 0, 15, 15, 6)}}},
        {4, End{InvocationId{1},
                Outcome::Partial,
                {run(1, 0, 605, 609, 596), run(1, 0, 15, 15, 6), run(1, 0, 700, 701, 0)},
                "some"}},
    });
    const auto invocations = reader->invocations(InvocationId{1}, 10);
    ASSERT_OK(invocations);
    ASSERT_EQ(invocations->size(), 2u);
    const InvocationRow& first = (*invocations)[0];
    EXPECT_EQ(first.events, 610);
    EXPECT_EQ(first.first_offset, 10);
    EXPECT_EQ(first.last_offset, 609);
    EXPECT_EQ(first.end, 4);
    EXPECT_EQ(first.outcome, Outcome::Partial);
    EXPECT_EQ(first.error, "some");
    EXPECT_TRUE(first.cold);
    EXPECT_FALSE((*invocations)[1].end);
    EXPECT_EQ((*invocations)[1].split_of, InvocationId{1});

    const auto deliveries = reader->deliveries(EventId{1}, EventId{1000});
    ASSERT_OK(deliveries);
    ASSERT_EQ(deliveries->size(), 611u);
    int failed = 0;
    for (const DeliveryRow& d : *deliveries) failed += d.outcome == Outcome::Error ? 1 : 0;
    EXPECT_EQ(failed, 8);
    const auto sixth = reader->deliveries(EventId{6}, EventId{6});
    ASSERT_OK(sixth);
    ASSERT_EQ(sixth->size(), 2u);
    EXPECT_EQ((*sixth)[0].outcome, Outcome::Error);
    EXPECT_EQ((*sixth)[1].outcome, std::nullopt);
    EXPECT_EQ((*sixth)[1].attempt, 2);
    EXPECT_EQ(reader->deliveries(EventId{600}, EventId{600})->at(0).outcome, Outcome::Error);
    EXPECT_EQ(reader->deliveries(EventId{595}, EventId{595})->at(0).outcome, Outcome::Success);
    EXPECT_TRUE(reader->deliveries(EventId{611}, EventId{690})->empty());
    EXPECT_EQ(reader->invocationsById({InvocationId{2}, InvocationId{9}})->size(), 1u);
}

TEST_F(RoundTrip, OutputsAndLogs) {
    auto reader = reopen({
        {1, Topic{TopicId{2}, "valid-bids", 3, SourceKind::Kafka}},
        {1, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)}},
        {2, Start{InvocationId{1}, FunctionId{1}, {}, {}, {}, 1, false, 0, {}, {run(1, 0, 0, 9, 1)}}},
        {3, Log{InstanceId{1}, InvocationId{1}, Stream::Stdout, "hello"}},
        {3, Log{InstanceId{1}, {}, Stream::Stderr, "idle"}},
        {4, End{InvocationId{1}, Outcome::Success, {}, ""}},
        {5, Output{InvocationId{1}, TopicId{2}, 1, 11, {run(1, 0, 0, 0, 1)}}},
        {5, Output{InvocationId{1}, TopicId{2}, 1, 12, {run(1, 0, 3, 4, 4), run(1, 0, 8, 9, 9)}}},
    });
    EXPECT_EQ(reader->outputs(EventId{1})->at(0).offset, 11);
    EXPECT_EQ(reader->outputs(EventId{1})->at(0).topic, "valid-bids");
    EXPECT_TRUE(reader->outputs(EventId{2})->empty());
    EXPECT_EQ(reader->outputs(EventId{5})->at(0).offset, 12);
    EXPECT_EQ(reader->outputs(EventId{10})->size(), 1u);
    const auto logs = reader->logs(InvocationId{1}, 10);
    ASSERT_OK(logs);
    ASSERT_EQ(logs->size(), 1u);
    EXPECT_EQ((*logs)[0].text, "hello");
    EXPECT_EQ((*logs)[0].stream, "stdout");
    const auto extent = reader->extent();
    ASSERT_OK(extent);
    EXPECT_EQ(extent->events, 10);
    EXPECT_EQ(extent->invocations, 1);
    EXPECT_EQ(extent->arrivals, 1);
    EXPECT_EQ(extent->logs, 2);
    EXPECT_EQ(extent->last_at, 5);
}

}  // namespace
}  // namespace weir::journal::test
