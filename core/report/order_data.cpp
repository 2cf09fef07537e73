// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "journal/session_file.h"
#include "journal/session_rows.h"
#include "report/data.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

using journal::collectRows;
using journal::RowReader;
using order::Kind;

constexpr std::size_t kExamples = 3;
constexpr std::size_t kCalls = 5;      // in a picture
constexpr std::int64_t kNear = 2'000;  // calls around the broken one that are looked at
constexpr std::size_t kPartitionsNamed = 20;

template <typename E>
E wordOf(RowReader& row, std::optional<E> (*parse)(std::string_view)) {
    const auto value = parse(row.view());
    row.require(value.has_value());
    return value.value_or(E{});
}

Status readCounts(journal::SessionFile& file, OrderData& data) {
    auto rows = collectRows(file, "SELECT kind, severity, units FROM finding_count", [&](RowReader& row) {
        const Kind kind = wordOf(row, order::kindOf);
        const order::Severity severity = wordOf(row, order::severityOf);
        data.units.at(static_cast<std::size_t>(kind)).at(static_cast<std::size_t>(severity)) = row.integer();
        return 0;
    });
    if (!rows) return passOn(rows);
    return {};
}

Status readGroups(journal::SessionFile& file, const ReportData& report, OrderData& data) {
    auto groups = collectRows(file,
                              "SELECT kind, severity, cause, function_id, topic_id, sum(coalesce(last_offset "
                              "- first_offset, 0) + 1), "
                              "min(at_ns) FROM finding GROUP BY 1, 2, 3, 4, 5",
                              [&](RowReader& row) {
                                  FindingGroup g;
                                  g.kind = wordOf(row, order::kindOf);
                                  g.severity = wordOf(row, order::severityOf);
                                  const std::string cause = row.textOrEmpty();
                                  if (!cause.empty()) g.cause = order::causeOf(cause);
                                  g.function = row.id<FunctionId>();
                                  g.topic_id = row.id<TopicId>();
                                  g.units = row.integer();
                                  g.first_at = row.time();
                                  g.function_name = report.functionName(g.function);
                                  g.topic = report.topicName(g.topic_id);
                                  return g;
                              });
    if (!groups) return passOn(groups);
    data.groups = std::move(*groups);
    std::sort(data.groups.begin(), data.groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::tuple(b.severity, b.units, a.kind) < std::tuple(a.severity, a.units, b.kind);
    });
    for (FindingGroup& g : data.groups) {
        auto partitions = collectRows(
            file,
            "SELECT DISTINCT partition FROM finding WHERE kind = ?1 AND severity = ?2 AND cause IS ?3 AND "
            "function_id IS ?4 AND topic_id = ?5 AND partition IS NOT NULL ORDER BY 1",
            [](RowReader& row) { return row.int32(); }, std::string_view(order::word(g.kind)),
            std::string_view(order::word(g.severity)),
            g.cause ? std::string_view(order::word(*g.cause)) : std::string_view(), g.function, g.topic_id);
        if (!partitions) return passOn(partitions);
        if (partitions->size() > kPartitionsNamed) {
            g.more_partitions = static_cast<std::int64_t>(partitions->size() - kPartitionsNamed);
            partitions->resize(kPartitionsNamed);
        }
        g.partitions = std::move(*partitions);
    }
    return {};
}

/// The finding of a group that broke most events at once, of which there is something to draw.
Result<std::optional<order::Finding>> worstOf(journal::SessionFile& file, const FindingGroup& g) {
    auto rows = collectRows(
        file,
        "SELECT partition, first_offset, last_offset, against_partition, against_offset, invocation_id, "
        "at_ns FROM "
        "finding WHERE kind = ?1 AND severity = ?2 AND cause IS ?3 AND function_id IS ?4 AND topic_id = ?5 "
        "AND "
        "partition IS NOT NULL ORDER BY last_offset - first_offset DESC, id LIMIT 1",
        [&](RowReader& row) {
            order::Finding f;
            f.kind = g.kind;
            f.severity = g.severity;
            f.cause = g.cause.value_or(order::Cause::Unknown);
            f.function = g.function;
            f.topic = g.topic_id;
            f.partition = row.int32();
            f.first = row.integer();
            f.last = row.integer();
            const auto partition = row.maybeInteger();
            const auto offset = row.maybeInteger();
            if (partition && offset)
                f.against = order::Place{f.topic, static_cast<std::int32_t>(*partition), *offset};
            f.invocation = row.id<InvocationId>();
            f.at = row.time();
            return f;
        },
        std::string_view(order::word(g.kind)), std::string_view(order::word(g.severity)),
        g.cause ? std::string_view(order::word(*g.cause)) : std::string_view(), g.function, g.topic_id);
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<order::Finding>{};
    return std::optional<order::Finding>{std::move(rows->front())};
}

bool succeeded(const journal::InvocationRow& call) {
    return call.outcome == facts::Outcome::Success || call.outcome == facts::Outcome::Partial;
}

