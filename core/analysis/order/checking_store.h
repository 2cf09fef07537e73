// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/checker.h"
#include "base/error.h"
#include "journal/finding_rows.h"
#include "journal/journal.h"
#include "journal/session_writer.h"

#include <memory>
#include <string>
#include <vector>

namespace weir::analysis::order {

/// Findings as they are stored, and back.
[[nodiscard]] journal::FindingRow rowOf(const Finding& finding);
[[nodiscard]] Finding findingOf(const journal::FindingRow& row);
[[nodiscard]] journal::OrderSummaryRow rowOf(const Summary& summary);
[[nodiscard]] std::vector<journal::FindingCountRow> rowsOf(const Counts& counts);
[[nodiscard]] Summary summaryOf(const journal::OrderSummaryRow& check,
                                const std::vector<journal::FindingCountRow>& counts);

/// A session file whose facts are checked for order while they are written. What is found stands in the
/// session with the next flush; at the end it is exact. Facts that came in an order which changes earlier
/// judgements are read back at the end and checked once more.
///
/// Threads: as journal::FactStore, the journal's.
class CheckingStore final : public journal::FactStore, private FindingSink {
  public:
    /// `path` is the file of `writer`.
    CheckingStore(std::unique_ptr<journal::SessionWriter> writer, std::string path,
                  CheckOptions options = {});
    ~CheckingStore() override;

    Status write(std::span<const facts::Fact> facts) override;
    Status flush() override;
    void idle() override { writer_->idle(); }
    Status finish() override;

  private:
    void found(const Finding& finding) override { found_.push_back(rowOf(finding)); }
    Status store();
    Status checkAgain();

    const std::unique_ptr<journal::SessionWriter> writer_;
    const std::string path_;
    const CheckOptions options_;
    std::unique_ptr<Checker> checker_;
    std::vector<journal::FindingRow> found_;  // not stored yet
};

}  // namespace weir::analysis::order
