// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_load.h"

#include "invoke/targets/simulated.h"
#include "kafka/embedded_cluster.h"
#include "kafka/producer.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

namespace weir::bench {
namespace {

constexpr int kPartitions = 12;
constexpr const char* kTopic = "load";

/// Produces at a steady rate, as long as the cluster has room.
class Source {
  public:
    Source(kafka::EmbeddedCluster& cluster, std::unique_ptr<kafka::Producer> producer, double rate)
        : cluster_(cluster), producer_(std::move(producer)), rate_(rate), thread_([this] { run(); }) {}
    ~Source() {
        stopping_ = true;
        thread_.join();
    }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

  private:
    void run() {
        const TimeNs start = now();
        std::int64_t sent = 0;
        kafka::OutgoingRecord record;
        record.topic = kTopic;
        record.value = "{\"amount\":12,\"text\":\"forty bytes or so\"}";
        while (!stopping_) {
            const auto due = static_cast<std::int64_t>(static_cast<double>(now() - start) / 1e9 * rate_);
            for (; sent < due; ++sent) {
                record.partition = static_cast<std::int32_t>(sent % kPartitions);
                record.key = "k-" + std::to_string(sent % 10'000);
                record.timestamp_ms = now() / kMillisecond;
                if (!cluster_.hasRoom(kTopic, record.partition)) break;
                const auto taken = producer_->produce(record, static_cast<std::uint64_t>(sent));
                if (!taken || !*taken) break;
            }
            for (const kafka::DeliveryReport& report : producer_->poll()) {
                if (report.status) cluster_.produced(kTopic, report.partition, report.offset, 48);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        (void)producer_->flush(1'000);
    }

    kafka::EmbeddedCluster& cluster_;
    const std::unique_ptr<kafka::Producer> producer_;
    const double rate_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

class LiveLoad final : public views::Capture {
  public:
    LiveLoad(std::unique_ptr<kafka::EmbeddedCluster> cluster, std::unique_ptr<invoke::Recording> recording,
             std::unique_ptr<Source> source)
        : cluster_(std::move(cluster)), recording_(std::move(recording)), source_(std::move(source)) {}
    [[nodiscard]] invoke::RecordingStatus status() const override { return recording_->status(); }
    Status control(invoke::control::Command command) override {
        return recording_->control(std::move(command));
    }
    void requestStop() override { recording_->requestStop(); }
    void abort() override { recording_->abort(); }
    [[nodiscard]] bool ended() const override { return recording_->ended(); }
    Status wait() override { return recording_->wait(); }

  private:
    // The source ends first: it must not produce into what is being taken down.
    std::unique_ptr<kafka::EmbeddedCluster> cluster_;
    std::unique_ptr<invoke::Recording> recording_;
    std::unique_ptr<Source> source_;
};

/// A flow of two functions on one topic; one of them fails now and then and is called again.
invoke::RecordingPlan plan(const std::string& path) {
    invoke::RecordingPlan plan;
    plan.flow.name = "load";
    plan.flow.cluster.brokers = "embedded";
    plan.path = path;
    for (const auto& [name, failures] : {std::pair("steady", 0.0), std::pair("failing", 0.02)}) {
        flow::FunctionSpec function;
        function.name = name;
        flow::SimulatedTarget target;
        target.warm = {.mean = 12 * kMillisecond};
        target.cold = {.mean = 300 * kMillisecond};
        target.failures = failures;
        function.target = target;
        function.concurrency = kPartitions;
        plan.flow.functions.push_back(std::move(function));
        flow::TriggerSpec trigger;
        trigger.name = name;
        trigger.function = name;
        trigger.source = std::vector<std::string>{kTopic};
        trigger.group = name;
        trigger.batch_size = 100;
        plan.flow.triggers.push_back(std::move(trigger));
    }
    return plan;
}

}  // namespace

Result<std::unique_ptr<views::Capture>> startLiveLoad(const std::string& path, double events_per_second) {
    auto cluster = kafka::EmbeddedCluster::start();
    if (!cluster) return passOn(cluster);
    if (Status s = (*cluster)->createTopic(kTopic, kPartitions); !s) return passOn(s);
    invoke::RecordingPlan recorded = plan(path);
    recorded.embedded = cluster->get();
    auto recording = invoke::Recording::start(std::move(recorded));
    if (!recording) return passOn(recording);
    auto producer = kafka::Producer::create((*cluster)->settings(), {}, [] {});
    if (!producer) return passOn(producer);
    auto source = std::make_unique<Source>(**cluster, std::move(*producer), events_per_second);
    return std::make_unique<LiveLoad>(std::move(*cluster), std::move(*recording), std::move(source));
}

}  // namespace weir::bench
