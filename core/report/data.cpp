// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/data.h"

#include "base/text.h"
#include "journal/session_file.h"
#include "journal/session_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace weir::report {
namespace {

using journal::collectRows;
using journal::RowReader;
using journal::SessionFile;

constexpr std::size_t kMostNotes = 200;
constexpr const char* kPrices = "aws-x86";
constexpr int kAssumedMemoryMb = 128;  // where the session does not say it

template <typename Rows, typename Id>
std::string nameOf(const Rows& rows, Id id) {
    for (const auto& row : rows) {
        if (row.id == id) return row.name;
    }
    return {};
}

Result<std::int64_t> count(SessionFile& file, const char* sql) {
    auto rows = collectRows(file, sql, [](RowReader& row) { return row.maybeInteger().value_or(0); });
    if (!rows) return passOn(rows);
    return rows->empty() ? 0 : rows->front();
}

Status readCapture(SessionFile& file, ReportData& data) {
    auto rows = collectRows(file, "SELECT capture, capture_bytes FROM session", [](RowReader& row) {
        std::string capture = row.textOrEmpty();
        return std::pair{std::move(capture), row.maybeInteger().value_or(0)};
    });
    if (!rows) return passOn(rows);
    if (!rows->empty()) std::tie(data.capture, data.capture_bytes) = rows->front();
    return {};
}

Status readLosses(SessionFile& file, ReportData& data) {
    auto rows = collectRows(file,
                            "SELECT function_id, topic_id, reason, sum(last_offset - first_offset + 1), "
                            "min(at_ns), max(at_ns) FROM "
                            "skip GROUP BY 1, 2, 3 ORDER BY 4 DESC",
                            [&](RowReader& row) {
                                Loss loss;
                                loss.function = data.functionName(row.id<FunctionId>());
                                loss.topic = data.topicName(row.id<TopicId>());
                                loss.reason = row.textOrEmpty();
                                loss.events = row.maybeInteger().value_or(0);
                                loss.first_at = row.time();
                                loss.last_at = row.time();
                                return loss;
                            });
    if (!rows) return passOn(rows);
    data.losses = std::move(*rows);
    return {};
}

Status readNotes(SessionFile& file, ReportData& data) {
    auto rows = collectRows(file, "SELECT at_ns, text FROM note ORDER BY id", [](RowReader& row) {
        const TimeNs at = row.time();
        return Note{at, row.textOrEmpty()};
    });
    if (!rows) return passOn(rows);
    data.notes = std::move(*rows);
    if (data.notes.size() > kMostNotes) data.notes.resize(kMostNotes);
    return {};
}

Status readRebalances(SessionFile& file, ReportData& data) {
    auto rows =
        collectRows(file,
                    "SELECT min(at_ns), count(*) FROM assignment WHERE epoch > 1 AND state = 'assigned' "
                    "GROUP BY at_ns / 1000000000 ORDER BY 1 LIMIT 50",
                    [](RowReader& row) {
                        const TimeNs at = row.time();
                        return Rebalance{at, row.maybeInteger().value_or(0)};
                    });
    if (!rows) return passOn(rows);
    data.rebalances = std::move(*rows);
    return {};
}

/// Edges between topics and functions (deliveries counted by the partition of a call's first event), and what
/// the calls cost: one pass over the calls for both.
Status readCalls(journal::SessionReader& reader, ReportData& data) {
    auto prices = analysis::loadPrices(kPrices);
    if (!prices) return passOn(prices);
    const auto calls = reader.callTotals(prices->round, prices->least, prices->init_billed);
    if (!calls) return tl::unexpected<Error>(calls.error());
    for (const journal::CallTotalsRow& row : *calls) {
        if (row.topic) data.flow.push_back({row.topic, row.function, row.events, row.failed, false});
    }
    data.cost = analysis::costOf(data.functions, *calls, std::move(*prices), kAssumedMemoryMb);
    const auto outputs = reader.outputCounts(1, std::numeric_limits<std::int64_t>::max());
    if (!outputs) return tl::unexpected<Error>(outputs.error());
    for (const journal::OutputCountRow& row : *outputs)
        data.flow.push_back({row.topic, row.function, row.outputs, 0, true});
    return {};
}

void sayWhatIsLeftOut(ReportData& data) {
    const auto say = [&](std::string words) { data.left_out.push_back(std::move(words)); };
    if (data.origin)
        say("This is a part: " + journal::words(*data.origin) +
            ". Calls are told with the chosen ones of their events only.");
    if (data.capture == "none") {
        say("Values were not captured; their sizes were.");
    } else if (data.capture == "prefix") {
        say(fmt::format("Of each value the first {} were captured.", formatSize(data.capture_bytes)));
    }
    if (data.unrecorded > 0) {
        say(fmt::format("{} events are named by calls although no record of them arrived.",
                        formatCount(data.unrecorded)));
    }
    if (data.holes > 0) {
        say(fmt::format(
            "{} offsets hold no record (transaction markers, aborted, compacted or expired records).",
            formatCount(data.holes)));
    }
    if (data.stats.calls.in_flight > 0) {
        say(fmt::format("{} calls were in flight when the session ended; how they ended is not known.",
                        formatCount(data.stats.calls.in_flight)));
    }
    if (!data.info.ended) say("The recording is still running, or its program was stopped at once.");
    if (data.info.mode == facts::Mode::Observe) {
        say("Functions were watched from outside: starts, instances and attempts of their calls are not "
            "known.");
    }
    if (!data.order) say("Order was not checked in this session.");
    if (data.order && !data.order->bounded.empty()) say("Order: " + data.order->bounded);
}

}  // namespace

