// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/consumer.h"

#include "kafka_fixture.h"

#include <algorithm>

namespace weir::kafka {
namespace {

using ConsumerTest = EmbeddedKafka;

std::vector<OutgoingRecord> numbered(const std::string& topic, std::int32_t partition, int count) {
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i) records.push_back(record(topic, partition, std::to_string(i)));
    return records;
}

TEST_F(ConsumerTest, ReadsEachPartitionInOrder) {
    topic("bids", 3);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 300; ++i) records.push_back(record("bids", i % 3, std::to_string(i)));
    const auto reports = produceAll(cluster->settings(), records);
    ASSERT_EQ(reports.size(), 300u);

    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"bids", 0}, {"bids", 1}, {"bids", 2}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 300; }));

    ASSERT_EQ(reading.all<PartitionsAssigned>().size(), 1u);
    EXPECT_EQ(reading.all<PartitionsAssigned>()[0].partitions.size(), 3u);
    EXPECT_FALSE(reading.saw<ConsumerTrouble>());
    for (int p = 0; p < 3; ++p) {
        const RecordChunk& chunk = reading.chunks.at({"bids", p});
        ASSERT_EQ(chunk.size(), 100u);
        EXPECT_EQ(chunk.runs().size(), 1u);
        for (std::uint32_t i = 0; i < 100; ++i) {
            EXPECT_EQ(chunk[i].offset, i);
            EXPECT_EQ(chunk.value(i).view(), std::to_string(static_cast<int>(i) * 3 + p));
        }
        EXPECT_EQ(reading.consumer->position({"bids", p}), 100);
        EXPECT_EQ(reading.consumer->firstPosition({"bids", p}), 0);
        EXPECT_EQ(reading.consumer->highWatermark({"bids", p}), 100);
    }
}

TEST_F(ConsumerTest, CommittedOffsetsCountUnderFixedAssignment) {
    topic("bids", 1);
    produceAll(cluster->settings(), numbered("bids", 0, 20));
    {
        Reading first;
        first.begin(cluster->settings(), inGroup("g"));
        ASSERT_TRUE(first.consumer->assign({{"bids", 0}}));
        ASSERT_TRUE(first.until([&] { return first.count() == 20; }));
        ASSERT_TRUE(first.consumer->commit({{{"bids", 0}, 7}}));
        ASSERT_TRUE(first.until([&] { return first.saw<CommitDone>(); }));
        const CommitDone done = first.all<CommitDone>()[0];
        EXPECT_TRUE(done.status);
        ASSERT_EQ(done.offsets.size(), 1u);
        EXPECT_EQ(done.offsets[0].second, 7);
        const Status now = first.consumer->commitNow({{{"bids", 0}, 12}}, 10'000);
        EXPECT_TRUE(now) << now.error().message;
    }
    Reading second;
    second.begin(cluster->settings(), inGroup("g"));
    ASSERT_TRUE(second.consumer->assign({{"bids", 0}}));
    ASSERT_TRUE(second.until([&] { return second.count() == 8; }));
    EXPECT_EQ(second.chunks.at({"bids", 0})[0].offset, 12);
    EXPECT_EQ(second.consumer->firstPosition({"bids", 0}), 12);
}

TEST_F(ConsumerTest, KeepsNullAndEmptyApart) {
    topic("t", 1);
    OutgoingRecord null = record("t", 0, "");
    null.value.reset();
    OutgoingRecord empty = record("t", 0, "");
    empty.key = "";
    OutgoingRecord full = record("t", 0, "v");
    full.key = "k";
    full.timestamp_ms = 1'700'000'000'123;
    produceAll(cluster->settings(), {null, empty, full});

    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 3; }));
    const RecordChunk& chunk = reading.chunks.at({"t", 0});
    EXPECT_TRUE(chunk.key(0).isNull());
    EXPECT_TRUE(chunk.value(0).isNull());
    EXPECT_FALSE(chunk.key(1).isNull());
    EXPECT_FALSE(chunk.value(1).isNull());
    EXPECT_EQ(chunk.key(1).size, 0u);
    EXPECT_EQ(chunk.value(1).size, 0u);
    EXPECT_EQ(chunk.key(2).view(), "k");
    EXPECT_EQ(chunk.value(2).view(), "v");
    EXPECT_EQ(timestampToMs(chunk[2].timestamp), 1'700'000'000'123);
    EXPECT_EQ(chunk[2].timestamp_type, TimestampType::Create);
}

