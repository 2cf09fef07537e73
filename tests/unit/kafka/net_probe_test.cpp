// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/net_probe.h"

#include <gtest/gtest.h>

namespace weir::kafka {
namespace {

TEST(NetProbeTest, TakesABootstrapListApart) {
    const auto brokers = splitBrokers(" kafka-1:9093, SASL_SSL://kafka-2 ,[::1]:9094,[fe80::1],,10.0.0.1:1");
    ASSERT_EQ(brokers.size(), 5u);
    EXPECT_EQ(brokers[0].text(), "kafka-1:9093");
    EXPECT_EQ(brokers[1].text(), "kafka-2:9092");
    EXPECT_EQ(brokers[2].host, "::1");
    EXPECT_EQ(brokers[2].text(), "[::1]:9094");
    EXPECT_EQ(brokers[3].text(), "[fe80::1]:9092");
    EXPECT_EQ(brokers[4].text(), "10.0.0.1:1");
    EXPECT_TRUE(splitBrokers("").empty());
}

TEST(NetProbeTest, LooksNamesUp) {
    const Patience patience(std::chrono::seconds(20), nullptr);
    const Lookup lookup = lookUp(splitBrokers("127.0.0.1:9092,no-such-host.invalid:1"), patience);
    ASSERT_EQ(lookup.addresses.size(), 1u);
    EXPECT_EQ(lookup.addresses[0].text, "127.0.0.1");
    ASSERT_EQ(lookup.not_found.size(), 1u);
    EXPECT_EQ(lookup.not_found[0].host, "no-such-host.invalid");
    EXPECT_FALSE(lookup.reason.empty());
}

TEST(NetProbeTest, SaysThatAConnectionIsRefused) {
    const Patience patience(std::chrono::seconds(20), nullptr);
    const Lookup lookup = lookUp(splitBrokers("127.0.0.1:1"), patience);
    ASSERT_EQ(lookup.addresses.size(), 1u);
    const auto socket = connectTo(lookup.addresses[0], patience);
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().message, "127.0.0.1:1 refused the connection");
}

}  // namespace
}  // namespace weir::kafka
