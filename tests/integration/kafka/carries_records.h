// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "secure_broker.h"
#include "unit/kafka/kafka_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::kafka {

/// With these settings records are written, read in a group and committed.
inline void expectToCarryRecords(peers::SecureBroker& broker, const ClusterSettings& settings,
                                 const std::string& name) {
    const std::string topic = peers::uniqueName(name);
    broker.broker().createTopic(topic, 1);
    const auto reports = produceAll(settings, {record(topic, 0, "first"), record(topic, 0, "second")});
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_TRUE(reports[0].status) << reports[0].status.error().message;

    Reading reading;
    reading.begin(settings, inGroup(topic));
    ASSERT_TRUE(reading.consumer->subscribe({topic}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 2; }));
    EXPECT_EQ(reading.chunks.at({topic, 0}).value(1).view(), "second");
    const Status committed = reading.consumer->commitNow({{{topic, 0}, 2}}, 10'000);
    EXPECT_TRUE(committed) << committed.error().message;
    EXPECT_FALSE(reading.saw<ConsumerTrouble>());
}

}  // namespace weir::kafka
