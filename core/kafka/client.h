// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/config.h"
#include "kafka/errors.h"

#include <mutex>
#include <utility>
#include <vector>

namespace weir::kafka {

/// Errors that librdkafka hands out while a partition's queue is read, where they cannot be events.
class ErrorInbox {
  public:
    void put(ClientError error) {
        const std::lock_guard lock(mutex_);
        errors_.push_back(std::move(error));
    }
    [[nodiscard]] std::vector<ClientError> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(errors_, {});
    }

  private:
    std::mutex mutex_;  ///< guards errors_
    std::vector<ClientError> errors_;
};

/// A librdkafka client that never writes to standard error: it hands out its errors as events of its main
/// queue only, and its log lines are dropped (each error is an event too).
///
/// `inbox` may be null and must outlive the client.
///
/// With OAUTHBEARER tokens are refreshed by a thread of librdkafka's own, so that blocking calls work: from a
/// token endpoint, which is asked when librdkafka wants a token (after four fifths of its life, or ten
/// seconds after a failure), or unsecured ones of librdkafka's own.
Result<ClientHandle> makeClient(rd_kafka_type_t type, const ClusterSettings& cluster,
                                const Properties& defaults, const Properties& owned,
                                ErrorInbox* inbox = nullptr);

/// Takes all error events that wait in a queue.
std::vector<ClientError> takeErrors(rd_kafka_queue_t& queue, const ClusterSettings& cluster);

/// The error that an error event holds, without secrets.
ClientError errorOf(rd_kafka_event_t& event, const ClusterSettings& cluster);

}  // namespace weir::kafka
