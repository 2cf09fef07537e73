// SPDX-License-Identifier: GPL-3.0-or-later
#include "peers/broker.h"
#include "places.h"
#include "run_cli.h"
#include "topic_filler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace weir::test {
namespace {

using testing::HasSubstr;

TEST(Commands, HelpAndVersion) {
    const CliResult help = runCli({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (const char* command : {"demo", "record", "validate", "topics", "events", "stats", "export"}) {
        EXPECT_THAT(help.out, HasSubstr(command));
    }
    const CliResult version = runCli({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_THAT(version.out, HasSubstr("weir-cli "));
}

TEST(Commands, ValidateAcceptsTheSample) {
    const CliResult r = runCli({"validate", test::sourceDirectory() + "/resources/flows/auction.flow.json"});
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_THAT(r.out, HasSubstr("5 functions, 5 triggers"));
}

TEST(Commands, TopicsListsPartitionsAndWatermarks) {
    WEIR_REQUIRE_BROKER();
    const std::string topic = peers::uniqueName("listed");
    peers::sharedBroker().createTopic(topic, 2);
    fillTopic(peers::sharedBroker().bootstrap(), topic, 2, 10, [](std::int64_t) { return "v"; });
    const CliResult r = runCli({"topics", "--brokers", peers::sharedBroker().bootstrap()});
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_THAT(r.out, HasSubstr(topic));
    const std::size_t at = r.out.find(topic);
    const std::string line = r.out.substr(at, r.out.find('\n', at) - at);
    EXPECT_THAT(line, testing::ContainsRegex("0 +0 +5 +5$"));
}

}  // namespace
}  // namespace weir::test
