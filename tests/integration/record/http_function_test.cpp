// SPDX-License-Identifier: GPL-3.0-or-later
// A function behind an address that refuses, breaks and throttles now and then, on a real broker.
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"
#include "unit/invoke/targets/scripted_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace weir::test {
namespace {

using invoke::ScriptedServer;
using peers::sharedBroker;

TEST(HttpFunction, DeliversEverythingThroughRefusalsAndBrokenConnections) {
    WEIR_REQUIRE_BROKER();
    const std::string topic = peers::uniqueName("http");
    sharedBroker().createTopic(topic, 3);
    fillTopic(sharedBroker().bootstrap(), topic, 3, 600, [](std::int64_t i) { return std::to_string(i); });
    std::atomic<int> calls{0};
    const ScriptedServer server([&](const std::string&) -> ScriptedServer::Reply {
        const int call = ++calls;
        if (call % 10 == 3) return ScriptedServer::answer(500, "not today");
        if (call % 10 == 5) return ScriptedServer::answer(429, "");
        if (call % 10 == 8) return {"HTTP/1.1 200 OK\r\nConte", ScriptedServer::Reply::Then::Reset};
        return ScriptedServer::answer(200, "{}", "Content-Type: application/json\r\n");
    });
    const TemporaryFolder folder;
    const std::string flow = folder.write(
        "f.flow.json", fmt::format(R"({{"weir": 1, "name": "test", "cluster": {{"brokers": "{}"}},
  "functions": {{"f": {{"target": {{"kind": "http", "url": "{}"}}, "timeout": "10s"}}}},
  "triggers": [{{"function": "f", "topics": ["{}"], "batching_window": "20ms", "batch_size": 20, "retries": 9}}]}})",
                                   sharedBroker().bootstrap(), server.url(), topic));
    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record", flow, "-o", session, "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'"), 600);
    EXPECT_GE(askNumber(session, "SELECT count(*) FROM invocation WHERE outcome = 'throttled'"), 2);
    EXPECT_GE(askNumber(session, "SELECT count(*) FROM decision WHERE kind = 'throttle'"), 1);
    EXPECT_GE(askNumber(session, "SELECT count(*) FROM invocation WHERE outcome = 'error'"), 4);
    EXPECT_EQ(askNumber(session,
                        "SELECT sum(c) FROM (SELECT max(offset) AS c FROM offset_commit GROUP BY partition)"),
              600);
}

TEST(HttpFunction, OneThatIsNotThereIsTriedAgainAndStopsItsTrigger) {
    WEIR_REQUIRE_BROKER();
    const std::string topic = peers::uniqueName("http");
    sharedBroker().createTopic(topic, 1);
    fillTopic(sharedBroker().bootstrap(), topic, 1, 5, [](std::int64_t i) { return std::to_string(i); });
    const TemporaryFolder folder;
    const std::string flow = folder.write(
        "f.flow.json", fmt::format(R"({{"weir": 1, "name": "test", "cluster": {{"brokers": "{}"}},
  "functions": {{"f": {{"target": {{"kind": "http", "url": "http://127.0.0.1:1/"}}}}}},
  "triggers": [{{"function": "f", "topics": ["{}"], "retries": 1}}]}})",
                                   sharedBroker().bootstrap(), topic));
    const CliResult r = runCli({"record", flow, "-o", folder.path("s.weir"), "--until-end"});
    EXPECT_EQ(r.exit_code, 5);
    EXPECT_NE(r.err.find("onnect"), std::string::npos) << r.err;
    EXPECT_EQ(askNumber(folder.path("s.weir"), "SELECT count(*) FROM offset_commit"), 0);
}

}  // namespace
}  // namespace weir::test
