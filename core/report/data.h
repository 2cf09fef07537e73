// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/cost/cost.h"
#include "analysis/order/evidence.h"
#include "analysis/order/finding.h"
#include "analysis/session_stats.h"
#include "base/error.h"
#include "journal/session_origin.h"
#include "journal/session_reader.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a report is made of: the figures of a session, gathered once, for all formats.
namespace weir::report {

namespace order = analysis::order;
using Histogram = decltype(analysis::CallStats::run);

/// A moment of the time line.
struct Moment {
    TimeNs start = 0;
    DurationNs width = 0;
    std::int64_t events = 0, delivered = 0, failed = 0, cold_starts = 0;
    std::optional<DurationNs> run_p50, run_p99;  ///< of the calls that ended; nothing: none did

    [[nodiscard]] double eventsPerSecond() const {
        return width <= 0 ? 0 : static_cast<double>(events) * 1e9 / static_cast<double>(width);
    }
};

/// When a partition went to another epoch.
struct Rebalance {
    TimeNs at = 0;
    std::int64_t partitions = 0;
};

/// Findings that share kind, severity, cause, function and topic.
struct FindingGroup {
    order::Kind kind = order::Kind::Regression;
    order::Severity severity = order::Severity::Note;
    std::optional<order::Cause> cause;
    FunctionId function;
    std::string function_name, topic;  ///< function empty: none
    TopicId topic_id;
    std::int64_t units = 0;
    TimeNs first_at = 0;
    std::vector<std::int32_t> partitions;  ///< up to 20
    std::int64_t more_partitions = 0;
};

/// A call in the picture of a finding.
struct CallInPicture {
    std::int64_t id = 0;
    std::int64_t first = 0, last = 0, events = 0;  ///< offsets
    TimeNs start = 0, end = 0;
    int attempt = 1, epoch = 0;
    bool broken = false;  ///< it has the events that were overtaken
};
/// An output in the picture of an output-inversion.
struct OutputInPicture {
    std::int64_t cause = 0;   ///< offset of its highest cause in the scope in question
    std::int64_t offset = 0;  ///< where it stands
    std::int64_t call = 0;
    bool broken = false;
};
/// One of the worst findings, with what happened around it.
struct Example {
    order::Finding finding;
    std::string function, topic;
    std::vector<CallInPicture> calls;            ///< by offset; of them those that overtook
    std::vector<OutputInPicture> outputs;        ///< of an output-inversion, by offset
    std::vector<order::EvidenceRecord> records;  ///< of a late event, by offset
    std::vector<order::KeyPlace> key_places;     ///< of a key-split, as the key came to them
    bool key_places_cut = false;
    std::string happened;  ///< in words
};

struct OrderData {
    std::int64_t events = 0, deliveries = 0, open = 0, displaced = 0;
    std::string bounded;  ///< where the check was less than exact; empty: nowhere
    std::array<std::array<std::int64_t, 3>, order::kKinds.size()> units{};
    std::vector<FindingGroup> groups;  ///< worst first
    std::vector<Example> examples;

    [[nodiscard]] std::int64_t of(order::Kind kind) const {
        const auto& u = units.at(static_cast<std::size_t>(kind));
        return u[0] + u[1] + u[2];
    }
    [[nodiscard]] std::int64_t of(order::Severity severity) const {
        std::int64_t n = 0;
        for (const auto& u : units) n += u.at(static_cast<std::size_t>(severity));
        return n;
    }
};

/// From a topic to a function, or back: an edge of the flow picture.
struct FlowEdge {
    TopicId topic;
    FunctionId function;
    std::int64_t count = 0;   ///< events in calls, each time, or outputs
    std::int64_t failed = 0;  ///< of the events
    bool output = false;      ///< from the function to the topic
};

/// Events that did not reach their function.
struct Loss {
    std::string function, topic, reason;
    std::int64_t events = 0;
    TimeNs first_at = 0, last_at = 0;
};

struct Note {
    TimeNs at = 0;
    std::string text;
};

struct ReportData {
    std::string file;  ///< its name, without folders
    journal::SessionInfo info;
    std::optional<journal::Origin> origin;  ///< of which the report is a part
    analysis::SessionStats stats;
    TimeNs first = 0, last = 0;
    std::string capture;
    std::int64_t capture_bytes = 0;
    std::vector<journal::TopicRow> topics;
    std::vector<journal::FunctionRow> functions;
    std::vector<journal::TriggerRow> triggers;
    std::vector<std::int64_t> topic_events;  ///< by topics
    std::vector<FlowEdge> flow;
    std::vector<Moment> timeline;
    std::vector<Rebalance> rebalances;
    std::optional<OrderData> order;  ///< nothing: order was not checked
    std::vector<Loss> losses;
    analysis::SessionCost cost;  ///< at the list prices that `weir-cli cost` takes by itself
    std::vector<Note> notes;
    std::int64_t unrecorded = 0;        ///< events that calls name and no record has
    std::int64_t holes = 0;             ///< offsets without a record
    std::vector<std::string> left_out;  ///< what was not captured, in sentences

    [[nodiscard]] std::string topicName(TopicId id) const;
    [[nodiscard]] std::string functionName(FunctionId id) const;
};

/// Costs what the kept figures cost, not what the session holds.
Result<ReportData> gather(journal::SessionReader& reader, const std::string& path);
/// The same of a part of a session; `whole` says how values were captured and how large the file is.
Result<ReportData> gather(journal::SessionReader& reader, const std::string& path,
                          journal::SessionReader& whole);

// Parts of gather().
Result<std::vector<Moment>> readTimeline(journal::SessionReader& reader, TimeNs first, TimeNs last);
Result<std::optional<OrderData>> readOrder(journal::SessionReader& reader, const ReportData& data);

}  // namespace weir::report
