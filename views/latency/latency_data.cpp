// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/latency_data.h"

#include "format/format.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace weir::views {
namespace {

using journal::RollupCount;
using journal::RollupKey;
using journal::RollupRow;
using journal::RollupScope;

constexpr int kRows = 44;
constexpr int kTableBuckets = 60;  ///< resolution of a range in the comparison

const CoarseHistogram& histogramOf(const RollupRow& row, LatencyMeasure measure) {
    switch (measure) {
        case LatencyMeasure::Wait:
            return row.cell.wait;
        case LatencyMeasure::Run:
            return row.cell.run;
        case LatencyMeasure::Total:
            break;
    }
    return row.cell.total;
}

double percentileOf(const CoarseHistogram& h, double quantile) {
    return h.empty() ? -1 : static_cast<double>(h.percentile(quantile));
}

DurationNs finestFor(TimeRange range, int parts) {
    const DurationNs wanted = (range.second - range.first) / std::max(1, parts);
    DurationNs finest = 0;
    for (const DurationNs width : journal::kRollupWidths) {
        if (width <= wanted) finest = width;
    }
    return finest;
}

/// The axis: from a little below the fastest to a little above the slowest, at least a decade.
void fitAxis(LatencyPicture& picture) {
    double low = std::max<double>(1'000, static_cast<double>(picture.all.min()) * 0.8);
    double high = std::max(low * 2, static_cast<double>(picture.all.max()) * 1.25);
    // A handful of very fast ones must not squeeze the rest.
    low = std::max(low, static_cast<double>(picture.all.percentile(0.001)) * 0.5);
    if (high / low < 10) {
        const double middle = std::sqrt(low * high);
        low = middle / std::sqrt(10.0);
        high = middle * std::sqrt(10.0);
    }
    picture.low = low;
    picture.high = high;
}

class MapFiller {
  public:
    explicit MapFiller(LatencyPicture& picture)
        : picture_(picture),
          log_low_(std::log(picture.low)),
          step_((std::log(picture.high) - log_low_) / kRows),
          columns_(static_cast<int>(picture.columns.size())) {}

    void add(const CoarseHistogram& h, int first, int last) {
        const double share = 1.0 / (last - first + 1);
        h.forEachBucket([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
            const double value =
                std::sqrt(std::max(1.0, static_cast<double>(low)) * std::max(1.0, static_cast<double>(high)));
            // A bucket may be higher than a row: its count is spread over the rows that it touches.
            const int from = rowOf(std::max(1.0, static_cast<double>(low)));
            const int to =
                std::max(from, rowOf(value * value / std::max(1.0, static_cast<double>(low)) * 0.999));
            const double part = static_cast<double>(count) * share / (to - from + 1);
            for (int row = from; row <= to; ++row) {
                for (int c = first; c <= last; ++c)
                    picture_.cells[static_cast<std::size_t>(row * columns_ + c)] += static_cast<float>(part);
            }
        });
    }

  private:
    [[nodiscard]] int rowOf(double value) const {
        return std::clamp(static_cast<int>((std::log(value) - log_low_) / step_), 0, kRows - 1);
    }

    LatencyPicture& picture_;
    const double log_low_, step_;
    const int columns_;
};

LatencyPicture pictureOf(const std::vector<RollupRow>& rows, const LatencyQuestion& q) {
    LatencyPicture picture;
    picture.question = q;
    picture.columns.resize(static_cast<std::size_t>(std::max(1, q.columns)));
    for (const RollupRow& row : rows) {
        picture.all.merge(histogramOf(row, q.measure));
        picture.wait.merge(row.cell.wait);
        picture.run.merge(row.cell.run);
        picture.total.merge(row.cell.total);
        picture.cold += row.cell.counts[RollupCount::ColdStarts];
        picture.failed += row.cell.counts[RollupCount::Failed];
        picture.calls += row.cell.counts[RollupCount::Invocations];
    }
    if (picture.all.empty()) return picture;
    fitAxis(picture);
    picture.rows = kRows;
    picture.cells.assign(picture.columns.size() * kRows, 0);
    MapFiller filler(picture);
    const double width =
        static_cast<double>(q.range.second - q.range.first) / static_cast<double>(picture.columns.size());
    const auto columnOf = [&](TimeNs at) {
        return std::clamp(static_cast<int>(static_cast<double>(at - q.range.first) / width), 0,
                          static_cast<int>(picture.columns.size()) - 1);
    };
    // Buckets may be narrower or wider than a column: each column gets what touches it.
    std::map<int, std::pair<journal::RollupCell, CoarseHistogram>> merged;
    for (const RollupRow& row : rows) {
        const CoarseHistogram& h = histogramOf(row, q.measure);
        if (h.empty()) continue;
        const int first = columnOf(row.start);
        const int last = std::max(first, columnOf(row.start + row.width - 1));
        filler.add(h, first, last);
        for (int c = first; c <= last; ++c) {
            auto& [cell, measured] = merged[c];
            cell.wait.merge(row.cell.wait);
            cell.run.merge(row.cell.run);
            measured.merge(h);
        }
    }
    for (const auto& [index, column] : merged) {
        LatencyColumn& c = picture.columns[static_cast<std::size_t>(index)];
        c.p50 = percentileOf(column.second, 0.5);
        c.p95 = percentileOf(column.second, 0.95);
        c.p99 = percentileOf(column.second, 0.99);
        c.wait_p95 = percentileOf(column.first.wait, 0.95);
        c.run_p95 = percentileOf(column.first.run, 0.95);
        c.count = static_cast<std::int64_t>(column.second.count());
    }
    return picture;
}

template <typename H>
std::array<std::int64_t, 3> percentiles(const H& h) {
    if (h.empty()) return {-1, -1, -1};
    return {h.percentile(0.5), h.percentile(0.95), h.percentile(0.99)};
}

template <typename Source>
LatencyRow rowOf(const RollupKey& key, const journal::RollupCounts& counts, const Source& source) {
    LatencyRow row;
    row.key = key;
    row.deliveries = counts[RollupCount::Deliveries];
    row.calls = counts[RollupCount::Invocations];
    row.cold = counts[RollupCount::ColdStarts];
    row.failed = counts[RollupCount::Failed];
    row.wait = percentiles(source.wait);
    row.run = percentiles(source.run);
    row.total = percentiles(source.total);
    if (!source.total.empty()) row.slowest = source.total.max();
    return row;
}

RollupScope scopeOf(LatencyBy by) {
    return by == LatencyBy::Function    ? RollupScope::Function
           : by == LatencyBy::Partition ? RollupScope::Partition
                                        : RollupScope::Instance;
}

}  // namespace

Result<LatencyPicture> latencyPicture(journal::SessionReader& reader, const LatencyQuestion& q) {
    auto rows = reader.rollups(q.key, finestFor(q.range, q.columns), q.range.first, q.range.second);
    if (!rows) return passOn(rows);
    return pictureOf(*rows, q);
}

LatencyPicture latencyPicture(const MatchingFigures& figures, const LatencyQuestion& q) {
    const auto rows = figures.rows.find(q.key);
    return pictureOf(rows == figures.rows.end() ? std::vector<RollupRow>() : rows->second, q);
}

std::vector<LatencyRow> latencyRows(const MatchingFigures& figures, LatencyBy by) {
    std::vector<LatencyRow> result;
    for (const auto& [key, rows] : figures.rows) {
        if (key.scope != scopeOf(by)) continue;
        journal::RollupCell cell;
        for (const RollupRow& row : rows) cell.merge(row.cell);
        result.push_back(rowOf(key, cell.counts, cell));
    }
    return result;
}

Result<std::vector<LatencyRow>> latencyRows(journal::SessionReader& reader, LatencyBy by, TimeRange range) {
    auto totals = reader.rollupTotals();
    if (!totals) return passOn(totals);
    const RollupScope scope = scopeOf(by);
    std::vector<LatencyRow> rows;
    for (const auto& total : *totals) {
        if (total.key.scope != scope ||
            total.counts[RollupCount::Invocations] + total.counts[RollupCount::Deliveries] == 0)
            continue;
        if (scope == RollupScope::Instance) {
            rows.push_back(rowOf(total.key, total.counts, total));
            continue;
        }
        auto buckets = reader.rollups(total.key, finestFor(range, kTableBuckets), range.first, range.second);
        if (!buckets) return passOn(buckets);
        journal::RollupCell cell;
        for (const RollupRow& bucket : *buckets) cell.merge(bucket.cell);
        rows.push_back(rowOf(total.key, cell.counts, cell));
    }
    return rows;
}

QByteArray latencyCsv(const LatencyPicture& picture) {
    QByteArray csv = "time_ns,width_ns,p50_ns,p95_ns,p99_ns,from_ns,to_ns,count\n";
    const auto& q = picture.question;
    const double width =
        static_cast<double>(q.range.second - q.range.first) / static_cast<double>(picture.columns.size());
    const double step = (std::log(picture.high) - std::log(picture.low)) / std::max(1, picture.rows);
    const auto number = [](double value) {
        return value < 0 ? QByteArray() : QByteArray::number(static_cast<qint64>(value));
    };
    for (std::size_t c = 0; c < picture.columns.size(); ++c) {
        const LatencyColumn& column = picture.columns[c];
        if (column.count == 0) continue;
        const QByteArray head = QByteArray::number(static_cast<qint64>(q.range.first) +
                                                   static_cast<qint64>(width * static_cast<double>(c))) +
                                ',' + QByteArray::number(static_cast<qint64>(width)) + ',' +
                                number(column.p50) + ',' + number(column.p95) + ',' + number(column.p99) +
                                ',';
        for (int r = 0; r < picture.rows; ++r) {
            const float count = picture.cell(static_cast<int>(c), r);
            if (count <= 0) continue;
            csv += head + number(picture.low * std::exp(step * r)) + ',' +
                   number(picture.low * std::exp(step * (r + 1))) + ',' +
                   QByteArray::number(static_cast<double>(count), 'f', 1) + '\n';
        }
    }
    return csv;
}

}  // namespace weir::views
