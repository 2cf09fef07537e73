// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/auction.h"

#include "base/secret_source.h"
#include "demo/auction_join.h"
#include "demo/crowd.h"
#include "demo/resources.h"
#include "flow/parse.h"
#include "kafka/embedded_cluster.h"
#include "kafka/producer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

namespace weir::demo {
namespace {

constexpr int kPartitions = 6;
constexpr auto kBeat = std::chrono::milliseconds(10);

/// Brings the crowd's events into the embedded cluster, as fast as they happen and as long as there is room.
class Gateway {
  public:
    Gateway(kafka::EmbeddedCluster& cluster, std::unique_ptr<kafka::Producer> producer, double rate)
        : cluster_(cluster), producer_(std::move(producer)), rate_(rate), thread_([this] { run(); }) {}
    ~Gateway() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

  private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            lock.unlock();
            beat();
            lock.lock();
            wake_.wait_for(lock, kBeat, [&] { return stopping_; });
        }
        lock.unlock();
        (void)producer_->flush(1'000);
    }

    void beat() {
        if (waiting_.size() < 10'000) {
            for (kafka::OutgoingRecord& r : crowd_.until(now() / kMillisecond, rate_)) {
                // All events of an item go to one partition, so that its bids keep their order.
                r.partition = static_cast<std::int32_t>(std::hash<std::string>{}(*r.key) % kPartitions);
                waiting_.push_back(std::move(r));
            }
        }
        while (!waiting_.empty()) {
            const kafka::OutgoingRecord& next = waiting_.front();
            if (!cluster_.hasRoom(next.topic, next.partition)) break;
            const auto accepted = producer_->produce(next, ++token_);
            if (accepted && !*accepted) break;
            if (accepted) sizes_[token_] = next.value->size() + next.key->size();
            waiting_.pop_front();
        }
        for (const kafka::DeliveryReport& report : producer_->poll()) {
            const auto size = sizes_.find(report.token);
            if (size == sizes_.end()) continue;
            if (report.status) {
                cluster_.produced(report.topic, report.partition, report.offset, size->second);
            }
            sizes_.erase(size);
        }
    }

    kafka::EmbeddedCluster& cluster_;
    std::unique_ptr<kafka::Producer> producer_;
    const double rate_;
    Crowd crowd_{2018};
    std::deque<kafka::OutgoingRecord> waiting_;
    std::unordered_map<std::uint64_t, std::size_t> sizes_;
    std::uint64_t token_ = 0;
    std::mutex mutex_;  // guards stopping_
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

std::set<std::string> topicsOf(const flow::Flow& flow) {
    std::set<std::string> topics;
    for (const flow::TriggerSpec& t : flow.triggers) {
        for (const std::string& topic : t.topics()) topics.insert(topic);
        for (const flow::OutputSpec& output : t.outputs) topics.insert(output.topic);
    }
    return topics;
}

/// Output topics that no trigger reads: watched, so that the last events of the flow are seen too.
std::vector<std::string> endsOf(const flow::Flow& flow) {
    std::set<std::string> ends = topicsOf(flow);
    for (const flow::TriggerSpec& t : flow.triggers) {
        for (const std::string& topic : t.topics()) ends.erase(topic);
    }
    return {ends.begin(), ends.end()};
}

}  // namespace

struct Auction::Impl {
    std::unique_ptr<kafka::EmbeddedCluster> cluster;
    std::unique_ptr<invoke::Recording> recording;
    std::unique_ptr<Gateway> gateway;  // ends first: it must not produce into what is being taken down
};

Auction::Auction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Auction::~Auction() = default;

invoke::Recording& Auction::recording() {
    return *impl_->recording;
}

Result<std::unique_ptr<Auction>> Auction::start(AuctionOptions options) {
    const auto resources = findResources();
    if (!resources) return tl::unexpected<Error>(resources.error());
    auto flow = flow::loadFlow(*resources + "/flows/auction.flow.json", EnvironmentSecrets{});
    if (!flow) return passOn(flow);
    for (flow::TriggerSpec& t : flow->triggers) t.order = options.order;

    auto impl = std::make_unique<Impl>();
    auto cluster = kafka::EmbeddedCluster::start();
    if (!cluster) return passOn(cluster);
    impl->cluster = std::move(*cluster);
    for (const std::string& topic : topicsOf(*flow)) {
        if (Status s = impl->cluster->createTopic(topic, kPartitions); !s) return passOn(s);
    }

    invoke::RecordingPlan plan;
    plan.watch = endsOf(*flow);
    plan.flow = std::move(*flow);
    plan.path = std::move(options.path);
    plan.duration = options.duration;
    plan.embedded = impl->cluster.get();
    plan.builtins["auction-join"] = invoke::builtin(
        [join = std::make_shared<AuctionJoin>()](const invoke::Batch& batch) { return (*join)(batch); });
    auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) return passOn(recording);
    impl->recording = std::move(*recording);

    auto producer = kafka::Producer::create(impl->cluster->settings(), {}, [] {});
    if (!producer) return passOn(producer);
    impl->gateway = std::make_unique<Gateway>(*impl->cluster, std::move(*producer), options.rate);
    return std::unique_ptr<Auction>(new Auction(std::move(impl)));
}

}  // namespace weir::demo
