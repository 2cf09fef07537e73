// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/inbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weir::invoke {
namespace {

TargetEvent logOf(std::size_t bytes) {
    return {0, FunctionId{1}, LogWritten{InstanceId{1}, {}, facts::Stream::Stdout, std::string(bytes, 'x')}};
}

TEST(Inbox, KeepsOrderOfOneSender) {
    Inbox inbox;
    std::thread sender([&] {
        for (std::int64_t i = 1; i <= 5'000; ++i) {
            inbox.post({i, FunctionId{1}, InstanceBecameReady{InstanceId{i}}});
        }
    });
    std::vector<TargetEvent> taken;
    std::int64_t expected = 1;
    while (expected <= 5'000) {
        inbox.wait(now() + kSecond);
        inbox.take(taken);
        for (const TargetEvent& e : taken) EXPECT_EQ(e.at, expected++);
    }
    sender.join();
}

TEST(Inbox, AFloodWaitsUntilItIsTaken) {
    Inbox inbox;
    std::atomic<int> posted{0};
    std::thread sender([&] {
        for (int i = 0; i < 40; ++i) {
            inbox.post(logOf(1 << 20));
            ++posted;
        }
    });
    std::vector<TargetEvent> taken;
    std::size_t received = 0;
    while (received < 40) {
        inbox.wait(now() + kSecond);
        EXPECT_LE(posted - static_cast<int>(received), 9);
        inbox.take(taken);
        received += taken.size();
    }
    sender.join();
}

TEST(Inbox, TwoEventsAreOnePieceOfNews) {
    Inbox inbox;
    inbox.postBoth(logOf(3), {7, FunctionId{1}, InstanceBecameReady{InstanceId{1}}});
    std::vector<TargetEvent> taken;
    inbox.wait(now() + kSecond);
    inbox.take(taken);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<LogWritten>(taken[0].what));
    EXPECT_EQ(taken[1].at, 7);
}

TEST(Inbox, ClosingLetsEverybodyThrough) {
    Inbox inbox;
    std::thread sender([&] {
        for (int i = 0; i < 40; ++i) inbox.post(logOf(1 << 20));
    });
    inbox.close();
    sender.join();
    std::vector<TargetEvent> taken;
    inbox.take(taken);
    EXPECT_EQ(taken.size(), 40u);
}

}  // namespace
}  // namespace weir::invoke
