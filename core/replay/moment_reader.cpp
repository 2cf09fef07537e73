// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/moment_reader.h"

#include "journal/session_rows.h"

#include <algorithm>
#include <functional>
#include <map>

namespace weir::replay {
namespace {

using journal::forEachRow;
using journal::RowReader;

constexpr std::int64_t kPage = 2'000;
constexpr std::int64_t kSane = std::int64_t{1} << 62;  // offsets and ids below it add up without overflow

/// Topic, partition, first and last offset; with `with_event` the id of the first event.
Stretch stretchOf(RowReader& row, bool with_event) {
    Stretch s;
    s.topic = row.id<TopicId>();
    s.partition = row.int32();
    s.first = row.integer();
    s.last = row.integer();
    row.require(s.first >= 0 && s.last >= s.first && s.last < kSane);
    if (with_event) {
        s.first_event = row.id<EventId>();
        row.require(s.first_event.value >= 0 && s.first_event.value < kSane);
    }
    return s;
}

Moment momentOf(TimeNs at, Kind kind, std::int64_t id) {
    Moment m;
    m.position = {at, kind, id, 0};
    return m;
}

/// How the rows of a table become moments; the first column is the id, the second the time.
struct TableQuery {
    const char* sql;
    Moment (*make)(RowReader& row, std::int64_t id, TimeNs at);
};

Moment arrival(RowReader& row, std::int64_t /*id*/, TimeNs at) {
    const Stretch s = stretchOf(row, true);
    Moment m = momentOf(at, Kind::Record, s.first_event.value + s.count() - 1);
    m.body = RecordMoment{s};
    return m;
}

Moment assignment(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Assignment, id);
    AssignmentMoment a;
    a.topic = row.id<TopicId>();
    a.partition = row.int32();
    a.state = row.word(facts::AssignmentState::Lost);
    a.epoch = row.int32();
    a.offset = row.maybeInteger();
    a.group = row.text();
    row.require(a.offset.value_or(0) < kSane);
    m.body = std::move(a);
    return m;
}

Moment hole(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Hole, id);
    const Stretch s = stretchOf(row, false);
    m.body = HoleMoment{s.topic, s.partition, s.first, s.last};
    return m;
}

Moment skip(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Skip, id);
    const Stretch s = stretchOf(row, false);
    m.body = SkipMoment{row.id<FunctionId>(), s};
    return m;
}

Moment batch(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Batch, id);
    BatchMoment b;
    b.id = BatchId{id};
    b.trigger = row.id<TriggerId>();
    b.events = row.integer();
    m.body = b;
    return m;
}

Moment output(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Output, id);
    OutputMoment o;
    o.function = row.id<FunctionId>();
    o.topic = row.id<TopicId>();
    o.partition = row.int32();
    o.offset = row.integer();
    m.body = o;
    return m;
}

Moment commit(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Commit, id);
    CommitMoment c;
    c.topic = row.id<TopicId>();
    c.partition = row.int32();
    c.offset = row.integer();
    c.group = row.text();
    m.body = std::move(c);
    return m;
}

Moment decision(RowReader& row, std::int64_t id, TimeNs at) {
    Moment m = momentOf(at, Kind::Decision, id);
    DecisionMoment d;
    d.kind = row.word(facts::DecisionKind::Config);
    d.trigger = row.id<TriggerId>();
    m.body = d;
    return m;
}

#define WEIR_RANGE(id) " " id " >= ?1 AND " id " < ?2 "
#define WEIR_PAGE(id) "ORDER BY " id " LIMIT ?3"

