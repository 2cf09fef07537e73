// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/checking_store.h"

#include "analysis/order/session_check.h"

#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::size_t kMostWaiting = 10'000;  // findings, before they are written

}  // namespace

journal::FindingRow rowOf(const Finding& finding) {
    journal::FindingRow row;
    row.kind = word(finding.kind);
    row.severity = word(finding.severity);
    row.cause = word(finding.cause);
    row.function = finding.function;
    row.topic = finding.topic;
    row.partition = finding.partition;
    row.first_offset = finding.first;
    row.last_offset = finding.last;
    row.key = finding.key;
    if (finding.against) {
        row.against_topic = finding.against->topic;
        row.against_partition = finding.against->partition;
        row.against_offset = finding.against->offset;
    }
    row.invocation = finding.invocation;
    row.lateness = finding.lateness;
    row.at = finding.at;
    return row;
}

Finding findingOf(const journal::FindingRow& row) {
    Finding f;
    f.kind = kindOf(row.kind).value_or(Kind::Regression);
    f.severity = severityOf(row.severity).value_or(Severity::Note);
    f.cause = row.cause.empty() ? Cause::Unknown : causeOf(row.cause).value_or(Cause::Unknown);
    f.function = row.function;
    f.topic = row.topic;
    f.partition = row.partition;
    f.first = row.first_offset;
    f.last = row.last_offset;
    f.key = row.key;
    if (row.against_topic) f.against = Place{row.against_topic, row.against_partition, row.against_offset};
    f.invocation = row.invocation;
    f.lateness = row.lateness;
    f.at = row.at;
    return f;
}

journal::OrderSummaryRow rowOf(const Summary& s) {
    return {s.events, s.deliveries, s.open, s.displaced, s.bounded};
}

std::vector<journal::FindingCountRow> rowsOf(const Counts& counts) {
    std::vector<journal::FindingCountRow> rows;
    Counts all = counts;
    for (const Kind kind : kKinds) {
        for (const Severity severity : {Severity::Note, Severity::Warn, Severity::Error}) {
            const std::int64_t units = all.of(kind, severity);
            if (units > 0) rows.push_back({word(kind), word(severity), units});
        }
    }
    return rows;
}

Summary summaryOf(const journal::OrderSummaryRow& check,
                  const std::vector<journal::FindingCountRow>& counts) {
    Summary summary;
    summary.events = check.events;
    summary.deliveries = check.deliveries;
    summary.open = check.open;
    summary.displaced = check.displaced;
    summary.bounded = check.bounded;
    for (const journal::FindingCountRow& row : counts) {
        const auto kind = kindOf(row.kind);
        const auto severity = severityOf(row.severity);
        if (kind && severity) summary.counts.of(*kind, *severity) += row.units;
    }
    return summary;
}

CheckingStore::CheckingStore(std::unique_ptr<journal::SessionWriter> writer, std::string path,
                             CheckOptions options)
    : writer_(std::move(writer)),
      path_(std::move(path)),
      options_(options),
      checker_(std::make_unique<Checker>(static_cast<FindingSink&>(*this), options)) {}

CheckingStore::~CheckingStore() = default;

Status CheckingStore::write(std::span<const facts::Fact> facts) {
    if (Status s = writer_->write(facts); !s) return s;
    for (const facts::Fact& fact : facts) {
        checker_->take(fact);
        if (found_.size() < kMostWaiting) continue;
        if (Status s = writer_->writeFindings(found_); !s) return s;
        found_.clear();
    }
    return {};
}

Status CheckingStore::flush() {
    if (Status s = store(); !s) return s;
    return writer_->flush();
}

Status CheckingStore::store() {
    checker_->flush();
    if (!found_.empty()) {
        if (Status s = writer_->writeFindings(found_); !s) return s;
        found_.clear();
    }
    const Summary summary = checker_->summary();
    return writer_->writeOrderCheck(rowOf(summary), rowsOf(summary.counts));
}

Status CheckingStore::finish() {
    checker_->finish();
    if (Status s = checker_->mustCheckAgain() ? checkAgain() : store(); !s) {
        (void)writer_->finish();  // all but the order check
        return s;
    }
    return writer_->finish();
}

Status CheckingStore::checkAgain() {
    if (Status s = writer_->flush(); !s) return s;
    checker_.reset();
    found_.clear();
    const auto summary = checkFromRows(path_, *this, options_);
    if (!summary) return tl::unexpected<Error>(summary.error());
    if (Status s = writer_->clearFindings(); !s) return s;
    if (Status s = writer_->writeFindings(found_); !s) return s;
    found_.clear();
    return writer_->writeOrderCheck(rowOf(*summary), rowsOf(summary->counts));
}

}  // namespace weir::analysis::order
