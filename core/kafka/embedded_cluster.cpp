// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/embedded_cluster.h"

#include "kafka/client.h"
#include "kafka/handles.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace weir::kafka {
namespace {

constexpr std::size_t kMostBytes = 3'000'000;
constexpr std::size_t kMostRecords = 50'000;

// What a message set of one record costs the mock beyond key and value, with a margin.
constexpr std::size_t kRecordOverhead = 100;

/// The records of one partition that some reader has not passed.
class PartitionLedger {
  public:
    void produced(std::int64_t offset, std::size_t bytes) {
        const Entry entry{offset, bytes + kRecordOverhead};
        const auto place =
            std::upper_bound(waiting_.begin(), waiting_.end(), entry,
                             [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
        waiting_.insert(place, entry);
        bytes_ += entry.bytes;
    }
    void passed(std::int64_t offset) {
        while (!waiting_.empty() && waiting_.front().offset < offset) {
            bytes_ -= waiting_.front().bytes;
            waiting_.pop_front();
        }
    }
    [[nodiscard]] bool hasRoom() const { return bytes_ < kMostBytes && waiting_.size() < kMostRecords; }

  private:
    struct Entry {
        std::int64_t offset;
        std::size_t bytes;
    };
    std::deque<Entry> waiting_;
    std::size_t bytes_ = 0;
};

struct PartitionState {
    PartitionLedger ledger;
    std::map<std::string, std::int64_t> passed;  ///< by reader
};

struct TopicState {
    std::vector<std::string> readers;
    std::map<std::int32_t, PartitionState> partitions;

    /// The offset below which nobody needs anything.
    [[nodiscard]] std::int64_t passedByAll(const PartitionState& partition) const {
        std::int64_t lowest = INT64_MAX;
        for (const auto& reader : readers) {
            const auto it = partition.passed.find(reader);
            lowest = std::min(lowest, it == partition.passed.end() ? 0 : it->second);
        }
        return lowest;
    }
};

}  // namespace

struct EmbeddedCluster::Impl {
    ClientHandle client;  ///< the mock cluster lives in it and ends with it
    rd_kafka_mock_cluster_t* cluster = nullptr;
    std::string bootstrap;
    mutable std::mutex mutex;  ///< guards topics
    std::map<std::string, TopicState> topics;
};

EmbeddedCluster::EmbeddedCluster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedCluster::~EmbeddedCluster() = default;

Result<std::unique_ptr<EmbeddedCluster>> EmbeddedCluster::start(int brokers) {
    const ClusterSettings nowhere{"127.0.0.1:1", {}};  // replaced by the mock's own address
    auto client =
        makeClient(RD_KAFKA_PRODUCER, nowhere, {}, {{"test.mock.num.brokers", std::to_string(brokers)}});
    if (!client) return passOn(client);
    auto impl = std::make_unique<Impl>();
    impl->client = std::move(*client);
    impl->cluster = rd_kafka_handle_mock_cluster(impl->client.get());
    if (impl->cluster == nullptr) {
        return fail(ErrorCode::Internal, "The embedded Kafka cluster cannot be started");
    }
    impl->bootstrap = rd_kafka_mock_cluster_bootstraps(impl->cluster);
    return std::unique_ptr<EmbeddedCluster>(new EmbeddedCluster(std::move(impl)));
}

ClusterSettings EmbeddedCluster::settings() const {
    return {impl_->bootstrap, {}};
}

Status EmbeddedCluster::createTopic(const std::string& name, int partitions) {
    const auto code = rd_kafka_mock_topic_create(impl_->cluster, name.c_str(), partitions, 1);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return fail(ErrorCode::Usage,
                fmt::format("Topic {} cannot be created: {}", name, rd_kafka_err2str(code)));
}

void EmbeddedCluster::addReader(const std::string& reader, const std::string& topic) {
    const std::lock_guard lock(impl_->mutex);
    auto& readers = impl_->topics[topic].readers;
    if (std::find(readers.begin(), readers.end(), reader) == readers.end()) readers.push_back(reader);
}

bool EmbeddedCluster::hasRoom(const std::string& topic, std::int32_t partition) const {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->topics.find(topic);
    if (found == impl_->topics.end() || found->second.readers.empty()) return true;
    const auto state = found->second.partitions.find(partition);
    return state == found->second.partitions.end() || state->second.ledger.hasRoom();
}

void EmbeddedCluster::produced(const std::string& topic, std::int32_t partition, std::int64_t offset,
                               std::size_t bytes) {
    const std::lock_guard lock(impl_->mutex);
    TopicState& state = impl_->topics[topic];
    if (state.readers.empty()) return;
    PartitionState& at = state.partitions[partition];
    if (offset < state.passedByAll(at)) return;  // read before its report came
    at.ledger.produced(offset, bytes);
}

void EmbeddedCluster::passed(const std::string& reader, const std::string& topic, std::int32_t partition,
                             std::int64_t offset) {
    const std::lock_guard lock(impl_->mutex);
    TopicState& state = impl_->topics[topic];
    PartitionState& at = state.partitions[partition];
    auto& furthest = at.passed[reader];
    furthest = std::max(furthest, offset);
    if (!state.readers.empty()) at.ledger.passed(state.passedByAll(at));
}

}  // namespace weir::kafka
