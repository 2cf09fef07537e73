// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/lineage.h"
#include "analysis/lineage/losses.h"
#include "analysis/lineage/session_names.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::analysis {

/// Builds one Lineage: breadth first, up the causes and down the effects. An event is followed once each way,
/// so cycles end. Used for one walk.
class LineageWalker {
  public:
    LineageWalker(std::vector<SessionNames> sessions, const LineageOptions& options)
        : sessions_(std::move(sessions)), options_(options) {}

    Result<Lineage> walk(const EventPlace& start);

  private:
    using Index = std::size_t;
    enum class Way : std::uint8_t { Up, Down };
    struct Next {
        Index event = 0;
        int steps = 0;  ///< left to go
    };

    /// The node of the event at a place; nothing when there is no room for one more.
    Result<std::optional<Index>> eventAt(const EventPlace& place, int step);
    Result<Index> callOf(std::size_t session, InvocationId id, int step);
    Status describe(EventNode& node);

    Status follow(Index start, Way way);
    Status up(Next at, std::deque<Next>& queue);
    Status upThroughOutput(std::size_t session, Next at, const journal::OutputPlaceRow& output,
                           std::deque<Next>& queue);
    Status upThroughHeaders(Next at, std::deque<Next>& queue);
    void hideCauses(Index event, std::int64_t first, std::int64_t last);
    Status down(Next at, std::deque<Next>& queue);
    Status downIn(std::size_t session, Next at, EventEvidence& evidence, std::deque<Next>& queue);
    Status downThroughHeaders(std::size_t session, Next at, std::deque<Next>& queue);
    Result<bool> hasEffects(const EventPlace& place);
    Result<bool> producedSomewhere(const EventPlace& place);
    Result<bool> known(const EventPlace& place);
    Result<EventPlace> placeOf(std::size_t session, EventId id);
    void enqueue(Index event, int steps, Way way, std::deque<Next>& queue);

    /// Rows of header_cause that are looked through for one event.
    static constexpr std::int64_t kMostNamedRows = 64;

    LineageEdge& edge(LineageEdge::Kind kind, Index from, Index to);
    Error unknown(const EventPlace& place) const;

    std::vector<SessionNames> sessions_;
    LineageOptions options_;
    Lineage lineage_;
    std::map<EventPlace, Index> events_;
    std::map<std::pair<std::size_t, InvocationId>, Index> calls_;
    std::map<std::tuple<LineageEdge::Kind, Index, Index>, Index> edges_;
    std::vector<std::pair<bool, bool>> followed_;  ///< of each event: up, down
};

}  // namespace weir::analysis
