// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/metadata.h"

#include "kafka/client.h"
#include "kafka/enquiry.h"
#include "kafka/tls_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <tuple>

namespace weir::kafka {
namespace {

using Clock = std::chrono::steady_clock;

/// How often, and after which pause, a question is asked again whose answer is a passing error.
constexpr int kMostPatience = 20;
constexpr int kPauseMs = 100;

/// One client that asks, its errors, and the time that is left.
class Enquiry {
  public:
    static Result<Enquiry> begin(const ClusterSettings& cluster, int timeout_ms,
                                 const std::atomic<bool>* cancel) {
        auto client = makeClient(RD_KAFKA_CONSUMER, cluster, {}, {{"allow.auto.create.topics", "false"}});
        if (!client) return passOn(client);
        return Enquiry(cluster, std::move(*client), timeout_ms, cancel);
    }

    /// `topic`: null asks for all.
    Result<MetadataHandle> metadata(rd_kafka_topic_t* topic, std::string_view subject);
    Status ask(rd_kafka_topic_partition_list_t& list);

    /// The client's own words for the failure.
    [[nodiscard]] std::string original() const {
        const ClientError* const cause = mostTelling(errors_);
        return cause == nullptr ? std::string() : cause->text;
    }
    [[nodiscard]] rd_kafka_t& client() { return *client_; }
    [[nodiscard]] int leftMs() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
        return static_cast<int>(std::max<std::int64_t>(left, 0));
    }

  private:
    Enquiry(ClusterSettings cluster, ClientHandle client, int timeout_ms, const std::atomic<bool>* cancel)
        : cluster_(std::move(cluster)),
          client_(std::move(client)),
          queue_(rd_kafka_queue_get_main(client_.get())),
          deadline_(Clock::now() + std::chrono::milliseconds(timeout_ms)),
          cancel_(cancel) {}

    void collect() {
        for (ClientError& error : takeErrors(*queue_, cluster_)) errors_.push_back(std::move(error));
    }
    /// Nobody to ask, or nothing to sign in with.
    [[nodiscard]] bool isLost() const {
        return std::any_of(errors_.begin(), errors_.end(), [](const ClientError& error) {
            return error.known || error.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
        });
    }
    [[nodiscard]] Error explain(rd_kafka_resp_err_t code, std::string_view subject) const {
        if (const ClientError* cause = mostTelling(errors_)) return translate(*cause, subject);
        if (code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT) {
            return {ErrorCode::Unreachable, fmt::format("{} does not answer", cluster_.brokers),
                    "Check the address, the network and firewalls in between."};
        }
        return translate(code, subject);
    }

