// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/data.h"
#include "report/document.h"

namespace weir::report {

/// The report in words, tables and pictures that are `width` wide.
[[nodiscard]] Document compose(const ReportData& data, double width);

// Its parts.
[[nodiscard]] Verdict verdictOf(const ReportData& data);
void composeOrder(const ReportData& data, double width, std::vector<Block>& blocks);
void composeCost(const ReportData& data, std::vector<Block>& blocks);
void composeSession(const ReportData& data, std::vector<Block>& blocks);
[[nodiscard]] Glyph glyphOf(order::Kind kind);
[[nodiscard]] Ink inkOf(order::Severity severity);

}  // namespace weir::report