/// In the order of Marks::Table; calls and instances are read otherwise.
constexpr std::array<TableQuery, Marks::kCount> kQueries{{
    {"SELECT id, received_ns, topic_id, partition, first_offset, last_offset, first_event_id "
     "FROM event_run WHERE" WEIR_RANGE("id") WEIR_PAGE("id"),
     arrival},
    {"SELECT id, at_ns, topic_id, partition, state, epoch, offset, group_name FROM assignment "
     "WHERE" WEIR_RANGE("id") WEIR_PAGE("id"),
     assignment},
    {"SELECT id, at_ns, topic_id, partition, first_offset, last_offset FROM hole WHERE" WEIR_RANGE("id")
         WEIR_PAGE("id"),
     hole},
    {"SELECT id, at_ns, topic_id, partition, first_offset, last_offset, function_id FROM skip "
     "WHERE" WEIR_RANGE("id") WEIR_PAGE("id"),
     skip},
    {"SELECT id, at_ns, trigger_id, event_count FROM batch WHERE" WEIR_RANGE(
         "id") "AND at_ns IS NOT NULL " WEIR_PAGE("id"),
     batch},
    {nullptr, nullptr},
    {"SELECT o.id, o.at_ns, i.function_id, o.topic_id, o.partition, o.offset FROM output AS o "
     "LEFT JOIN invocation AS i ON i.id = o.invocation_id WHERE" WEIR_RANGE("o.id") WEIR_PAGE("o.id"),
     output},
    {"SELECT id, at_ns, topic_id, partition, offset, group_name FROM offset_commit WHERE" WEIR_RANGE("id")
         WEIR_PAGE("id"),
     commit},
    {"SELECT id, at_ns, kind, trigger_id FROM decision WHERE" WEIR_RANGE("id") WEIR_PAGE("id"), decision},
    {nullptr, nullptr},
}};

}  // namespace

Result<InstanceMoments> readInstances(journal::SessionFile& file) {
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    InstanceMoments all;
    Status s =
        forEachRow(file, "SELECT id, function_id, started_ns, ready_ns, ended_ns FROM instance ORDER BY id",
                   [&](RowReader& row) {
                       const auto id = row.id<InstanceId>();
                       const auto function = row.id<FunctionId>();
                       const auto add = [&](std::optional<TimeNs> at, Kind kind) {
                           if (!at) return;
                           Moment m = momentOf(*at, kind, id.value);
                           m.body = InstanceMoment{id, function};
                           all.push_back(std::move(m));
                       };
                       add(row.maybeTime().value_or(0), Kind::Instance);
                       add(row.maybeTime(), Kind::InstanceReady);
                       add(row.maybeTime(), Kind::InstanceEnd);
                   });
    if (!s) return passOn(s);
    std::sort(all.begin(), all.end(),
              [](const Moment& a, const Moment& b) { return a.position < b.position; });
    return all;
}

Result<Marks> endMarks(journal::SessionFile& file, const InstanceMoments& instances) {
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    Marks marks;
    marks.next.fill(1);
    Status s =
        forEachRow(file,
                   "SELECT (SELECT max(id) FROM event_run), (SELECT max(id) FROM assignment), "
                   "(SELECT max(id) FROM hole), (SELECT max(id) FROM skip), (SELECT max(id) FROM batch), "
                   "(SELECT max(id) FROM invocation), (SELECT max(id) FROM output), "
                   "(SELECT max(id) FROM offset_commit), (SELECT max(id) FROM decision)",
                   [&](RowReader& row) {
                       for (std::size_t t = 0; t < Marks::Instances; ++t) {
                           const std::int64_t last = row.maybeInteger().value_or(0);
                           row.require(last < kSane);
                           marks.next.at(t) = std::max<std::int64_t>(last, 0) + 1;
                       }
                   });
    if (!s) return passOn(s);
    marks.next[Marks::Instances] = static_cast<std::int64_t>(instances.size());
    return marks;
}

MomentReader::MomentReader(journal::SessionFile& file, const InstanceMoments& instances, const Marks& from,
                           const Marks& to, const std::map<InvocationId, CallPtr>& running)
    : file_(file), instances_(instances), marks_(from), loaded_(from), to_(to) {
    for (const auto& [id, call] : running) {
        if (const auto end = endOf(*call)) ends_.emplace(*end, id);
    }
}

Status MomentReader::fill(Marks::Table table) {
    Page& page = pages_.at(table);
    std::int64_t& from = loaded_.next.at(table);
    const std::int64_t end = to_.next.at(table);
    if (!page.empty() || from >= end) return {};
    if (table == Marks::Instances) {
        const std::int64_t to = std::min(end, from + kPage);
        for (; from < to; ++from) page.push_back({from, instances_.at(static_cast<std::size_t>(from))});
        return {};
    }
    auto in_use = file_.use();
    if (!in_use) return passOn(in_use);
    if (table == Marks::Calls) {
        if (Status s = fillCalls(from, end, page); !s) return s;
    } else {
        const TableQuery& query = kQueries.at(table);
        Status s = forEachRow(
            file_, query.sql,
            [&](RowReader& row) {
                const std::int64_t id = row.integer();
                const TimeNs at = row.time();
                page.push_back({id, query.make(row, id, at)});
            },
            from, end, kPage);
        if (!s) return s;
    }
    from = static_cast<std::int64_t>(page.size()) < kPage ? end : page.back().id + 1;
    return {};
}