    ClusterSettings cluster_;
    ClientHandle client_;
    QueueHandle queue_;
    std::vector<ClientError> errors_;
    Clock::time_point deadline_;
    const std::atomic<bool>* cancel_;
};

Result<MetadataHandle> Enquiry::metadata(rd_kafka_topic_t* topic, std::string_view subject) {
    // Asked in growing slices, so that a cluster which is known to be gone is not waited for.
    int slice_ms = 400;
    while (true) {
        const rd_kafka_metadata_t* found = nullptr;
        const int wait_ms = std::max(std::min(slice_ms, leftMs()), 1);
        const auto code = rd_kafka_metadata(client_.get(), topic == nullptr ? 1 : 0, topic, &found, wait_ms);
        MetadataHandle owner(found);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return owner;
        collect();
        const bool may_pass = code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT;
        if (!may_pass || isLost() || leftMs() == 0) return tl::unexpected(explain(code, subject));
        if (cancel_ != nullptr && cancel_->load())
            return fail(ErrorCode::Cancelled, "Asking the cluster was stopped");
        if (cancel_ == nullptr) slice_ms *= 2;
    }
}

/// A leader is just being found: right after a topic was made, or while brokers move.
bool isPassing(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH;
}

bool isPassing(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) {
    return isPassing(code) || std::any_of(list.elems, list.elems + list.cnt,
                                          [](const auto& partition) { return isPassing(partition.err); });
}

Status Enquiry::ask(rd_kafka_topic_partition_list_t& list) {
    const std::int64_t asked = list.elems[0].offset;  // the same for all
    auto code = rd_kafka_offsets_for_times(client_.get(), &list, std::max(leftMs(), 1));
    for (int i = 0; i < kMostPatience && isPassing(code, list) && leftMs() > kPauseMs; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
        for (int p = 0; p < list.cnt; ++p) list.elems[p].offset = asked;
        code = rd_kafka_offsets_for_times(client_.get(), &list, std::max(leftMs(), 1));
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    collect();
    return tl::unexpected(explain(code, "asking for offsets"));
}

void addTopic(const rd_kafka_metadata_topic_t& topic, ClusterInfo& info) {
    TopicInfo& added = info.topics.emplace_back();
    added.name = topic.topic;
    added.internal = added.name.starts_with("__");
    for (int i = 0; i < topic.partition_cnt; ++i) added.partitions.push_back({topic.partitions[i].id, 0, 0});
    std::sort(added.partitions.begin(), added.partitions.end(),
              [](const auto& a, const auto& b) { return a.partition < b.partition; });
}

void addBrokers(const rd_kafka_metadata_t& metadata, ClusterInfo& info) {
    info.brokers.clear();
    for (int i = 0; i < metadata.broker_cnt; ++i) {
        info.brokers.push_back(fmt::format("{}:{}", metadata.brokers[i].host, metadata.brokers[i].port));
    }
    std::sort(info.brokers.begin(), info.brokers.end());
}

Status addAllTopics(Enquiry& enquiry, ClusterInfo& info) {
    const auto metadata = enquiry.metadata(nullptr, "the list of topics");
    if (!metadata) return tl::unexpected(metadata.error());
    addBrokers(**metadata, info);
    for (int i = 0; i < (*metadata)->topic_cnt; ++i) {
        const auto& topic = (*metadata)->topics[i];
        if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) addTopic(topic, info);
    }
    return {};
}

Status addOneTopic(Enquiry& enquiry, const std::string& name, ClusterInfo& info) {
    const std::string subject = fmt::format("Topic {}", name);
    const TopicHandle handle(rd_kafka_topic_new(&enquiry.client(), name.c_str(), nullptr));
    if (!handle) return tl::unexpected(translate(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, subject));
    const auto metadata = enquiry.metadata(handle.get(), subject);
    if (!metadata) return tl::unexpected(metadata.error());
    addBrokers(**metadata, info);
    for (int i = 0; i < (*metadata)->topic_cnt; ++i) {
        const auto& topic = (*metadata)->topics[i];
        if (topic.topic != name) continue;
        if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(translate(topic.err, subject));
        addTopic(topic, info);
        return {};
    }
    return tl::unexpected(translate(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, subject));
}

PartitionListHandle allPartitions(const ClusterInfo& info, std::int64_t offset) {
    PartitionListHandle list(rd_kafka_topic_partition_list_new(0));
    for (const TopicInfo& topic : info.topics) {
        for (const PartitionInfo& partition : topic.partitions) {
            rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), partition.partition)->offset =
                offset;
        }
    }
    return list;
}

/// Both lists stand in the order of `info`. A partition that does not answer (no leader) keeps 0.
void fillWatermarks(const rd_kafka_topic_partition_list_t& low, const rd_kafka_topic_partition_list_t& high,
                    ClusterInfo& info) {
    int next = 0;
    for (TopicInfo& topic : info.topics) {
        for (PartitionInfo& partition : topic.partitions) {
            partition.low = std::max<std::int64_t>(low.elems[next].offset, 0);
            partition.high = std::max<std::int64_t>(high.elems[next].offset, partition.low);
            ++next;
        }
    }
}

