// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/histogram.h"
#include "journal/rollup.h"
#include "journal/session_reader.h"
#include "lanes/lane_store.h"
#include "session/selection.h"

#include <QString>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/// What the Latency view draws, prepared on a reader's thread from the session's roll-ups. The cost follows
/// the columns, not the events.
namespace weir::views {

enum class LatencyMeasure { Total, Wait, Run };

struct LatencyQuestion {
    journal::RollupKey key;
    LatencyMeasure measure = LatencyMeasure::Total;
    TimeRange range{0, 1};
    int columns = 200;
    bool operator==(const LatencyQuestion&) const = default;
};

/// Percentiles of one column in nanoseconds; negative: nothing ended in it.
struct LatencyColumn {
    double p50 = -1, p95 = -1, p99 = -1;
    double wait_p95 = -1, run_p95 = -1;
    std::int64_t count = 0;  ///< deliveries (of run: calls)
};

struct LatencyPicture {
    LatencyQuestion question;
    double low = 1e6, high = 1e9;  ///< ends of the value axis, ns
    int rows = 0;                  ///< of the map, from low to high in equal steps of the logarithm
    std::vector<float> cells;      ///< columns × rows, count per cell, by row
    std::vector<LatencyColumn> columns;
    CoarseHistogram all;  ///< of the measure over the range
    CoarseHistogram wait, run, total;
    std::int64_t cold = 0, failed = 0, calls = 0;

    [[nodiscard]] bool empty() const { return all.empty(); }
    [[nodiscard]] float cell(int column, int row) const {
        return cells[static_cast<std::size_t>(row) * columns.size() + static_cast<std::size_t>(column)];
    }
};

/// Figures of the calls in `matching` only, as roll-ups by scope: buckets of the range for functions,
/// partitions and the session, one for each instance. Of many calls every n-th is counted n times; 1: all
/// were.
struct MatchingFigures {
    std::map<journal::RollupKey, std::vector<journal::RollupRow>> rows;
    std::int64_t every = 1;
};
[[nodiscard]] MatchingFigures matchingFigures(const LaneStore& store, const LaneStore& matching,
                                              TimeRange range, int buckets);
[[nodiscard]] LatencyPicture latencyPicture(const MatchingFigures& figures, const LatencyQuestion& question);

Result<LatencyPicture> latencyPicture(journal::SessionReader& reader, const LatencyQuestion& question);

/// A row of the comparison.
struct LatencyRow {
    journal::RollupKey key;
    QString name;
    std::int64_t deliveries = 0, calls = 0, cold = 0, failed = 0;
    std::array<std::int64_t, 3> wait{-1, -1, -1}, run{-1, -1, -1}, total{-1, -1, -1};  ///< p50, p95, p99
    std::int64_t slowest = -1;
};

enum class LatencyBy { Function, Partition, Instance };

/// Of the matches.
[[nodiscard]] std::vector<LatencyRow> latencyRows(const MatchingFigures& figures, LatencyBy by);
/// All functions, partitions or instances over a range. Instances keep figures of the whole session only.
Result<std::vector<LatencyRow>> latencyRows(journal::SessionReader& reader, LatencyBy by, TimeRange range);

/// The picture as a table for other programs: a line per column and cell that holds something, times and
/// durations in nanoseconds.
[[nodiscard]] QByteArray latencyCsv(const LatencyPicture& picture);

}  // namespace weir::views