TEST_F(ConsumerTest, BringsHeaders) {
    topic("t", 1);
    OutgoingRecord sent = record("t", 0, "v");
    sent.headers = {{"ce_type", "bid"}, {"none", std::nullopt}, {"empty", ""}, {"ce_type", "again"}};
    produceAll(cluster->settings(), {sent, record("t", 0, "plain")});

    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 2; }));
    const RecordChunk& chunk = reading.chunks.at({"t", 0});
    const auto headers = chunk.headers(0);
    ASSERT_EQ(headers.size(), 4u);
    EXPECT_EQ(headers[0].name, "ce_type");
    EXPECT_EQ(headers[0].value.view(), "bid");
    EXPECT_TRUE(headers[1].value.isNull());
    EXPECT_FALSE(headers[2].value.isNull());
    EXPECT_EQ(headers[2].value.size, 0u);
    EXPECT_EQ(headers[3].value.view(), "again");
    EXPECT_TRUE(chunk.headers(1).empty());
}

TEST_F(ConsumerTest, APartitionThatIsNotReadHoldsUpNobody) {
    topic("t", 2);
    std::vector<OutgoingRecord> records;
    const std::string value(1000, 'x');
    for (int i = 0; i < 2000; ++i) records.push_back(record("t", i % 2, value));
    produceAll(cluster->settings(), records);

    Reading reading;
    ConsumerOptions options;
    options.prefetch_bytes = 200'000;
    reading.skipped = {{"t", 0}};
    reading.begin(cluster->settings(), options);
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}, {"t", 1}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 1000; }));
    EXPECT_FALSE(reading.chunks.contains({"t", 0}));

    reading.skipped.clear();
    ASSERT_TRUE(reading.until([&] { return reading.count() == 2000; }));
    EXPECT_EQ(reading.chunks.at({"t", 0}).runs().size(), 1u);
    EXPECT_FALSE(reading.saw<ConsumerTrouble>());
}

TEST_F(ConsumerTest, ReadHonoursItsLimits) {
    topic("t", 1);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 100; ++i) records.push_back(record("t", 0, std::string(1000, 'x')));
    produceAll(cluster->settings(), records);
    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    std::int64_t next = 0;
    while (next < 100) {
        const std::size_t most = next < 50 ? 7 : 1000;
        RecordChunk chunk(TopicId{1}, 0);
        reading.wake.wait();
        reading.consumer->poll();
        const auto count = reading.consumer->read({"t", 0}, chunk, most, 5000);
        ASSERT_TRUE(count);
        EXPECT_EQ(*count, chunk.size());
        EXPECT_LE(*count, std::min<std::size_t>(most, 5));
        if (chunk.empty()) continue;
        EXPECT_EQ(chunk[0].offset, next);
        next += static_cast<std::int64_t>(*count);
    }
    EXPECT_EQ(reading.consumer->position({"t", 0}), 100);
}