Status addWatermarks(Enquiry& enquiry, ClusterInfo& info) {
    // One request per leader and kind: offsets by time, where −2 means the first and −1 the next one.
    const PartitionListHandle low = allPartitions(info, RD_KAFKA_OFFSET_BEGINNING);
    const PartitionListHandle high = allPartitions(info, RD_KAFKA_OFFSET_END);
    if (low->cnt == 0) return {};
    if (Status asked = enquiry.ask(*low); !asked) return asked;
    if (Status asked = enquiry.ask(*high); !asked) return asked;
    fillWatermarks(*low, *high, info);
    return {};
}

Result<ClusterInfo> describe(Enquiry& enquiry, const std::vector<std::string>& only, bool watermarks) {
    ClusterInfo info;
    if (only.empty()) {
        if (Status added = addAllTopics(enquiry, info); !added) return passOn(added);
    }
    for (const std::string& name : only) {
        if (Status added = addOneTopic(enquiry, name, info); !added) return passOn(added);
    }
    std::sort(info.topics.begin(), info.topics.end(),
              [](const TopicInfo& a, const TopicInfo& b) { return a.name < b.name; });
    if (watermarks) {
        if (Status added = addWatermarks(enquiry, info); !added) return passOn(added);
    }
    if (char* const id = rd_kafka_clusterid(&enquiry.client(), std::max(enquiry.leftMs(), 1));
        id != nullptr) {
        info.cluster_id = id;
        rd_kafka_mem_free(&enquiry.client(), id);
    }
    return info;
}

/// librdkafka says the same of every certificate that it does not accept, so it is looked at again.
std::optional<Error> tlsFaultBehind(const Error& error, const ClusterSettings& cluster,
                                    const std::atomic<bool>* cancel) {
    constexpr auto kPatience = std::chrono::seconds(3);
    const std::string protocol = propertyOr(cluster, "security.protocol", "");
    const bool uses_tls =
        protocol.find("SSL") != std::string::npos || protocol.find("ssl") != std::string::npos;
    if (error.code != ErrorCode::TlsFailed || !uses_tls) return std::nullopt;
    return findTlsFault(cluster, Patience(kPatience, cancel));
}

}  // namespace

Result<ClusterInfo> describeCluster(const ClusterSettings& cluster, const std::vector<std::string>& only,
                                    bool watermarks, int timeout_ms) {
    std::string original;
    return describeCluster(cluster, only, watermarks, timeout_ms, nullptr, original);
}

Result<ClusterInfo> describeCluster(const ClusterSettings& cluster, const std::vector<std::string>& only,
                                    bool watermarks, int timeout_ms, const std::atomic<bool>* cancel,
                                    std::string& original) {
    auto enquiry = Enquiry::begin(cluster, timeout_ms, cancel);
    if (!enquiry) return passOn(enquiry);
    auto info = describe(*enquiry, only, watermarks);
    if (info) return info;
    original = enquiry->original();
    if (const auto fault = tlsFaultBehind(info.error(), cluster, cancel)) return tl::unexpected(*fault);
    return info;
}

Result<std::vector<std::optional<std::int64_t>>> offsetsAt(const ClusterSettings& cluster,
                                                           const std::string& topic,
                                                           const std::vector<std::int32_t>& partitions,
                                                           TimeNs time, int timeout_ms) {
    auto enquiry = Enquiry::begin(cluster, timeout_ms, nullptr);
    if (!enquiry) return passOn(enquiry);
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const std::int32_t partition : partitions) {
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset =
            std::max<TimeNs>(time / kMillisecond, 0);
    }
    if (Status asked = enquiry->ask(*list); !asked) return passOn(asked);
    std::vector<std::optional<std::int64_t>> offsets;
    for (int i = 0; i < list->cnt; ++i) {
        const auto& entry = list->elems[i];
        if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return tl::unexpected(translate(entry.err, fmt::format("{}/{}", topic, entry.partition)));
        offsets.push_back(entry.offset >= 0 ? std::optional(entry.offset) : std::nullopt);
    }
    return offsets;
}

}  // namespace weir::kafka
