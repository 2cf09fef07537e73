// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace weir::journal {
namespace {

using facts::Outcome;

/// When an instance was started and became ready; equal: it needs no start-up, or it is not known.
struct StartUp {
    TimeNs started = 0, ready = 0;
};
using StartUps = std::unordered_map<InstanceId, StartUp>;

struct Call {
    InvocationId id;
    InstanceId instance;
    bool cold = false;
    std::int64_t events = 0;
    std::optional<TimeNs> start, end;
    std::optional<Outcome> outcome;
};

struct Billed {
    DurationNs round = 1, least = 0;
    bool with_init = false;
};

/// Time of a call as it is billed.
DurationNs billedTime(const Call& call, const StartUps& start_ups, const Billed& how) {
    DurationNs handler = *call.end - *call.start, init = 0;
    if (const auto at = call.cold ? start_ups.find(call.instance) : start_ups.end(); at != start_ups.end()) {
        const StartUp& up = at->second;
        init = std::max<DurationNs>(0, up.ready - up.started);
        handler -= std::max<DurationNs>(0, std::min(up.ready, *call.end) - std::max(up.started, *call.start));
    }
    const DurationNs time = std::max<DurationNs>(0, handler + (how.with_init ? init : 0));
    return std::max(how.least, (time + how.round - 1) / how.round * how.round);
}

void add(CallTotalsRow& row, const Call& call, const StartUps& start_ups, const Billed& how) {
    const bool good = !call.outcome || *call.outcome == Outcome::Success || *call.outcome == Outcome::Partial;
    row.events += call.events;
    if (!good) row.failed += call.events;
    if (call.outcome == Outcome::Success) row.delivered += call.events;
    if (call.outcome == Outcome::Throttled) {
        ++row.throttled;
        return;
    }
    ++row.requests;
    row.unfinished += call.end ? 0 : 1;
    row.cold += call.cold ? 1 : 0;
    if (call.start && call.end) row.billed += billedTime(call, start_ups, how);
}

Result<StartUps> startUps(SessionFile& file) {
    StartUps all;
    Status s = forEachRow(
        file, "SELECT id, started_ns, ready_ns FROM instance WHERE started_ns NOTNULL AND ready_ns NOTNULL",
        [&](RowReader& row) {
            const auto id = row.id<InstanceId>();
            const TimeNs started = row.time();
            all[id] = {started, row.time()};
        });
    if (!s) return passOn(s);
    return all;
}

/// Of calls that succeeded in part: how many events did.
Status addParts(SessionFile& file, const std::vector<std::pair<std::size_t, InvocationId>>& partial,
                std::vector<CallTotalsRow>& rows) {
    for (const auto& [row, call] : partial) {
        Status s = forEachRow(
            file,
            "SELECT sum(last_event_id - first_event_id + 1) FROM delivery_run WHERE invocation_id = ?1 AND "
            "outcome = "
            "'success'",
            [&, at = row](RowReader& sum) { rows[at].delivered += sum.maybeInteger().value_or(0); }, call);
        if (!s) return s;
    }
    return {};
}

}  // namespace

// Grouped here rather than by SQL, which would sort all calls before it adds them up.
Result<std::vector<CallTotalsRow>> SessionReader::callTotals(DurationNs round, DurationNs least,
                                                             bool init_billed) {
    SessionFile& file = *impl_->file;
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    const auto start_ups = startUps(file);
    if (!start_ups) return tl::unexpected<Error>(start_ups.error());
    std::vector<CallTotalsRow> rows;
    std::vector<std::pair<std::size_t, InvocationId>> partial;
    std::size_t last = 0;
    const auto rowOf = [&](FunctionId function, TopicId topic) {
        const auto is = [&](const CallTotalsRow& r) { return r.function == function && r.topic == topic; };
        if (last < rows.size() && is(rows[last])) return last;
        const auto found = std::find_if(rows.begin(), rows.end(), is);
        last = static_cast<std::size_t>(found - rows.begin());
        if (found == rows.end()) {
            rows.emplace_back();
            rows.back().function = function;
            rows.back().topic = topic;
        }
        return last;
    };
    Status s = forEachRow(file,
                          "SELECT id, function_id, instance_id, cold, topic_id, event_count, start_ns, "
                          "end_ns, outcome FROM invocation",
                          [&](RowReader& row) {
                              Call call;
                              call.id = row.id<InvocationId>();
                              const auto function = row.id<FunctionId>();
                              call.instance = row.id<InstanceId>();
                              call.cold = row.flag();
                              const auto topic = row.id<TopicId>();
                              call.events = row.integer();
                              call.start = row.maybeTime();
                              call.end = row.maybeTime();
                              call.outcome = row.maybeWord(Outcome::Abandoned);
                              const std::size_t at = rowOf(function, topic);
                              add(rows[at], call, *start_ups, {round, least, init_billed});
                              if (call.outcome == Outcome::Partial) partial.emplace_back(at, call.id);
                          });
    if (!s) return passOn(s);
    if (s = addParts(file, partial, rows); !s) return passOn(s);
    std::sort(rows.begin(), rows.end(), [](const CallTotalsRow& a, const CallTotalsRow& b) {
        return std::pair(a.function, a.topic) < std::pair(b.function, b.topic);
    });
    return rows;
}

Result<std::vector<OutputCountRow>> SessionReader::outputCounts(std::int64_t first, std::int64_t last) {
    SessionFile& file = *impl_->file;
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    std::vector<OutputCountRow> rows;
    std::size_t at = 0;
    Status s = forEachRow(
        file,
        "SELECT i.function_id, o.topic_id FROM output AS o CROSS JOIN invocation AS i ON i.id = "
        "o.invocation_id WHERE "
        "o.id BETWEEN ?1 AND ?2",
        [&](RowReader& row) {
            const auto function = row.id<FunctionId>();
            const auto topic = row.id<TopicId>();
            const auto is = [&](const OutputCountRow& r) {
                return r.function == function && r.topic == topic;
            };
            if (at >= rows.size() || !is(rows[at])) {
                at = static_cast<std::size_t>(std::find_if(rows.begin(), rows.end(), is) - rows.begin());
                if (at == rows.size()) rows.push_back({function, topic, 0});
            }
            ++rows[at].outputs;
        },
        first, last);
    if (!s) return passOn(s);
    std::sort(rows.begin(), rows.end(), [](const OutputCountRow& a, const OutputCountRow& b) {
        return std::pair(a.function, a.topic) < std::pair(b.function, b.topic);
    });
    return rows;
}

}  // namespace weir::journal
