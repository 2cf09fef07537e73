// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/producer.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;

class SourcesTest : public testing::Test {
  protected:
    void SetUp() override { WEIR_REQUIRE_BROKER(); }

    /// `trigger` is JSON that names the source and may say more.
    std::string flow(const std::string& trigger) {
        return folder.write("f.flow.json",
                            fmt::format(R"({{"weir": 1, "name": "test", "cluster": {{"brokers": "{}"}},
  "functions": {{"f": {{"target": {{"kind": "simulated", "warm": "1ms"}}}}}},
  "triggers": [{{"function": "f", {}}}]}})",
                                        sharedBroker().bootstrap(), trigger));
    }
    TemporaryFolder folder;
};

TEST_F(SourcesTest, ARangeOfTimesReadsWhatWasStampedBetween) {
    const std::string topic = uniqueName("history");
    sharedBroker().createTopic(topic, 2);
    auto producer = kafka::Producer::create({sharedBroker().bootstrap(), {}}, {}, [] {});
    ASSERT_TRUE(producer);
    for (int i = 0; i < 100; ++i) {
        kafka::OutgoingRecord record;
        record.topic = topic;
        record.partition = i % 2;
        record.value = std::to_string(i);
        record.timestamp_ms = 1'767'225'600'000 + i * 1'000;  // 2026-01-01, a second each
        ASSERT_TRUE((*producer)->produce(record, 1));
    }
    ASSERT_TRUE((*producer)->flush(10'000));

    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record",
                                flow(fmt::format(R"("range": {{"topic": "{}", "from": "2026-01-01T00:00:30Z",
                                       "to": "2026-01-01T00:00:50Z"}})",
                                                 topic)),
                                "-o", session});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'"), 20);
    EXPECT_EQ(askNumber(session, "SELECT min(timestamp_ns) / 1000000000 FROM event"), 1'767'225'630);
    EXPECT_EQ(askNumber(session, "SELECT max(timestamp_ns) / 1000000000 FROM event"), 1'767'225'649);

    const std::string later = folder.path("later.weir");
    const CliResult nothing = runCli(
        {"record", flow(fmt::format(R"("range": {{"topic": "{}", "from": "2026-01-02T00:00:00Z"}})", topic)),
         "-o", later});
    ASSERT_EQ(nothing.exit_code, 0) << nothing.err;
    EXPECT_EQ(askNumber(later, "SELECT count(*) FROM event"), 0) << "nothing is that young";
}

}  // namespace
}  // namespace weir::test