std::string ReportData::topicName(TopicId id) const {
    return nameOf(topics, id);
}
std::string ReportData::functionName(FunctionId id) const {
    return nameOf(functions, id);
}

Result<ReportData> gather(journal::SessionReader& reader, const std::string& path) {
    return gather(reader, path, reader);
}

Result<ReportData> gather(journal::SessionReader& reader, const std::string& path,
                          journal::SessionReader& whole) {
    ReportData data;
    data.file = std::filesystem::path(path).filename().string();
    auto info = reader.info();
    if (!info) return passOn(info);
    data.info = std::move(*info);
    auto origin = journal::originOf(reader);
    if (!origin) return passOn(origin);
    data.origin = std::move(*origin);
    if (&whole != &reader) {
        const auto file = whole.info();
        if (!file) return tl::unexpected<Error>(file.error());
        data.info.file_bytes = file->file_bytes;
        data.info.schema_version = file->schema_version;
    }
    auto extent = reader.extent();
    if (!extent) return passOn(extent);
    data.first = extent->first_at;
    data.last = extent->last_at;
    auto stats = analysis::sessionStats(reader);
    if (!stats) return passOn(stats);
    data.stats = std::move(*stats);
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    data.topics = std::move(*topics);
    auto functions = reader.functions();
    if (!functions) return passOn(functions);
    data.functions = std::move(*functions);
    auto triggers = reader.triggers();
    if (!triggers) return passOn(triggers);
    data.triggers = std::move(*triggers);
    for (const journal::TopicRow& topic : data.topics) {
        std::int64_t events = 0;
        for (const auto& p : data.stats.partitions) events += p.topic == topic.id ? p.events : 0;
        data.topic_events.push_back(events);
    }
    SessionFile& file = reader.file();
    if (Status s = readCapture(whole.file(), data); !s) return passOn(s);
    for (const auto read : {readLosses, readNotes, readRebalances}) {
        if (Status s = read(file, data); !s) return passOn(s);
    }
    auto unrecorded =
        count(file, "SELECT sum(last_offset - first_offset + 1) FROM event_run WHERE value_bytes IS NULL");
    if (!unrecorded) return passOn(unrecorded);
    data.unrecorded = *unrecorded;
    auto holes = count(file, "SELECT sum(last_offset - first_offset + 1) FROM hole");
    if (!holes) return passOn(holes);
    data.holes = *holes;
    auto timeline = readTimeline(reader, data.first, data.last);
    if (!timeline) return passOn(timeline);
    data.timeline = std::move(*timeline);
    if (Status s = readCalls(reader, data); !s) return passOn(s);
    auto order = readOrder(reader, data);
    if (!order) return passOn(order);
    data.order = std::move(*order);
    sayWhatIsLeftOut(data);
    return data;
}

}  // namespace weir::report