/// The next page of calls with the events of each; the file in use.
Status MomentReader::fillCalls(std::int64_t from, std::int64_t end, Page& page) {
    std::vector<std::shared_ptr<Call>> calls;
    Status s = forEachRow(
        file_,
        "SELECT id, function_id, trigger_id, instance_id, batch_id, attempt, cold, event_count, start_ns, "
        "end_ns, outcome FROM invocation WHERE" WEIR_RANGE("id") WEIR_PAGE("id"),
        [&](RowReader& row) {
            auto call = std::make_shared<Call>();
            call->id = row.id<InvocationId>();
            call->function = row.id<FunctionId>();
            call->trigger = row.id<TriggerId>();
            call->instance = row.id<InstanceId>();
            call->batch = row.id<BatchId>();
            call->attempt = row.int32();
            call->cold = row.flag();
            call->events = row.integer();
            const auto start = row.maybeTime();
            call->end = row.maybeTime();
            row.require(start || call->end);
            row.require(call->events >= 0 && call->events < kSane);
            call->observed = !start;
            call->start = start ? *start : call->end.value_or(0);
            call->outcome = row.maybeWord(facts::Outcome::Abandoned);
            calls.push_back(std::move(call));
        },
        from, end, kPage);
    if (!s || calls.empty()) return s;
    auto call = calls.begin();
    s = forEachRow(
        file_,
        "SELECT r.invocation_id, e.topic_id, e.partition, e.offset, "
        "e.offset + r.last_event_id - r.first_event_id, r.first_event_id, r.outcome FROM delivery_run AS r "
        "JOIN event AS e ON e.id = r.first_event_id WHERE r.invocation_id BETWEEN ?1 AND ?2 "
        "ORDER BY r.invocation_id, r.position",
        [&](RowReader& row) {
            const auto id = row.id<InvocationId>();
            Stretch stretch = stretchOf(row, true);
            stretch.outcome = row.maybeWord(facts::Outcome::Abandoned);
            while (call != calls.end() && (*call)->id < id) ++call;
            if (call != calls.end() && (*call)->id == id) (*call)->stretches.push_back(stretch);
        },
        calls.front()->id.value, calls.back()->id.value);
    if (!s) return s;
    for (std::shared_ptr<Call>& c : calls) {
        const std::int64_t id = c->id.value;
        Moment m = momentOf(c->start, c->observed ? Kind::Observed : Kind::Start, id);
        m.body = StartMoment{std::move(c)};
        page.push_back({id, std::move(m)});
    }
    return {};
}

Result<std::optional<Moment>> MomentReader::next() {
    Page* first = nullptr;
    std::size_t table = 0;
    for (std::size_t t = 0; t < Marks::kCount; ++t) {
        if (pages_.at(t).empty()) {
            if (Status s = fill(static_cast<Marks::Table>(t)); !s) return passOn(s);
        }
        Page& page = pages_.at(t);
        if (page.empty()) continue;
        if (first == nullptr || page.front().moment.first() < first->front().moment.first()) {
            first = &page;
            table = t;
        }
    }
    if (!ends_.empty() && (first == nullptr || ends_.top().first < first->front().moment.first())) {
        Moment m;
        m.position = ends_.top().first;
        m.body = EndMoment{ends_.top().second};
        ends_.pop();
        return std::optional<Moment>{std::move(m)};
    }
    if (first == nullptr) return std::optional<Moment>{};
    Entry entry = std::move(first->front());
    first->pop_front();
    marks_.next.at(table) = entry.id + 1;
    if (const auto* start = std::get_if<StartMoment>(&entry.moment.body)) {
        if (const auto end = endOf(*start->call)) ends_.emplace(*end, start->call->id);
    }
    return std::optional<Moment>{std::move(entry.moment)};
}

}  // namespace weir::replay
