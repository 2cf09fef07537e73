// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/rollup_store.h"

#include <array>
#include <string>

namespace weir::journal {
namespace {

std::string insertSql(const char* table, std::size_t columns) {
    std::string sql = std::string("INSERT OR REPLACE INTO ") + table + " VALUES (?";
    for (std::size_t i = 1; i < columns; ++i) sql += ",?";
    return sql + ")";
}

constexpr std::size_t kKeyColumns = 3;
constexpr std::size_t kGauges = 4;
constexpr std::size_t kBucketColumns = kKeyColumns + 3 + kRollupCounts + kGauges + 3;
constexpr std::size_t kTotalColumns = kKeyColumns + kRollupCounts + kGauges + 6 + 8;

/// Binds the parameters of a statement one after the other.
class Binder {
  public:
    explicit Binder(sqlite::Statement& statement) : statement_(statement) {}

    template <typename T>
    void operator()(const T& value) {
        statement_.bind(++at_, value);
    }
    void operator()(const RollupKey& key) {
        (*this)(word(key.scope));
        (*this)(key.id);
        (*this)(key.partition);
    }
    void operator()(const RollupCounts& counts) {
        for (const std::int64_t v : counts.values) (*this)(v);
    }
    void operator()(const RollupGauges& gauges) {
        (*this)(gauges.waiting);
        (*this)(gauges.waiting_most);
        (*this)(gauges.lag_most);
        (*this)(gauges.running_most);
    }
    void operator()(const RollupSpan& span) {
        (*this)(span.first);
        (*this)(span.last);
    }
    template <int SubBits>
    void operator()(const BasicHistogram<SubBits>& histogram) {
        const std::string bytes = histogram.encode();
        if (bytes.empty()) {
            (*this)(nullptr);
        } else {
            sqlite3_bind_blob64(statement_.get(), ++at_, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
        }
    }

  private:
    sqlite::Statement& statement_;
    int at_ = 0;
};

}  // namespace

const char* word(RollupScope scope) {
    constexpr std::array<const char*, 4> kWords{"session", "function", "partition", "instance"};
    return kWords[static_cast<std::size_t>(scope)];
}

RollupStore::RollupStore(sqlite3* db)
    : bucket_(db, insertSql("rollup", kBucketColumns)),
      total_(db, insertSql("rollup_total", kTotalColumns)),
      cold_start_(db, insertSql("cold_start", 12)),
      arrival_(db, "SELECT received_ns FROM event WHERE id=? AND capture IS NOT 'unrecorded'") {}

int RollupStore::prepared() const noexcept {
    for (const sqlite::Statement* s : {&bucket_, &total_, &cold_start_, &arrival_}) {
        if (s->prepared() != SQLITE_OK) return s->prepared();
    }
    return SQLITE_OK;
}

std::optional<TimeNs> RollupStore::findArrival(EventId event) {
    arrival_.bind(1, event.value);
    std::optional<TimeNs> at;
    if (arrival_.step() == SQLITE_ROW) at = sqlite3_column_int64(arrival_.get(), 0);
    arrival_.reset();
    return at;
}

void RollupStore::run(sqlite::Statement& statement) {
    const int rc = statement.finish();
    if (failed_ == SQLITE_OK) failed_ = rc;
}

void RollupStore::bucket(const RollupKey& key, DurationNs width, TimeNs start, bool refined,
                         const RollupCell& cell) {
    Binder bind(bucket_);
    bind(key);
    bind(width);
    bind(start);
    bind(refined);
    bind(cell.counts);
    bind(cell.gauges);
    bind(cell.wait);
    bind(cell.run);
    bind(cell.total);
    run(bucket_);
}

void RollupStore::total(const RollupTotal& total) {
    Binder bind(total_);
    bind(total.key);
    bind(total.counts);
    bind(total.gauges);
    bind(total.arrivals);
    bind(total.starts);
    bind(total.ends);
    for (const Histogram* h : {&total.arrival, &total.gather, &total.queue, &total.wait, &total.run,
                               &total.total, &total.output, &total.init}) {
        bind(*h);
    }
    run(total_);
}

void RollupStore::coldStart(const ColdStart& cold) {
    Binder bind(cold_start_);
    bind(cold.instance);
    bind(cold.function);
    bind(cold.invocation);
    bind(cold.started);
    bind(cold.ready);
    bind(cold.called);
    bind(cold.waiting_before);
    bind(cold.waiting_after);
    bind(cold.events);
    bind(cold.added);
    bind(cold.added_most);
    bind(cold.worked_off);
    run(cold_start_);
}

}  // namespace weir::journal
