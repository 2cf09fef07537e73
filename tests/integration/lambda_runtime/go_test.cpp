// SPDX-License-Identifier: GPL-3.0-or-later
// A function in Go, made with AWS's aws-lambda-go: compiled, strict about replies, and fast to start.
#include "function_under_test.h"
#include "peers/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using testing::HasSubstr;

class GoRuntime : public testing::Test {
  protected:
    void SetUp() override {
        if (const auto missing = peers::peerMissing("go")) GTEST_SKIP() << *missing;
    }
    static flow::FunctionSpec spec() { return functionSpec({peers::peerDirectory("go") + "/bootstrap"}); }

    /// One record with this value.
    static InvocationId give(FunctionUnderTest& function, std::string_view value) {
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
        chunk->add(7, 0, TimestampType::Create, {"key", 3}, {value.data(), value.size()}, {});
        auto batch = std::make_shared<Batch>();
        batch->id = BatchId{1};
        batch->slices.push_back({std::move(chunk), 0, 1});
        batch->count = 1;
        Invocation invocation;
        invocation.id = InvocationId{1000};
        invocation.function = FakeHost::kFunction;
        invocation.batch = std::move(batch);
        function.target->start(invocation, now());
        return invocation.id;
    }
};

TEST_F(GoRuntime, AnswersAndStaysWarm) {
    FunctionUnderTest function(spec());
    const auto [first, cold] = function.start(2, 7);
    EXPECT_TRUE(cold.cold);
    const Answer answer = function.await(first);
    ASSERT_EQ(answer.records.size(), 2U) << answer.error;
    EXPECT_EQ(answer.records[1].value, R"({"n":8})");
    EXPECT_EQ(answer.records[1].key, "offset-8");
    EXPECT_EQ(answer.records[1].cause, 1U);
    const auto [second, warm] = function.start();
    EXPECT_FALSE(warm.cold);
    EXPECT_EQ(function.await(second).outcome, Outcome::Success);
}

TEST_F(GoRuntime, AnErrorIsToldAndTheInstanceLives) {
    FunctionUnderTest function(spec());
    const Answer answer = function.await(give(function, "fail"));
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("asked to fail"));
    EXPECT_FALSE(function.start().second.cold);
}

TEST_F(GoRuntime, APanicAndAnExitEndTheInstance) {
    for (const char* value : {"panic", "exit"}) {
        FunctionUnderTest function(spec());
        const Answer answer = function.await(give(function, value));
        EXPECT_NE(answer.outcome, Outcome::Success) << value;
        EXPECT_THAT(answer.error,
                    HasSubstr(std::string(value) == "exit" ? "exit status 3" : "asked to panic"));
        const auto [next, anew] = function.start();
        EXPECT_EQ(function.await(next).outcome, Outcome::Success);
        EXPECT_TRUE(anew.cold || !function.host.all<InstanceEnded>().empty()) << value;
    }
}

TEST_F(GoRuntime, TooMuchMemoryEndsIt) {
    flow::FunctionSpec small = spec();
    small.memory_mb = 128;
    FunctionUnderTest function(small);
    const auto [first, started] = function.start();
    EXPECT_EQ(function.await(first).outcome, Outcome::Success);
    const Answer answer = function.await(give(function, "grow"));
    EXPECT_EQ(answer.outcome, Outcome::Crashed);
    EXPECT_THAT(answer.error, HasSubstr("OutOfMemory"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Memory);
}

}  // namespace
}  // namespace weir::invoke
