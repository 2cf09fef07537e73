// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "integration/record/session_query.h"
#include "invoke/recording.h"
#include "invoke/targets/builtin.h"
#include "kafka/embedded_cluster.h"
#include "kafka/producer.h"
#include "peers/temporary_directory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weir::invoke::test {

/// A recording on the embedded cluster with one topic `in`, an output topic `out` and one function `f` inside
/// the process.
class RecordingFixture : public testing::Test {
  protected:
    static constexpr int kPartitions = 2;

    void SetUp() override {
        auto started = kafka::EmbeddedCluster::start();
        ASSERT_TRUE(started) << started.error().message;
        cluster = std::move(*started);
        for (const char* const topic : {"in", "out", "done"})
            ASSERT_TRUE(cluster->createTopic(topic, kPartitions));
    }

    static flow::TriggerSpec trigger() {
        flow::TriggerSpec spec;
        spec.name = "t";
        spec.function = "f";
        spec.source = std::vector<std::string>{"in"};
        spec.group = "g";
        spec.batch_size = 5;
        spec.batching_window = 0;
        return spec;
    }

    RecordingPlan plan(std::vector<flow::TriggerSpec> triggers) {
        RecordingPlan p;
        p.flow.name = "test";
        p.flow.cluster.brokers = flow::kEmbedded;
        std::set<std::string> names;
        for (const flow::TriggerSpec& t : triggers) names.insert(t.function);
        for (const std::string& name : names) {
            flow::FunctionSpec function;
            function.name = name;
            function.target = flow::BuiltinTarget{"fun"};
            function.concurrency = 4;
            p.flow.functions.push_back(std::move(function));
        }
        p.flow.triggers = std::move(triggers);
        p.path = session();
        p.embedded = cluster.get();
        p.builtins["fun"] = builtin([this](const Batch& batch) { return answer(batch); });
        return p;
    }

    void begin(RecordingPlan p) {
        auto started = Recording::start(std::move(p));
        ASSERT_TRUE(started) << started.error().message;
        recording = std::move(*started);
    }

    /// `count` records in turn over the partitions.
    void fill(int count) {
        auto producer = kafka::Producer::create(cluster->settings(), {}, [] {});
        ASSERT_TRUE(producer);
        for (int i = 0; i < count; ++i) {
            kafka::OutgoingRecord record;
            record.topic = "in";
            record.partition = i % kPartitions;
            record.key = "key-" + std::to_string(i % 7);
            record.value = std::to_string(i);
            ASSERT_TRUE((*producer)->produce(record, 1));
        }
        ASSERT_TRUE((*producer)->flush(10'000));
    }

    [[nodiscard]] std::string session() const { return folder.path() + "/s.weir"; }
    [[nodiscard]] std::int64_t ask(const std::string& sql) const {
        return weir::test::askNumber(session(), sql);
    }

    static bool until(const std::function<bool()>& holds) {
        for (int i = 0; i < 1'000; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return false;
    }
    bool untilSucceeded(std::int64_t deliveries) {
        return until(
            [&] { return ask("SELECT count(*) FROM delivery WHERE outcome = 'success'") >= deliveries; });
    }
    bool untilState(TriggerState state) {
        return until([&] { return recording->status().triggers.at(0).state == state; });
    }
    void end() {
        recording->requestStop();
        const Status status = recording->wait();
        EXPECT_TRUE(status) << status.error().message;
        recording.reset();
    }

    std::function<Answer(const Batch&)> answer = [](const Batch&) { return Answer{}; };
    peers::TemporaryDirectory folder{"weir-recording"};
    std::unique_ptr<kafka::EmbeddedCluster> cluster;
    std::unique_ptr<Recording> recording;
};

}  // namespace weir::invoke::test
