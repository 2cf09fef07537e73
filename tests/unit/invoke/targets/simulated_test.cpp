// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/simulated.h"

#include "effort.h"
#include "integration/lambda_runtime/fake_host.h"
#include "invoke/targets/chance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using flow::Distribution;
using flow::SimulatedTarget;
using Shape = Distribution::Shape;

constexpr int kDraws = 100'000;

struct Figures {
    double mean = 0, deviation = 0;
    DurationNs median = 0, least = 0, most = 0;
};

Figures figuresOf(const Distribution& distribution) {
    std::vector<DurationNs> all;
    for (std::uint64_t i = 0; i < kDraws; ++i) all.push_back(Chance(7).with(i).duration(distribution));
    std::ranges::sort(all);
    Figures figures;
    for (const DurationNs one : all) figures.mean += static_cast<double>(one) / kDraws;
    for (const DurationNs one : all)
        figures.deviation += std::pow(static_cast<double>(one) - figures.mean, 2) / kDraws;
    figures.deviation = std::sqrt(figures.deviation);
    figures.median = all[kDraws / 2];
    figures.least = all.front();
    figures.most = all.back();
    return figures;
}

void expectNear(double value, double expected, double share) {
    EXPECT_NEAR(value, expected, expected * share);
}

TEST(Chance, EveryShapeHasItsMeanAndDeviation) {
    EXPECT_EQ(figuresOf({Shape::Fixed, kSecond, 0}).least, kSecond);
    for (const Shape shape : {Shape::Normal, Shape::LogNormal}) {
        const Figures figures = figuresOf({shape, 100 * kMillisecond, 20 * kMillisecond});
        expectNear(figures.mean, 100e6, 0.01);
        expectNear(figures.deviation, 20e6, 0.02);
        EXPECT_GT(figures.least, 0);
    }
    const Figures uniform = figuresOf({Shape::Uniform, 3 * kSecond, 5 * kSecond});
    expectNear(uniform.mean, 4e9, 0.01);
    EXPECT_GE(uniform.least, 3 * kSecond);
    EXPECT_LE(uniform.most, 5 * kSecond);
}

TEST(Chance, NoTimeIsNegative) {
    EXPECT_EQ(figuresOf({Shape::Normal, kMillisecond, kSecond}).least, 0);
    EXPECT_EQ(figuresOf({Shape::LogNormal, 0, kSecond}).most, 0);
}

TEST(Chance, TheProfilesAreThoseOfTheMeasurements) {
    using Profile = SimulatedTarget::Profile;
    for (const auto& [profile, warm] : {std::pair(Profile::Aws, 25e6), std::pair(Profile::Google, 79e6),
                                        std::pair(Profile::Azure, 320e6)}) {
        const SimulatedTarget target = flow::simulatedProfile(profile);
        expectNear(figuresOf(target.warm).mean, warm, 0.01);
        expectNear(figuresOf(target.cold).mean, 4e9, 0.01);
    }
}

TEST(Chance, DependsOnWhatItIsForAlone) {
    EXPECT_EQ(Chance(1).with(2).next(), Chance(1).with(2).next());
    EXPECT_NE(Chance(1).with(2).next(), Chance(2).with(1).next());
    EXPECT_NE(Chance(1).with(0).next(), Chance(1).next());
    EXPECT_NE(Chance(1).with(2).with(3).next(), Chance(1).with(3).with(2).next());
}

flow::FunctionSpec specOf(SimulatedTarget target) {
    flow::FunctionSpec spec;
    spec.name = "f";
    spec.target = std::move(target);
    return spec;
}

class SimulatedTest : public testing::Test {
  protected:
    ~SimulatedTest() override { stop(); }

    void open(SimulatedTarget what) { open(specOf(std::move(what))); }
    void open(const flow::FunctionSpec& spec) {
        stop();
        host = std::make_unique<FakeHost>();
        target = makeSimulatedTarget(FakeHost::kFunction, spec, *host);
    }
    void stop() const {
        if (!target) return;
        target->stop();
        host->drain(*target);
    }
    Target::Started start(int id, std::int64_t offset = 0, int attempt = 1) const {
        Invocation invocation;
        invocation.id = InvocationId{id};
        invocation.attempt = attempt;
        invocation.batch = makeBatch(offset, 2);
        return target->start(invocation, now());
    }
    void awaitCalls(std::size_t count) const {
        EXPECT_TRUE(host->await(*target, [&](const TargetEvent& event) {
            return std::holds_alternative<CallEnded>(event.what) && host->all<CallEnded>().size() == count;
        }));
    }
    /// The outcomes of the calls 1 to `count`, each with the event of its number, in the order of numbers.
    std::vector<Outcome> outcomes(int count, bool backwards) const {
        for (int i = 1; i <= count; ++i) start(i, backwards ? count - i : i - 1);
        awaitCalls(static_cast<std::size_t>(count));
        std::vector<Outcome> all(static_cast<std::size_t>(count));
        for (const CallEnded& call : host->all<CallEnded>()) {
            const auto number = call.invocation.value;
            all[static_cast<std::size_t>(backwards ? count - number : number - 1)] = call.answer.outcome;
        }
        return all;
    }

    std::unique_ptr<FakeHost> host;
    std::unique_ptr<Target> target;
};

TEST_F(SimulatedTest, AWarmInstanceIsUsedAgain) {
    open(SimulatedTarget{.warm = {.mean = kMillisecond}, .cold = {.mean = 20 * kMillisecond}});
    const TimeNs begun = now();
    const Target::Started first = start(1);
    EXPECT_TRUE(first.cold);
    awaitCalls(1);
    EXPECT_GE(now() - begun, 21 * kMillisecond);
    EXPECT_EQ(host->all<InstanceBecameReady>().size(), 1U);
    const Target::Started second = start(2);
    EXPECT_FALSE(second.cold);
    EXPECT_EQ(second.instance, first.instance);
    const Target::Started third = start(3);  // the only instance is busy
    EXPECT_TRUE(third.cold);
    EXPECT_NE(third.instance, first.instance);
    awaitCalls(3);
}