CallInPicture inPicture(const journal::InvocationRow& call) {
    CallInPicture c;
    c.id = call.id.value;
    c.first = call.first_offset;
    c.last = call.last_offset;
    c.events = call.events;
    c.start = call.start;
    c.end = call.end.value_or(call.start);
    c.attempt = call.attempt;
    c.epoch = call.epoch;
    return c;
}

/// The first successful call with the broken events and those of later events that ended before it.
Status readCalls(journal::SessionReader& reader, Example& example) {
    const order::Finding& f = example.finding;
    const auto event = reader.findEvent(f.topic, f.partition, f.first);
    if (!event) return tl::unexpected<Error>(event.error());
    if (!*event) return {};
    const auto deliveries = reader.deliveries(*event, *event);
    if (!deliveries) return tl::unexpected<Error>(deliveries.error());
    const journal::DeliveryRow* broken = nullptr;
    for (const journal::DeliveryRow& d : *deliveries) {
        const bool good = d.function == f.function && d.outcome == facts::Outcome::Success && d.end;
        if (good && (broken == nullptr || *d.end < *broken->end)) broken = &d;
    }
    if (broken == nullptr) return {};
    const InvocationId from{std::max<std::int64_t>(1, broken->invocation.value - kNear)};
    const auto near = reader.invocations(from, 2 * kNear);
    if (!near) return tl::unexpected<Error>(near.error());
    std::vector<CallInPicture> over;
    std::optional<CallInPicture> own;
    for (const journal::InvocationRow& call : *near) {
        if (call.id == broken->invocation) {
            own = inPicture(call);
            own->broken = true;
        }
        const bool later = call.function == f.function && call.topic == f.topic &&
                           call.partition == f.partition && succeeded(call) && call.end &&
                           *call.end <= *broken->end && call.last_offset > f.last &&
                           call.id != broken->invocation;
        if (later) over.push_back(inPicture(call));
    }
    if (!own || over.empty()) return {};
    std::sort(over.begin(), over.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (over.size() > kCalls - 1) over.resize(kCalls - 1);
    example.calls = std::move(over);
    example.calls.insert(example.calls.begin(), *own);
    example.happened = wordsOf(example);
    return {};
}

/// The call that overlaps or delivers again, and the one that it met.
Status readPair(journal::SessionReader& reader, Example& example) {
    const order::Finding& f = example.finding;
    const bool overlap = f.kind == Kind::Overlap;
    if (!f.invocation || (overlap && !f.against)) return {};
    const order::Place met = overlap ? *f.against : order::Place{f.topic, f.partition, f.first};
    const auto own = reader.invocationsById({f.invocation});
    if (!own) return tl::unexpected<Error>(own.error());
    const auto event = reader.findEvent(met.topic, met.partition, met.offset);
    if (!event) return tl::unexpected<Error>(event.error());
    if (own->empty() || !own->front().end || !*event) return {};
    const auto deliveries = reader.deliveries(*event, *event);
    if (!deliveries) return tl::unexpected<Error>(deliveries.error());
    const journal::DeliveryRow* other = nullptr;
    for (const journal::DeliveryRow& d : *deliveries) {
        if (d.function != f.function || d.invocation == f.invocation || !d.end) continue;
        const bool fits = overlap ? d.start < *own->front().end && own->front().start < *d.end
                                  : d.outcome == facts::Outcome::Success;
        if (fits && (other == nullptr || *d.end < *other->end)) other = &d;
    }
    if (other == nullptr) return {};
    const auto rows = reader.invocationsById({other->invocation});
    if (!rows) return tl::unexpected<Error>(rows.error());
    if (rows->empty()) return {};
    example.calls = {inPicture(own->front()), inPicture(rows->front())};
    example.calls.front().broken = true;
    example.happened = wordsOf(example);
    return {};
}

}  // namespace

Result<std::optional<OrderData>> readOrder(journal::SessionReader& reader, const ReportData& report) {
    journal::SessionFile& file = reader.file();
    OrderData data;
    auto rows = collectRows(file, "SELECT events, deliveries, open, displaced, bounded FROM order_check",
                            [&](RowReader& row) {
                                data.events = row.integer();
                                data.deliveries = row.integer();
                                data.open = row.integer();
                                data.displaced = row.integer();
                                data.bounded = row.textOrEmpty();
                                return 0;
                            });
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<OrderData>{};
    if (Status s = readCounts(file, data); !s) return passOn(s);
    if (Status s = readGroups(file, report, data); !s) return passOn(s);
    for (const FindingGroup& g : data.groups) {
        const bool pair = g.kind == Kind::Overlap || g.kind == Kind::Duplicate;
        const bool drawn = pair || g.kind == Kind::Inversion || g.kind == Kind::Regression;
        if (!drawn || data.examples.size() == kExamples) continue;
        auto finding = worstOf(file, g);
        if (!finding) return passOn(finding);
        if (!*finding) continue;
        Example example{**finding, g.function_name, g.topic, {}, {}};
        if (Status s = pair ? readPair(reader, example) : readCalls(reader, example); !s) return passOn(s);
        if (!example.calls.empty()) data.examples.push_back(std::move(example));
    }
    return std::optional<OrderData>{std::move(data)};
}

}  // namespace weir::report
