// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/outputs.h"

#include "replay/compare/json_diff.h"

#include <algorithm>
#include <set>

namespace weir::compare {
namespace {

constexpr std::size_t kMostFields = 10'000;  // distinct ones that are counted
constexpr std::size_t kFieldsOfExample = 10;

}  // namespace

OutputPair& Outputs::outputOf(const Row& row) {
    OutputPair& pair = pairs_[{row.function, row.topic}];
    if (pair.function.empty()) {
        pair.function = numbers_.functions.at(static_cast<std::size_t>(row.function))[0];
        pair.topic = numbers_.topics.at(static_cast<std::size_t>(row.topic));
    }
    return pair;
}

/// Where one session did not record a topic that is written to, keys cannot be told apart in the other
/// either.
Status Outputs::forgetKeys(Scratch& scratch) const {
    return scratch.execute(
        "CREATE TABLE dark AS SELECT t FROM out_a WHERE ev = 0 UNION SELECT t FROM out_b WHERE ev = 0;"
        "UPDATE out_a SET k = 0 WHERE t IN (SELECT t FROM dark);"
        "UPDATE out_b SET k = 0 WHERE t IN (SELECT t FROM dark);");
}

Status Outputs::compare(Scratch& scratch) {
    if (Status s = forgetKeys(scratch); !s) return s;
    if (Status s = merge(scratch); !s) return s;
    if (Status s = reordered(scratch); !s) return s;
    for (auto& [key, pair] : pairs_) result_.outputs.push_back(std::move(pair));
    for (const auto& [path, count] : fields_) result_.fields.push_back({path, count});
    std::stable_sort(result_.fields.begin(), result_.fields.end(),
                     [](const FieldCount& x, const FieldCount& y) { return x.outputs > y.outputs; });
    const auto placeKey = [](const Example& e) {
        const Place p = e.cause.value_or(Place{});
        return std::tuple(e.kind, e.function, p.topic, p.partition, p.offset);
    };
    std::stable_sort(result_.examples.begin(), result_.examples.end(),
                     [&](const Example& x, const Example& y) { return placeKey(x) < placeKey(y); });
    return {};
}

Status Outputs::merge(Scratch& scratch) {
    Status made = scratch.execute(
        "CREATE TABLE pr(f INTEGER, t INTEGER, k INTEGER, pa INTEGER, oa INTEGER, pb "
        "INTEGER, ob INTEGER, ea INTEGER, eb INTEGER, ca INTEGER)");
    if (!made) return made;
    auto insert = scratch.prepare("INSERT INTO pr VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (!insert) return passOn(insert);
    const auto rowsOf = [&](const char* sql) -> Result<Rows> {
        auto statement = scratch.prepare(sql);
        if (!statement) return passOn(statement);
        return Rows(scratch, std::move(*statement));
    };
    auto left = rowsOf(
        "SELECT o.f, o.t, coalesce(e.hash, 0), coalesce(e.ord, 0), o.k, o.p, o.off, o.ev, o.v, "
        "o.cause FROM out_a AS o LEFT JOIN ev_a AS e ON e.id = o.cause ORDER BY 1,2,3,4,5,6,7");
    if (!left) return passOn(left);
    auto right = rowsOf(
        "SELECT o.f, o.t, coalesce(e.hash, 0), coalesce(e.ord, 0), o.k, o.p, o.off, o.ev, o.v, "
        "o.cause FROM out_b AS o LEFT JOIN ev_b AS e ON e.id = o.cause ORDER BY 1,2,3,4,5,6,7");
    if (!right) return passOn(right);
    const auto read = [](const Rows& rows) {
        return Row{rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4),
                   rows.integer(5), rows.integer(6), rows.integer(7), rows.integer(8), rows.integer(9)};
    };
    if (Status s = left->advance(); !s) return s;
    if (Status s = right->advance(); !s) return s;
    while (!left->done() || !right->done()) {
        const Row a = left->done() ? Row{} : read(*left);
        const Row b = right->done() ? Row{} : read(*right);
        if (right->done() || (!left->done() && a.name() < b.name())) {
            if (Status s = alone(a, 0, scratch); !s) return s;
            if (Status s = left->advance(); !s) return s;
        } else if (left->done() || b.name() < a.name()) {
            if (Status s = alone(b, 1, scratch); !s) return s;
            if (Status s = right->advance(); !s) return s;
        } else {
            if (Status s = pair(a, b); !s) return s;
            if (a.key != 0 && insert->run(a.function, a.topic, a.key, a.partition, a.offset, b.partition,
                                          b.offset, a.event, b.event, a.cause) != SQLITE_OK)
                return tl::unexpected<Error>(scratch.error());
            if (Status s = left->advance(); !s) return s;
            if (Status s = right->advance(); !s) return s;
        }
    }
    return {};
}

Status Outputs::pair(const Row& a, const Row& b) {
    OutputPair& out = outputOf(a);
    if (a.value == 0 || b.value == 0) {
        ++out.unknown;
        return {};
    }
    if (a.value == b.value) {
        ++out.same;
        return {};
    }
    auto of_a = sessions_[0].reader->event(EventId{a.event});
    if (!of_a) return passOn(of_a);
    auto of_b = sessions_[1].reader->event(EventId{b.event});
    if (!of_b) return passOn(of_b);
    std::vector<FieldChange> changes =
        of_a->value && of_b->value
            ? changesOf(*of_a->value, *of_b->value, options_.ignore)
            : std::vector<FieldChange>{{"", of_a->value.value_or("null"), of_b->value.value_or("null")}};
    if (changes.empty()) {
        ++out.same;
        return {};
    }
    ++out.changed;
    std::set<std::string> paths;
    for (const FieldChange& change : changes) paths.insert(change.path);
    for (const std::string& path : paths) {
        const auto known = fields_.find(path);
        if (known != fields_.end()) {
            ++known->second;
        } else if (fields_.size() < kMostFields) {
            fields_[path] = 1;
        }
    }
    if (changes.size() > kFieldsOfExample) changes.resize(kFieldsOfExample);
    return tell(Example::Kind::Changed, &a, &b, std::move(changes));
}

/// An output that only one session has: it counts when the other has what caused it.
Status Outputs::alone(const Row& row, std::size_t side, Scratch& scratch) {
    OutputPair& out = outputOf(row);
    if (row.hash != 0) {
        auto& known = causes_.at(side);
        if (!known) {
            auto statement = scratch.prepare(side == 0 ? "SELECT 1 FROM ev_b WHERE hash = ?1 AND ord = ?2"
                                                       : "SELECT 1 FROM ev_a WHERE hash = ?1 AND ord = ?2");
            if (!statement) return passOn(statement);
            known = std::move(*statement);
        }
        known->bind(1, row.hash);
        known->bind(2, row.ordinal);
        const int found = known->step();
        known->reset();
        if (found != SQLITE_ROW) {
            ++out.no_cause.at(side);
            return {};
        }
    }
    ++(side == 0 ? out.missing : out.extra);
    return tell(side == 0 ? Example::Kind::Missing : Example::Kind::Extra, side == 0 ? &row : nullptr,
                side == 0 ? nullptr : &row, {});
}

/// Of the outputs that both have, with one key: those that the second session has before one that they stand
/// behind in the first.
Status Outputs::reordered(Scratch& scratch) {
    auto statement =
        scratch.prepare("SELECT f, t, k, pa, oa, pb, ob, ea, eb, ca FROM pr ORDER BY f, t, k, pa, oa");
    if (!statement) return passOn(statement);
    Rows rows(scratch, std::move(*statement));
    std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t> group{-1, 0, 0, 0};
    std::map<std::int64_t, std::int64_t> highest;  // by partition in the second session
    for (;;) {
        if (Status s = rows.advance(); !s) return s;
        if (rows.done()) return {};
        const std::tuple now{rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3)};
        if (now != group) highest.clear();
        group = now;
        const std::int64_t offset = rows.integer(6);
        const auto [at, first] = highest.try_emplace(rows.integer(5), offset);
        if (first || offset > at->second) {
            at->second = offset;
            continue;
        }
        Row a;
        a.function = rows.integer(0);
        a.topic = rows.integer(1);
        a.partition = rows.integer(3);
        a.offset = rows.integer(4);
        a.event = rows.integer(7);
        a.cause = rows.integer(9);
        Row b = a;
        b.partition = rows.integer(5);
        b.offset = offset;
        b.event = rows.integer(8);
        ++outputOf(a).reordered;
        if (Status s = tell(Example::Kind::Reordered, &a, &b, {}); !s) return s;
    }
}