TEST_F(SimulatedTest, IdleInstancesEnd) {
    flow::FunctionSpec spec = specOf(SimulatedTarget{.warm = {.mean = 0}});
    spec.idle_timeout = 0;
    open(spec);
    start(1);
    awaitCalls(1);
    ASSERT_TRUE(target->deadline());
    target->tick(*target->deadline());
    host->drain(*target);
    ASSERT_EQ(host->all<InstanceEnded>().size(), 1U);
    EXPECT_EQ(host->all<InstanceEnded>()[0].reason, InstanceEndReason::Idle);
    EXPECT_TRUE(start(2).cold);
    awaitCalls(2);
}

TEST_F(SimulatedTest, SharesAreKeptAndTheSeedDecides) {
    const int calls = std::max(500, weir::test::effort(2'000));
    const SimulatedTarget what{.warm = {.mean = 0}, .failures = 0.2, .throttles = 0.1, .crashes = 0.05};
    open(what);
    const std::vector<Outcome> forwards = outcomes(calls, false);
    const auto share = [&](Outcome outcome) {
        return static_cast<double>(std::ranges::count(forwards, outcome)) / calls;
    };
    EXPECT_NEAR(share(Outcome::Error), 0.2, 0.06);
    EXPECT_NEAR(share(Outcome::Throttled), 0.1, 0.05);
    EXPECT_NEAR(share(Outcome::Crashed), 0.05, 0.03);
    open(what);
    EXPECT_EQ(outcomes(calls, true), forwards);  // in another order of calls
    SimulatedTarget other = what;
    other.seed = 2;
    open(other);
    EXPECT_NE(outcomes(calls, false), forwards);
}

TEST_F(SimulatedTest, ARetryDrawsAnew) {
    open(SimulatedTarget{.warm = {.mean = 0}, .failures = 0.5});
    for (int attempt = 1; attempt <= 64; ++attempt) start(attempt, 0, attempt);
    awaitCalls(64);
    const auto calls = host->all<CallEnded>();
    const auto failed = std::ranges::count_if(
        calls, [](const CallEnded& call) { return call.answer.outcome == Outcome::Error; });
    EXPECT_GT(failed, 10);
    EXPECT_LT(failed, 54);
}

TEST_F(SimulatedTest, ACrashTakesTheInstanceAlong) {
    open(SimulatedTarget{.warm = {.mean = kMillisecond}, .crashes = 1});
    start(1);
    EXPECT_TRUE(host->await(
        *target, [](const TargetEvent& event) { return std::holds_alternative<InstanceEnded>(event.what); }));
    EXPECT_EQ(host->all<CallEnded>().at(0).answer.outcome, Outcome::Crashed);
    EXPECT_EQ(host->all<InstanceEnded>().at(0).reason, InstanceEndReason::Crashed);
    EXPECT_TRUE(start(2).cold);
}

TEST_F(SimulatedTest, TimeoutsEndTheCallAndTheInstance) {
    flow::FunctionSpec spec = specOf(SimulatedTarget{.warm = {.mean = kSecond}, .cold = {.mean = 0}});
    spec.timeout = 10 * kMillisecond;
    open(spec);
    start(1);
    awaitCalls(1);
    EXPECT_EQ(host->all<CallEnded>()[0].answer.outcome, Outcome::Timeout);

    spec = specOf(SimulatedTarget{.warm = {.mean = 0}, .cold = {.mean = kSecond}});
    spec.init_timeout = 10 * kMillisecond;
    open(spec);
    start(1);
    awaitCalls(1);
    EXPECT_EQ(host->all<CallEnded>()[0].answer.outcome, Outcome::Timeout);
    stop();
    EXPECT_TRUE(host->all<InstanceBecameReady>().empty());
    EXPECT_EQ(host->all<InstanceEnded>().at(0).reason, InstanceEndReason::Timeout);
}

TEST_F(SimulatedTest, EchoAnswersEachEvent) {
    open(SimulatedTarget{.warm = {.mean = 0}, .answer = SimulatedTarget::Answers::Echo});
    start(1, 7);
    awaitCalls(1);
    const Answer answer = host->all<CallEnded>()[0].answer;
    ASSERT_EQ(answer.records.size(), 2U);
    EXPECT_EQ(answer.records[1].value, R"({"n":8})");
    EXPECT_EQ(answer.records[1].cause, 1U);
}

TEST_F(SimulatedTest, AllCallsOfABurstOverlap) {
    open(SimulatedTarget{.warm = {.mean = 3600 * kSecond}});
    for (int i = 1; i <= 1'000; ++i) start(i);
    stop();
    const auto ended = host->all<InstanceEnded>();
    EXPECT_EQ(ended.size(), 1'000U);  // none waited for another's instance
    EXPECT_EQ(host->all<CallEnded>().size(), 1'000U);
}

TEST_F(SimulatedTest, StopAbandonsWhatRuns) {
    open(SimulatedTarget{.warm = {.mean = 20 * kSecond}});
    start(1);
    stop();
    ASSERT_EQ(host->all<CallEnded>().size(), 1U);
    EXPECT_EQ(host->all<CallEnded>()[0].answer.outcome, Outcome::Abandoned);
    ASSERT_EQ(host->all<InstanceEnded>().size(), 1U);
    EXPECT_EQ(host->all<InstanceEnded>()[0].reason, InstanceEndReason::Stopped);
}

}  // namespace
}  // namespace weir::invoke
