// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/record/run_cli.h"
#include "peers/broker.h"
#include "secure_broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weir::kafka {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Recorded events are written only by who may, and the password is never shown.
TEST(ProduceDenied, WhoMayNotIsToldSo) {
    WEIR_REQUIRE_BROKER();
    peers::SecureBroker& broker = peers::SecureBroker::shared();
    const std::string topic = peers::uniqueName("denied");
    broker.broker().createTopic(topic, 1);
    const test::TemporaryFolder folder;
    const std::string facts = folder.write("facts.ndjson",
                                           R"({"fact":"session","version":1,"name":"s","mode":"drive","at":1}
{"fact":"topic","topic":"bids","partitions":1,"at":1}
{"fact":"record","topic":"bids","partition":0,"offset":0,"key":"k","value":"v","at":2}
)");
    ASSERT_EQ(test::runCli({"-q", "import", facts, "-o", folder.path("s.weir")}).exit_code, 0);
    const auto produce = [&](const std::string& user, const std::string& password) {
        return test::runCli({"produce", folder.path("s.weir"), "--to", topic, "--yes", "--brokers",
                             broker.settings("SASL").brokers, "-X", "security.protocol=SASL_PLAINTEXT", "-X",
                             "sasl.mechanism=PLAIN", "-X", "sasl.username=" + user, "-X",
                             "sasl.password=" + password});
    };
    const test::CliResult guest = produce("guest", "guest");
    EXPECT_EQ(guest.exit_code, 4) << guest.err;
    EXPECT_THAT(guest.err, HasSubstr(topic));
    const test::CliResult wrong = produce("weir", "not-the-pa55word");
    EXPECT_EQ(wrong.exit_code, 4) << wrong.err;
    EXPECT_THAT(wrong.err, Not(HasSubstr("not-the-pa55word")));
    EXPECT_EQ(produce("weir", peers::SecureBroker::kPassword).exit_code, 0);
}

}  // namespace
}  // namespace weir::kafka
