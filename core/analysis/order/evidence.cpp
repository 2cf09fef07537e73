// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/evidence.h"

#include "analysis/order/checking_store.h"
#include "analysis/order/producer_evidence.h"
#include "journal/session_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace weir::analysis::order {
namespace {

using journal::DeliveryRow;
using journal::SessionReader;
using Role = EvidenceCall::Role;

/// The successful delivery of an event that ended first.
struct First {
    std::int64_t offset = 0;
    EventId event;
    DeliveryRow delivery;
};
using Firsts = std::map<std::int64_t, First>;  // by offset

bool succeeded(const DeliveryRow& d) {
    return d.outcome == facts::Outcome::Success && d.end.has_value();
}

bool endsBefore(const DeliveryRow& a, const DeliveryRow& b) {
    return std::pair(*a.end, a.invocation) < std::pair(*b.end, b.invocation);
}

/// Reads the first successes, by one function, of the offsets first…last.
Status readFirsts(SessionReader& reader, const Finding& f, std::int64_t first, std::int64_t last,
                  Firsts& firsts) {
    auto stretches = reader.eventStretches(f.topic, f.partition, std::max<std::int64_t>(0, first), last);
    if (!stretches) return passOn(stretches);
    for (const journal::EventStretchRow& s : *stretches) {
        const EventId end{s.first_event.value + s.last_offset - s.first_offset};
        auto deliveries = reader.deliveries(s.first_event, end);
        if (!deliveries) return passOn(deliveries);
        for (const DeliveryRow& d : *deliveries) {
            if (d.function != f.function || !succeeded(d)) continue;
            const std::int64_t offset = s.first_offset + (d.event.value - s.first_event.value);
            const auto [at, is_new] = firsts.insert({offset, {offset, d.event, d}});
            if (!is_new && endsBefore(d, at->second.delivery)) at->second.delivery = d;
        }
    }
    return {};
}

EvidenceCall callOf(const DeliveryRow& d, std::int64_t offset) {
    EvidenceCall call;
    call.id = d.invocation;
    call.first = call.last = offset;
    call.instance = d.instance;
    call.attempt = d.attempt;
    call.epoch = d.epoch;
    call.observed = d.observed;
    call.start = d.start;
    call.end = d.end;
    call.outcome = d.outcome;
    return call;
}

void addTo(std::map<InvocationId, EvidenceCall>& calls, const DeliveryRow& d, std::int64_t offset,
           Role role) {
    EvidenceCall& call = calls.try_emplace(d.invocation, callOf(d, offset)).first->second;
    call.first = std::min(call.first, offset);
    call.last = std::max(call.last, offset);
    ++call.events;
    if (role == Role::Broken || (role == Role::Against && call.role == Role::Around)) call.role = role;
}

/// Keeps at most `limit` calls: the broken and the overtaking ones, then their nearest neighbours.
bool cut(std::vector<EvidenceCall>& calls, std::size_t limit) {
    if (calls.size() <= limit) return false;
    const auto distance = [&calls](std::size_t i) {
        std::size_t nearest = calls.size();
        for (std::size_t j = 0; j < calls.size(); ++j) {
            if (calls[j].role == Role::Around) continue;
            nearest = std::min(nearest, i > j ? i - j : j - i);
        }
        return nearest;
    };
    std::vector<std::pair<std::size_t, std::size_t>> by_distance;
    for (std::size_t i = 0; i < calls.size(); ++i) by_distance.emplace_back(distance(i), i);
    std::stable_sort(by_distance.begin(), by_distance.end());
    std::set<std::size_t> kept;
    for (std::size_t i = 0; i < limit; ++i) kept.insert(by_distance[i].second);
    std::vector<EvidenceCall> left;
    left.reserve(kept.size());
    for (const std::size_t i : kept) left.push_back(calls[i]);
    const bool between = by_distance[limit].first <= 1;
    calls = std::move(left);
    return between;
}

void orderByEnd(Evidence& e) {
    for (std::size_t i = 0; i < e.calls.size(); ++i) e.by_end.push_back(i);
    std::stable_sort(e.by_end.begin(), e.by_end.end(), [&e](std::size_t a, std::size_t b) {
        const auto key = [&e](std::size_t i) {
            return std::pair(e.calls[i].end.value_or(std::numeric_limits<TimeNs>::max()), e.calls[i].id);
        };
        return key(a) < key(b);
    });
}

bool isUnit(const Finding& f, std::int64_t offset) {
    return offset >= f.first && offset <= f.last;
}

/// Where the first output of an event's call stands, if it is recorded.
Result<std::optional<Place>> outputOf(SessionReader& reader, EventId event, InvocationId call,
                                      const std::map<std::string, TopicId>& topics) {
    auto outputs = reader.outputs(event);
    if (!outputs) return passOn(outputs);
    for (const journal::OutputRow& o : *outputs) {
        const auto topic = topics.find(o.topic);
        if (o.invocation == call && topic != topics.end()) {
            return std::optional(Place{topic->second, o.partition, o.offset});
        }
    }
    return std::optional<Place>();
}

Status describeBroken(SessionReader& reader, const Firsts& firsts, const EvidenceLimits& limits,
                      Evidence& e) {
    const Finding& f = e.finding;
    auto topic_rows = reader.topics();
    if (!topic_rows) return passOn(topic_rows);
    std::map<std::string, TopicId> topics;
    for (const journal::TopicRow& t : *topic_rows) topics.emplace(t.name, t.id);
    auto stretches =
        reader.eventStretches(f.topic, f.partition, f.first, std::min(f.last, f.first + limits.events - 1));
    if (!stretches) return passOn(stretches);
    const auto against = f.against ? firsts.find(f.against->offset) : firsts.end();
    for (const journal::EventStretchRow& s : *stretches) {
        auto rows = reader.events(s.first_event, s.last_offset - s.first_offset + 1, 0);
        if (!rows) return passOn(rows);
        for (const journal::EventRow& row : *rows) {
            BrokenEvent b;
            b.offset = row.offset;
            b.event = row.id;
            b.key = row.key;
            if (const auto own = firsts.find(row.offset); own != firsts.end()) {
                b.call = own->second.delivery.invocation;
                b.start = own->second.delivery.start;
                b.end = *own->second.delivery.end;
                auto output = outputOf(reader, row.id, b.call, topics);
                if (!output) return passOn(output);
                b.output = *output;
            }
            b.against = f.against;
            if (against != firsts.end()) {
                b.against_call = against->second.delivery.invocation;
                b.against_end = *against->second.delivery.end;
            }
            e.broken.push_back(std::move(b));
        }
    }
    return {};
}

/// Regression, inversion, overlap, duplicate, gap: the calls around.
Status describeCalls(SessionReader& reader, const EvidenceLimits& limits, Evidence& e) {
    const Finding& f = e.finding;
    Firsts firsts;
    const std::int64_t far = f.against ? f.against->offset : f.last;
    const std::int64_t from = f.first - limits.window;
    const std::int64_t to = std::min(std::max(f.last, far), f.last + 4 * limits.window) + limits.window;
    if (Status s = readFirsts(reader, f, from, to, firsts); !s) return s;
    if (f.against && !firsts.contains(far)) {
        if (Status s = readFirsts(reader, f, far, far, firsts); !s) return s;
    }

    std::optional<TimeNs> broken_until;  // what ended before this overtook
    for (const auto& [offset, first] : firsts) {
        if (isUnit(f, offset)) broken_until = std::max(broken_until.value_or(0), *first.delivery.end);
    }
    std::map<InvocationId, EvidenceCall> calls;
    for (const auto& [offset, first] : firsts) {
        Role role = Role::Around;
        const bool overtakes = (f.kind == Kind::Inversion || f.kind == Kind::Regression) && offset > f.last &&
                               broken_until && *first.delivery.end < *broken_until;
        if (isUnit(f, offset)) {
            role = Role::Broken;
        } else if ((f.against && offset == far) || overtakes) {
            role = Role::Against;
        }
        addTo(calls, first.delivery, offset, role);
    }
    // The delivery itself, when it was not the first of its event.
    if (f.kind == Kind::Overlap || f.kind == Kind::Duplicate) {
        auto stretches = reader.eventStretches(f.topic, f.partition, f.first, f.last);
        if (!stretches) return passOn(stretches);
        for (const journal::EventStretchRow& s : *stretches) {
            auto all = reader.deliveries(s.first_event,
                                         EventId{s.first_event.value + s.last_offset - s.first_offset});
            if (!all) return passOn(all);
            for (const DeliveryRow& d : *all) {
                if (d.function != f.function) continue;
                const std::int64_t offset = s.first_offset + (d.event.value - s.first_event.value);
                if (d.invocation == f.invocation) {
                    if (const auto known = calls.find(d.invocation); known != calls.end()) {
                        known->second.role = Role::Broken;
                    } else {
                        addTo(calls, d, offset, Role::Broken);
                    }
                } else if (f.kind == Kind::Duplicate) {
                    if (const auto known = calls.find(d.invocation); known != calls.end()) {
                        known->second.role = Role::Against;
                    }
                }
            }
        }
        if (f.kind == Kind::Duplicate || f.kind == Kind::Overlap) {
            for (auto& [id, call] : calls) {
                if (call.role == Role::Broken && id != f.invocation) call.role = Role::Against;
            }
        }
    }
    for (auto& [id, call] : calls) e.calls.push_back(call);
    std::sort(e.calls.begin(), e.calls.end(), [](const EvidenceCall& a, const EvidenceCall& b) {
        return std::tuple(a.first, a.start, a.id) < std::tuple(b.first, b.start, b.id);
    });
    e.calls_cut = cut(e.calls, limits.calls);
    orderByEnd(e);
    if (!e.calls.empty()) {
        TimeNs begin = e.calls.front().start;
        TimeNs end = begin;
        for (const EvidenceCall& c : e.calls) {
            begin = std::min(begin, c.start);
            end = std::max(end, c.end.value_or(c.start));
        }
        auto assignments = reader.assignments(f.topic, f.partition, begin, end);
        if (!assignments) return passOn(assignments);
        for (const journal::AssignmentRow& a : *assignments) {
            const auto state =
                a.state == facts::word(facts::AssignmentState::Assigned)  ? facts::AssignmentState::Assigned
                : a.state == facts::word(facts::AssignmentState::Revoked) ? facts::AssignmentState::Revoked
                                                                          : facts::AssignmentState::Lost;
            e.assignments.push_back({state, a.epoch, a.at});
        }
    }
    return describeBroken(reader, firsts, limits, e);
}

/// The outputs around, with their highest causes.
Status describeOutputs(SessionReader& reader, const EvidenceLimits& limits, Evidence& e) {
    const Finding& f = e.finding;
    const std::int64_t against = f.against ? f.against->offset : f.first;
    const std::int64_t last = std::min(f.last, f.first + 7);
    std::map<std::int64_t, EvidenceOutput> outputs;
    const auto read = [&](std::int64_t from, std::int64_t to) -> Status {
        auto rows = reader.outputCauses(f.topic, f.partition, std::max<std::int64_t>(0, from), to);
        if (!rows) return passOn(rows);
        for (const journal::OutputCauseRow& row : *rows) {
            EvidenceOutput& o = outputs[row.offset];
            o.place = {f.topic, f.partition, row.offset};
            o.call = row.invocation;
            o.broken = row.offset >= f.first && row.offset <= f.last;
            o.against = f.against && row.offset == against;
            if (!row.last_cause) continue;
            auto cause = reader.events(row.last_cause, 1, 0);
            if (!cause) return passOn(cause);
            if (!cause->empty()) o.cause = std::max(o.cause, cause->front().offset);
        }
        return {};
    };
    if (Status s = read(against - 1, std::min(against + 3, last)); !s) return s;
    if (Status s = read(std::max(against, f.first - 3), last + 1); !s) return s;
    for (auto& [offset, output] : outputs) {
        if (e.outputs.size() < 2 * limits.calls) e.outputs.push_back(output);
    }
    return {};
}

}  // namespace

Result<Finding> findingAt(SessionReader& reader, std::int64_t id) {
    auto rows = reader.findings(id, 1);
    if (!rows) return passOn(rows);
    if (rows->empty() || rows->front().id != id) {
        return fail(ErrorCode::FileNotFound,
                    "There is no finding " + std::to_string(id) + " in this session.");
    }
    return findingOf(rows->front());
}

Result<Evidence> evidenceOf(SessionReader& reader, const Finding& finding, EvidenceLimits limits) {
    Evidence e;
    e.finding = finding;
    Status status;
    switch (finding.kind) {
        case Kind::Regression:
        case Kind::Inversion:
        case Kind::Overlap:
        case Kind::Duplicate:
        case Kind::Gap:
            status = describeCalls(reader, limits, e);
            break;
        case Kind::OutputInversion:
            status = describeOutputs(reader, limits, e);
            break;
        case Kind::Late:
            status = describeBroken(reader, {}, limits, e);
            if (status) status = describeLate(reader, limits, e);
            break;
        case Kind::KeySplit:
            status = describeKeySplit(reader, limits, e);
            break;
    }
    if (!status) return passOn(status);
    return e;
}

}  // namespace weir::analysis::order