TEST_F(ConsumerTest, StartsWhereItIsTold) {
    topic("t", 1);
    produceAll(cluster->settings(), numbered("t", 0, 10));

    ConsumerOptions at_six;
    at_six.start = {StartAt::Kind::Offset, 6};
    Reading middle;
    middle.begin(cluster->settings(), at_six);
    ASSERT_TRUE(middle.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(middle.until([&] { return middle.count() == 4; }));
    EXPECT_EQ(middle.chunks.at({"t", 0})[0].offset, 6);

    ConsumerOptions at_end;
    at_end.start = StartAt::latest();
    Reading end;
    end.begin(cluster->settings(), at_end);
    ASSERT_TRUE(end.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(end.until([&] { return end.consumer->position({"t", 0}).has_value(); }));
    EXPECT_EQ(end.consumer->firstPosition({"t", 0}), 10);
    produceAll(cluster->settings(), numbered("t", 0, 1));
    ASSERT_TRUE(end.until([&] { return end.count() == 1; }));
    EXPECT_EQ(end.chunks.at({"t", 0})[0].offset, 10);
}

TEST_F(ConsumerTest, ACommittedOffsetComesBeforeTheStart) {
    topic("t", 1);
    produceAll(cluster->settings(), numbered("t", 0, 10));
    for (const StartAt start : {StartAt::latest(), StartAt{StartAt::Kind::Offset, 8}}) {
        ConsumerOptions options = inGroup("g" + std::to_string(static_cast<int>(start.kind)));
        options.start = start;
        const std::int64_t expected = start.kind == StartAt::Kind::Latest ? 10 : 8;
        {
            Reading fresh;
            fresh.begin(cluster->settings(), options);
            ASSERT_TRUE(fresh.consumer->assign({{"t", 0}}));
            ASSERT_TRUE(fresh.until([&] { return fresh.consumer->firstPosition({"t", 0}).has_value(); }));
            EXPECT_EQ(fresh.consumer->firstPosition({"t", 0}), expected);
            ASSERT_TRUE(fresh.consumer->commitNow({{{"t", 0}, 3}}, 10'000));
        }
        Reading again;
        again.begin(cluster->settings(), options);
        ASSERT_TRUE(again.consumer->assign({{"t", 0}}));
        ASSERT_TRUE(again.until([&] { return again.consumer->firstPosition({"t", 0}).has_value(); }));
        EXPECT_EQ(again.consumer->firstPosition({"t", 0}), 3);
    }
}

TEST_F(ConsumerTest, RecordsThatAreGoneAreAHole) {
    topic("t", 1);
    auto producer = Producer::create(cluster->settings(), {.linger_ms = 0}, {});
    ASSERT_TRUE(producer);
    for (std::uint64_t i = 0; i < 80; ++i) {  // 8 MB, each record in a message set of its own
        ASSERT_TRUE((*producer)->produce(record("t", 0, std::string(100'000, 'x')), i));
        ASSERT_TRUE((*producer)->flush(10'000));
    }
    Reading reading;
    ConsumerOptions options;
    options.start = {StartAt::Kind::Offset, 1};
    reading.begin(cluster->settings(), options);
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.consumer->position({"t", 0}) == 80; }));
    EXPECT_GT(reading.chunks.at({"t", 0})[0].offset, 1);
    EXPECT_LT(reading.count(), 80u);
}

TEST_F(ConsumerTest, AGroupHandsPartitionsOut) {
    topic("t", 2);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 20; ++i) records.push_back(record("t", i % 2, std::to_string(i)));
    produceAll(cluster->settings(), records);
    Reading reading;
    reading.begin(cluster->settings(), inGroup("g"));
    const Status subscribed = reading.consumer->subscribe({"t"});
    ASSERT_TRUE(subscribed) << subscribed.error().message;
    ASSERT_TRUE(reading.until([&] { return reading.count() == 20; }));
    EXPECT_EQ(reading.all<PartitionsAssigned>().at(0).partitions.size(), 2u);
    ASSERT_TRUE(reading.consumer->commitNow({{{"t", 0}, 10}, {{"t", 1}, 10}}, 10'000));
    reading.consumer->close();
    EXPECT_TRUE(reading.consumer->poll().empty());
    reading.consumer->close();
}

TEST_F(ConsumerTest, AMissingPartitionIsNamed) {
    topic("bids", 2);
    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"bids", 9}}));
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    const ConsumerTrouble trouble = reading.all<ConsumerTrouble>()[0];
    EXPECT_EQ(trouble.error.code, ErrorCode::UnknownTopic);
    EXPECT_EQ(trouble.error.message, "bids/9 does not exist on this cluster");
    EXPECT_TRUE(trouble.fatal);
}

TEST(ConsumerTroubleTest, ARefusedConnectionIsReportedOnceAndIsNotFatal) {
    Reading reading;
    reading.begin({"127.0.0.1:1", {}});
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    const ConsumerTrouble trouble = reading.all<ConsumerTrouble>()[0];
    EXPECT_EQ(trouble.error.code, ErrorCode::Unreachable);
    EXPECT_EQ(trouble.error.message, "127.0.0.1:1 refused the connection");
    EXPECT_FALSE(trouble.error.hint.empty());
    EXPECT_FALSE(trouble.fatal);
    for (int i = 0; i < 50; ++i) reading.step();
    EXPECT_LE(reading.all<ConsumerTrouble>().size(), 2u);  // and that none of the brokers answers
    EXPECT_FALSE(reading.saw<ConsumerRecovered>());
}

TEST(ConsumerTroubleTest, MisuseIsRefused) {
    WakeUp wake;
    ConsumerOptions options;
    options.start.kind = StartAt::Kind::Committed;
    auto committed = Consumer::create({"127.0.0.1:1", {}}, options, wake.note());
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, ErrorCode::Usage);

    auto consumer = Consumer::create({"127.0.0.1:1", {}}, {}, wake.note());
    ASSERT_TRUE(consumer);
    EXPECT_FALSE((*consumer)->subscribe({"t"}));
    EXPECT_FALSE((*consumer)->assign({}));
    EXPECT_FALSE((*consumer)->commit({{{"t", 0}, 1}}));
    EXPECT_FALSE((*consumer)->position({"t", 0}));
    (*consumer)->close();
    EXPECT_FALSE((*consumer)->assign({{"t", 0}}));
}

}  // namespace
}  // namespace weir::kafka
