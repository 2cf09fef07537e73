// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "journal/session_reader.h"
#include "replay/keyframes.h"
#include "replay/moment.h"
#include "replay/state.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::replay {

/// What to step by.
enum class Unit : std::uint8_t {
    Moment,      ///< whatever happens next; records that arrived together are one
    Event,       ///< an event arrives
    Batch,       ///< a batch is formed
    Invocation,  ///< a call starts or was seen
    Delivery,    ///< as Invocation, event by event of each call
    Finding      ///< order breaks
};
enum class Direction : std::uint8_t { Forward, Backward };

/// Broken units of order up to the cursor.
struct FindingCount {
    std::string kind, severity;
    std::int64_t units = 0;
};

/// Something that happens; a finding has no moment, its position names it.
struct Happening {
    Position position;
    std::optional<Moment> moment;
};
/// What happened up to a place and what happens next, each in order.
struct Surroundings {
    std::vector<Happening> before, after;
};

/// A place in a saved session and how everything stands there. It goes both ways, by what happened or by
/// time, and never changes the session. A session that is still being recorded is seen as it was when the
/// cursor was made.
///
/// The first jump reads the session up to there once (keyframes.h); from then on a jump costs the same
/// wherever it goes. Threads: as the reader, which must live longer.
class Cursor {
  public:
    static Result<Cursor> of(journal::SessionReader& reader, Keyframes::Limits limits);
    static Result<Cursor> of(journal::SessionReader& reader) { return of(reader, Keyframes::Limits{}); }

    [[nodiscard]] const Position& position() const noexcept { return position_; }
    [[nodiscard]] const State& state() const noexcept { return state_; }

    /// Reads the session once to its end, so that every jump is quick from then on. `progress` as in
    /// Keyframes.
    Status prepare(const std::function<bool(std::int64_t moments)>& progress = nullptr) {
        return keyframes_.complete(progress);
    }

    /// Goes to a place; where nothing happened, that is fine.
    Status to(const Position& position);
    /// After all that happened until then, itself included.
    Status toTime(TimeNs at) { return to(Position::after(at)); }
    Status toStart() { return to(Position::start()); }
    Status toEnd();
    /// To the arrival of an event, to the start of a call, to a finding. FileNotFound: there is none.
    Status toEvent(EventId id);
    Status toInvocation(InvocationId id);
    Status toFinding(std::int64_t id);

    /// One step; false when there is nothing more that way, then it stays.
    Result<bool> step(Unit unit, Direction direction);

    /// Runs to the next place for which a filter holds: the arrival of an event when it asks for events only,
    /// the start of a call when it asks for calls, else a finding. False when there is none; then it stays.
    Result<bool> run(const filter::Filter& breakpoint, Direction direction);
    /// The same for several: to the nearest place for which one of them holds. Which one it is (the first of
    /// several that hold there), or nothing.
    Result<std::optional<std::size_t>> run(const std::vector<filter::Filter>& breakpoints,
                                           Direction direction);

    /// What happened last, the cursor's own moment included, and what happens next, at most so many.
    Result<Surroundings> around(std::size_t before, std::size_t after);

    /// Findings up to here.
    Result<std::vector<FindingCount>> findings();

  private:
    struct FindingMark {
        TimeNs at = 0;
        std::int64_t id = 0;
    };
    [[nodiscard]] static Position placeOf(const FindingMark& f) noexcept {
        return {f.at, Kind::Finding, f.id, 0};
    }
    struct FindingSeries {
        std::string kind, severity;
        std::vector<std::pair<Position, std::int64_t>> units;  // by place, units up to there
    };

    Cursor(journal::SessionReader& reader, Keyframes keyframes)
        : reader_(&reader), keyframes_(std::move(keyframes)) {}

    using Found = Result<std::optional<Position>>;
    Found nextMoment(Direction direction);
    Found nextEvent(Direction direction);
    Found nextBatch(Direction direction);
    Found nextCall(Direction direction);
    Found nextDelivery(Direction direction);
    Found nextFinding(Direction direction, const std::vector<FindingMark>& among);
    Found eventPosition(std::int64_t id, Direction direction);
    Found callPosition(std::int64_t id, Direction direction);
    [[nodiscard]] std::int64_t beside(std::int64_t last, Direction direction, bool standing) const;
    Status loadFindings();
    Result<std::vector<FindingMark>> matching(const filter::Filter& breakpoint);
    Found nextMatching(const filter::Filter& breakpoint, Direction direction);

    journal::SessionReader* reader_;
    Keyframes keyframes_;
    std::shared_ptr<const Keyframes::Segment> segment_;
    std::size_t applied_ = 0;  // moments of the segment that are wholly in state_
    Position position_ = Position::start();
    State state_;
    bool findings_loaded_ = false;
    std::vector<FindingMark> findings_;  // by time
    std::vector<FindingSeries> series_;
    std::map<std::string, std::vector<FindingMark>> matched_;  // of filters that ask for findings
};

}  // namespace weir::replay
