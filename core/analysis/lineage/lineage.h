// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What caused an event and what it caused: a graph of events and calls, as a value.
namespace weir::analysis {

/// Where an event stands, by name, so that it means the same in every session.
struct EventPlace {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    auto operator<=>(const EventPlace&) const = default;
};

/// Reads `TOPIC/PARTITION@OFFSET`. Fails with Usage and says what was expected.
Result<EventPlace> parseEventPlace(std::string_view text);
[[nodiscard]] std::string eventPlaceText(const EventPlace& place);

/// How far to look. What lies beyond a limit is never left out silently: see EventNode::cut.
struct LineageOptions {
    int up = 20;                  ///< steps (event ← call ← event) against the flow, 0…
    int down = 20;                ///< and with it
    std::int64_t fan = 100;       ///< most causes of one output, most calls and outputs of one event
    std::int64_t events = 2'000;  ///< most events in the graph
};

/// What became of an event that led to nothing.
enum class LossKind : std::uint8_t {
    Filtered,      ///< the trigger's filter does not let it through
    Expired,       ///< it was older than the trigger's maximum age
    DeadLettered,  ///< given up into the topic for failed events
    Discarded,     ///< given up
    Failed,        ///< no call with it succeeded, and none is running
    Unanswered,    ///< the function is expected to answer each event, and there is no output
    Undelivered,   ///< the function reads its topic, but no call with it is known
    Open,          ///< a call with it was running or was abandoned when the session ended
};
[[nodiscard]] const char* word(LossKind kind);

struct EventLoss {
    LossKind kind = LossKind::Failed;
    std::string function;
    std::string trigger;       ///< empty: not known
    std::optional<TimeNs> at;  ///< when it was lost: passed over, last call ended; of Undelivered: received
    std::string detail;        ///< the last call's error, where there is one
};

/// Why there may be more to an event than the graph shows.
struct LineageCut {
    bool steps = false;              ///< at the edge of `up` or `down`: it has causes or effects beyond
    std::int64_t hidden_causes = 0;  ///< at least so many are left out because of `fan` or `events`
    bool hidden_effects = false;     ///< calls or outputs left out because of them
    [[nodiscard]] bool any() const noexcept { return steps || hidden_causes != 0 || hidden_effects; }
};

struct EventNode {
    EventPlace place;
    int step = 0;             ///< 0 the event asked for, negative what led to it, positive what it led to
    bool recorded = false;    ///< a session has its record; else only its place is known
    std::size_t session = 0;  ///< which of the readers knows it best
    EventId id;               ///< in that session; 0: it has none there
    std::optional<TimeNs> timestamp;  ///< of the record, by the producer's or the broker's clock
    std::optional<TimeNs> received;   ///< when it arrived in Weir
    std::optional<TimeNs> written;    ///< when its call's output was reported as appended
    std::optional<std::string> key;   ///< bytes
    std::string type;                 ///< CloudEvents type, or empty
    std::vector<EventLoss> losses;    ///< of the event asked for and of what it led to
    LineageCut cut;
};

struct CallNode {
    std::size_t session = 0;
    InvocationId id;  ///< in that session
    int step = 0;     ///< of the event it was found from: the call stands beyond it
    std::string function;
    std::string trigger;   ///< empty: not known
    std::string instance;  ///< empty: not known
    int attempt = 1;       ///< no meaning when observed
    bool cold = false;
    bool observed = false;    ///< seen from outside: start, instance and attempt are not known
    std::int64_t events = 0;  ///< in the call, whether in the graph or not
    std::optional<TimeNs> start, end;
    std::optional<facts::Outcome> outcome;  ///< absent: in flight
    std::string error;
};

struct LineageEdge {
    enum class Kind : std::uint8_t {
        Delivered,  ///< from an event to a call that it was in
        Produced,   ///< from a call to an event that it produced
        Named,      ///< from an event to one whose header names it as its cause: the call is not known
    };
    Kind kind = Kind::Delivered;
    std::size_t from = 0, to = 0;  ///< indexes into events or calls, as the kind says
    std::optional<TimeNs> from_at, to_at;
    std::optional<facts::Outcome> outcome;  ///< Delivered: of this event; absent: in flight
    std::vector<std::size_t> causes;        ///< Produced: the events in the graph that caused this output
    std::string function;                   ///< Named: as the header says, or empty
};

/// Events and calls are in the order in which they were found, nearest first; edges[i].from and .to lie in
/// them. There may be cycles.
struct Lineage {
    std::vector<EventNode> events;  ///< the first is the event asked for
    std::vector<CallNode> calls;
    std::vector<LineageEdge> edges;
    bool truncated = false;  ///< some event's cut.any()
};

/// Looks an event up in one or several sessions of the same topics and follows it both ways. Every step costs
/// a few look-ups by index, whatever the sessions hold. Fails with Usage when no session knows the event.
Result<Lineage> lineageOf(std::span<journal::SessionReader* const> sessions, const EventPlace& start,
                          const LineageOptions& options = {});

}  // namespace weir::analysis
