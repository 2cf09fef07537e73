// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/instance_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Pool : public testing::Test {
  protected:
    InstancePool::Usable add(int instance, int call) {
        auto usable = std::make_shared<std::atomic<bool>>(true);
        pool.add(InstanceId{instance}, InvocationId{call}, usable);
        return usable;
    }

    InstancePool pool{100};
};

TEST_F(Pool, BusyInstancesAreNotTaken) {
    add(1, 1);
    EXPECT_FALSE(pool.take(InvocationId{2}));
    EXPECT_FALSE(pool.deadline());
    pool.callEnded(InvocationId{1}, 10);
    EXPECT_EQ(pool.take(InvocationId{3}), InstanceId{1});
    EXPECT_FALSE(pool.take(InvocationId{4}));
}

TEST_F(Pool, TheOneUsedLastIsTakenFirst) {
    add(1, 1);
    add(2, 2);
    pool.callEnded(InvocationId{2}, 10);
    pool.callEnded(InvocationId{1}, 20);
    EXPECT_EQ(pool.take(InvocationId{3}), InstanceId{1});
    EXPECT_EQ(pool.take(InvocationId{4}), InstanceId{2});
}

TEST_F(Pool, UnusableInstancesAreNeverTaken) {
    const auto usable = add(1, 1);
    add(2, 2);
    pool.callEnded(InvocationId{2}, 10);
    pool.callEnded(InvocationId{1}, 20);
    usable->store(false);
    EXPECT_EQ(pool.take(InvocationId{3}), InstanceId{2});
    pool.instanceEnded(InstanceId{1});
    EXPECT_FALSE(pool.take(InvocationId{4}));
}

TEST_F(Pool, CallThatEndedWithItsInstanceLeavesNothing) {
    const auto usable = add(1, 1);
    usable->store(false);
    pool.callEnded(InvocationId{1}, 10);
    EXPECT_FALSE(pool.take(InvocationId{2}));
    pool.instanceEnded(InstanceId{1});
    pool.callEnded(InvocationId{1}, 20);  // once more, or for another target
    EXPECT_FALSE(pool.deadline());
}

TEST_F(Pool, NewsMayComeInTheOtherOrder) {
    add(1, 1);
    pool.instanceEnded(InstanceId{1});
    pool.callEnded(InvocationId{1}, 10);
    EXPECT_FALSE(pool.take(InvocationId{2}));
}

TEST_F(Pool, IdleInstancesExpire) {
    add(1, 1);
    add(2, 2);
    pool.callEnded(InvocationId{1}, 10);
    pool.callEnded(InvocationId{2}, 50);
    EXPECT_EQ(pool.deadline(), 110);
    EXPECT_THAT(pool.takeExpired(109), IsEmpty());
    EXPECT_THAT(pool.takeExpired(110), ElementsAre(InstanceId{1}));
    EXPECT_EQ(pool.deadline(), 150);
    EXPECT_EQ(pool.take(InvocationId{3}), InstanceId{2});
    EXPECT_THAT(pool.takeExpired(1'000), IsEmpty());
}

}  // namespace
}  // namespace weir::invoke
