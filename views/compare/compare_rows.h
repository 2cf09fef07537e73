// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/compare_table.h"
#include "replay/compare/compare.h"

#include <QString>

#include <vector>

/// A comparison in words and rows. Values, without widgets; A is the first session, B the second.
namespace weir::views {

using CompareRows = std::vector<CompareTable::Row>;

// Heads and rows of a table each belong together.
[[nodiscard]] std::vector<CompareHead> outputHeads();
[[nodiscard]] CompareRows outputRows(const compare::Comparison& c);
/// Order findings, what succeeded in one session only, calls that failed.
[[nodiscard]] std::vector<CompareHead> orderHeads();
[[nodiscard]] CompareRows orderRows(const compare::Comparison& c);
/// Durations and cold calls of each function.
[[nodiscard]] std::vector<CompareHead> timeHeads();
[[nodiscard]] CompareRows timeRows(const compare::Comparison& c);
[[nodiscard]] std::vector<CompareHead> exampleHeads();
[[nodiscard]] CompareRows exampleRows(const compare::Comparison& c);
/// Of one output: a row for each field that differs.
[[nodiscard]] std::vector<CompareHead> changeHeads();
[[nodiscard]] CompareRows changeRows(const compare::Example& example);

/// `Outputs are the same, order differs`.
[[nodiscard]] QString verdictOf(const compare::Comparison& c);
/// What differs, most important first, and what was matched how.
[[nodiscard]] QString detailsOf(const compare::Comparison& c);
[[nodiscard]] QString wordOf(compare::Example::Kind kind);
/// `bids/3 @ 72 990`.
[[nodiscard]] QString placeText(const compare::Place& place);
/// `+34 %`, `−12 %`, `3.2 ×`; empty when there is nothing to divide by.
[[nodiscard]] QString changeText(double change);

}  // namespace weir::views
