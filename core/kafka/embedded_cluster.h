// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/settings.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir::kafka {

/// librdkafka's mock cluster inside this process. It keeps only 5 MiB per partition and drops the oldest
/// silently, so whoever produces asks hasRoom() first and whoever has passed records says so: then nothing
/// that is still needed can be dropped.
///
/// Threads: all functions from any thread.
class EmbeddedCluster {
  public:
    static Result<std::unique_ptr<EmbeddedCluster>> start(int brokers = 1);
    ~EmbeddedCluster();
    EmbeddedCluster(const EmbeddedCluster&) = delete;
    EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

    [[nodiscard]] ClusterSettings settings() const;
    Status createTopic(const std::string& name, int partitions);

    /// Declares a reader of a topic: from now on its records are kept until it has passed them. `reader` is
    /// any name that is the same in passed().
    void addReader(const std::string& reader, const std::string& topic);

    /// True while less than 3 MB (and 50 000 records) of the partition wait for a reader.
    [[nodiscard]] bool hasRoom(const std::string& topic, std::int32_t partition) const;
    /// Says that a record of that size stands in the partition at that offset.
    void produced(const std::string& topic, std::int32_t partition, std::int64_t offset, std::size_t bytes);
    /// Says that a reader needs nothing below `offset` any more.
    void passed(const std::string& reader, const std::string& topic, std::int32_t partition,
                std::int64_t offset);

  private:
    struct Impl;
    explicit EmbeddedCluster(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::kafka
