// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::journal {
class SessionReader;
}  // namespace weir::journal

namespace weir::analysis::order {

/// A call as it stands in the picture of a finding: what it delivered of the partition in question.
struct EvidenceCall {
    enum class Role : std::uint8_t { Around, Broken, Against };
    InvocationId id;
    Role role = Role::Around;
    std::int64_t first = 0, last = 0;  ///< lowest and highest offset that it was the first to deliver
    std::int64_t events = 0;           ///< how many between them it was the first to deliver
    InstanceId instance;
    int attempt = 1, epoch = 0;
    bool observed = false;
    TimeNs start = 0;  ///< of an observed one: its end
    std::optional<TimeNs> end;
    std::optional<facts::Outcome> outcome;
};

/// One event that is broken, with what it was broken by.
struct BrokenEvent {
    std::int64_t offset = 0;
    EventId event;  ///< none when it was not recorded
    std::optional<std::string> key;
    InvocationId call;  ///< its first successful call; none for a gap
    TimeNs start = 0, end = 0;
    std::optional<Place> against;
    InvocationId against_call;
    TimeNs against_end = 0;
    std::optional<Place> output;  ///< where its first output stands

    /// How long after the event that overtook it this one ended.
    [[nodiscard]] DurationNs behind() const noexcept { return call && against_call ? end - against_end : 0; }
};

/// An output as it stands in the picture of an output-inversion.
struct EvidenceOutput {
    Place place;
    std::int64_t cause = 0;  ///< the highest offset among its causes in the scope in question
    InvocationId call;
    bool broken = false, against = false;
};

/// A record as it stands in the picture of a late one.
struct EvidenceRecord {
    std::int64_t offset = 0;
    TimeNs timestamp = 0;
    bool broken = false, against = false;  ///< against: the newest before the late ones
};

/// What a partition holds of the key of a key-split.
struct KeyPlace {
    std::int32_t partition = 0;
    std::int64_t events = 0;
    std::int64_t first = 0;   ///< lowest offset
    TimeNs from = 0, to = 0;  ///< when the first and the last were received
};

struct EvidenceAssignment {
    facts::AssignmentState state = facts::AssignmentState::Assigned;
    int epoch = 0;
    TimeNs at = 0;
};

/// The events, calls and instances that a finding rests on: what pictures of it are drawn from.
struct Evidence {
    Finding finding;
    /// Calls of the partition around the broken ones, by lowest offset: the order that was expected. At most
    /// EvidenceLimits::calls, the broken and the overtaking ones always among them.
    std::vector<EvidenceCall> calls;
    std::vector<std::size_t> by_end;      ///< indices into `calls`, in the order of their ends: what happened
    std::vector<BrokenEvent> broken;      ///< by offset, at most EvidenceLimits::events
    std::vector<EvidenceOutput> outputs;  ///< of an output-inversion, by offset
    std::vector<EvidenceRecord>
        records;  ///< of a late one, by offset; empty when what it rests on is too far away
    std::vector<KeyPlace> key_places;  ///< of a key-split, in the order in which the key came to them
    bool key_places_cut = false;       ///< the session has events that were not looked at for them
    std::vector<EvidenceAssignment> assignments;  ///< of the partition, within the time of the calls
    bool calls_cut = false;                       ///< more calls lie between than are listed
};

struct EvidenceLimits {
    std::size_t calls = 9;
    std::int64_t events = 200;
    std::int64_t window = 4'000;        ///< offsets looked at on either side
    std::int64_t searched = 2'000'000;  ///< events looked at for a key, from the oldest on
};

/// The finding with that id.
Result<Finding> findingAt(journal::SessionReader& reader, std::int64_t id);

/// Reads what a finding rests on. Costs what it shows, not what the session holds.
Result<Evidence> evidenceOf(journal::SessionReader& reader, const Finding& finding,
                            EvidenceLimits limits = {});

}  // namespace weir::analysis::order
