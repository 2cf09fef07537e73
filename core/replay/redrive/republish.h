// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "journal/session_reader.h"
#include "kafka/settings.h"
#include "replay/redrive/selection.h"
#include "replay/redrive/session_feed.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace weir::redrive {

/// Which partition of the other topic a record goes to.
enum class Placing {
    Recorded,  ///< the one with the number that it had
    ByKey      ///< by hash of the key, as Java clients do it
};

/// Recorded events that are to be produced once more.
struct RepublishPlan {
    std::string session;    ///< where they stand
    std::string from;       ///< their topic; empty: the only one that has any
    filter::Filter filter;  ///< which of its events
    kafka::ClusterSettings cluster;
    std::string to;  ///< topic of the cluster; must exist
    Placing placing = Placing::Recorded;
    Pace pace;
};

/// Events of one topic of a session, ready to be produced to a topic of a cluster: the same keys, values,
/// headers and timestamps, each partition in its order, all in the order in which they arrived. Nothing is
/// written before run(): between the two stands whoever has to be asked.
/// Threads: one.
class Republish {
  public:
    /// Chooses the events, and asks the cluster for the topic. Errors as of select(); Usage when the topic
    /// has too few partitions; Unreachable, CredentialsRefused, NotAuthorized, UnknownTopic, … of the
    /// cluster.
    static Result<std::unique_ptr<Republish>> prepare(RepublishPlan plan);

    [[nodiscard]] const Selection& selection() const noexcept { return selection_; }
    /// The topic whose events they are.
    [[nodiscard]] const std::string& from() const noexcept { return plan_.from; }
    /// How many partitions the other topic has.
    [[nodiscard]] std::int32_t partitions() const noexcept { return partitions_; }

    struct Progress {
        std::int64_t written = 0;  ///< acknowledged by the cluster
        std::int64_t events = 0;   ///< to be written
    };
    /// Produces them, and calls `look` every tenth of a second or so; it returns false to stop (Cancelled).
    /// The first record that the cluster does not take ends it. Returns how many were acknowledged; after an
    /// error, written() says it.
    Result<std::int64_t> run(const std::function<bool(const Progress&)>& look);
    [[nodiscard]] std::int64_t written() const noexcept { return written_; }

  private:
    Republish(RepublishPlan plan, std::unique_ptr<journal::SessionReader> reader);

    RepublishPlan plan_;
    std::unique_ptr<journal::SessionReader> reader_;
    Selection selection_;
    std::int32_t partitions_ = 0;
    std::int64_t written_ = 0;
};

}  // namespace weir::redrive
