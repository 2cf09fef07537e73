// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <memory>
#include <utility>

namespace weir::kafka {

/// Calls one C function on what a unique_ptr held. The aliases below are the only places that name a destroy
/// function of librdkafka.
template <auto Destroy>
struct Destroyer {
    template <typename T>
    void operator()(T* handle) const noexcept {
        Destroy(handle);
    }
};

template <typename T, auto Destroy>
using Handle = std::unique_ptr<T, Destroyer<Destroy>>;

/// What a client's callbacks use. Stopped before the client is destroyed, and destroyed after it.
class ClientContext {
  public:
    ClientContext() = default;
    virtual ~ClientContext() = default;
    ClientContext(const ClientContext&) = delete;
    ClientContext& operator=(const ClientContext&) = delete;
    /// Breaks off a callback that waits.
    virtual void stop() noexcept = 0;
};

/// A consumer is closed before it gets here, so destroying it must not try again.
struct ClientDestroyer {
    std::shared_ptr<ClientContext> context = {};
    void operator()(rd_kafka_t* client) const noexcept {
        if (context) context->stop();
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
};

using ConfHandle = Handle<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using ClientHandle = std::unique_ptr<rd_kafka_t, ClientDestroyer>;
using QueueHandle = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using EventHandle = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;
using MessageHandle = Handle<rd_kafka_message_t, rd_kafka_message_destroy>;
using TopicHandle = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using PartitionListHandle = Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using SharedPartitionList = std::shared_ptr<rd_kafka_topic_partition_list_t>;
using GroupMetadataHandle =
    Handle<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;
using HeadersHandle = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;
using ErrorHandle = Handle<rd_kafka_error_t, rd_kafka_error_destroy>;
using MetadataHandle = Handle<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using MockClusterHandle = Handle<rd_kafka_mock_cluster_t, rd_kafka_mock_cluster_destroy>;

inline SharedPartitionList share(PartitionListHandle list) {
    return SharedPartitionList(std::move(list));
}

}  // namespace weir::kafka