Result<std::optional<Place>> Outputs::placeOf(std::size_t side, std::int64_t event) {
    if (event == 0) return std::optional<Place>{};
    auto rows = sessions_.at(side).reader->events(EventId{event}, 1, 0);
    if (!rows) return passOn(rows);
    if (rows->empty() || rows->front().id.value != event) return std::optional<Place>{};
    const auto name = sessions_.at(side).topic_names.find(rows->front().topic);
    return std::optional{Place{name == sessions_.at(side).topic_names.end() ? "" : name->second,
                               rows->front().partition, rows->front().offset}};
}

Status Outputs::tell(Example::Kind kind, const Row* a, const Row* b, std::vector<FieldChange> fields) {
    if (told_[kind]++ >= options_.examples) return {};
    const Row& row = a != nullptr ? *a : *b;
    const std::size_t side = a != nullptr ? 0 : 1;
    const std::string& topic = numbers_.topics.at(static_cast<std::size_t>(row.topic));
    Example e;
    e.kind = kind;
    e.function = numbers_.functions.at(static_cast<std::size_t>(row.function))[0];
    e.fields = std::move(fields);
    if (a != nullptr) e.place[0] = Place{topic, static_cast<std::int32_t>(a->partition), a->offset};
    if (b != nullptr) e.place[1] = Place{topic, static_cast<std::int32_t>(b->partition), b->offset};
    auto cause = placeOf(side, row.cause);
    if (!cause) return passOn(cause);
    e.cause = std::move(*cause);
    if (row.event != 0) {
        auto event = sessions_.at(side).reader->events(EventId{row.event}, 1, 0);
        if (!event) return passOn(event);
        if (!event->empty()) e.key = std::move(event->front().key);
    }
    result_.examples.push_back(std::move(e));
    return {};
}

}  // namespace weir::compare
