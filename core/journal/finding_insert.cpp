// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/finding_insert.h"

#include "journal/bytes_json.h"

#include <string_view>

namespace weir::journal {

FindingInsert::FindingInsert(sqlite3* db)
    : finding_(db, "INSERT INTO finding VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      check_(db, "INSERT OR REPLACE INTO order_check VALUES (1,?,?,?,?,?)"),
      count_(db, "INSERT OR REPLACE INTO finding_count VALUES (?,?,?)"),
      clear_findings_(db, "DELETE FROM finding"),
      clear_counts_(db, "DELETE FROM finding_count") {}

int FindingInsert::prepared() const noexcept {
    for (const sqlite::Statement* s : {&finding_, &check_, &count_, &clear_findings_, &clear_counts_}) {
        if (s->prepared() != SQLITE_OK) return s->prepared();
    }
    return SQLITE_OK;
}

int FindingInsert::insert(std::span<const FindingRow> findings) {
    for (const FindingRow& f : findings) {
        const bool placed = f.kind != "key-split";
        const auto ifPlaced = [&](std::int64_t v) { return placed ? std::optional{v} : std::nullopt; };
        int at = 0;
        finding_.bind(++at, f.kind);
        finding_.bind(++at, f.severity);
        f.cause.empty() ? finding_.bind(++at, nullptr) : finding_.bind(++at, f.cause);
        finding_.bind(++at, f.function);
        finding_.bind(++at, f.topic.value);
        finding_.bind(++at, ifPlaced(f.partition));
        finding_.bind(++at, ifPlaced(f.first_offset));
        finding_.bind(++at, ifPlaced(f.last_offset));
        ++at;
        if (!f.key) {
            finding_.bind(at, nullptr);
        } else if (isPlainText(*f.key)) {
            finding_.bind(at, *f.key);
        } else {
            sqlite3_bind_blob64(finding_.get(), at, f.key->data(), f.key->size(), SQLITE_STATIC);
        }
        if (f.against_topic) {
            finding_.bind(++at, f.against_topic);
            finding_.bind(++at, f.against_partition);
            finding_.bind(++at, f.against_offset);
        } else {
            for (int i = 0; i < 3; ++i) finding_.bind(++at, nullptr);
        }
        finding_.bind(++at, f.invocation);
        f.kind == "late" ? finding_.bind(++at, f.lateness) : finding_.bind(++at, nullptr);
        finding_.bind(++at, f.at);
        if (const int rc = finding_.finish(); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int FindingInsert::summary(const OrderSummaryRow& check, std::span<const FindingCountRow> counts) {
    const std::string_view bounded = check.bounded.empty() ? std::string_view{} : check.bounded;
    int rc = check_.run(check.events, check.deliveries, check.open, check.displaced, bounded);
    for (const FindingCountRow& count : counts) {
        if (rc != SQLITE_OK) break;
        rc = count_.run(count.kind, count.severity, count.units);
    }
    return rc;
}

int FindingInsert::clear() {
    const int rc = clear_findings_.run();
    return rc == SQLITE_OK ? clear_counts_.run() : rc;
}

}  // namespace weir::journal
