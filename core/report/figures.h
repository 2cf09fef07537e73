// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/data.h"
#include "report/figure.h"

/// The pictures of a report, `width` wide.
namespace weir::report {

/// Events a second over time, with rebalances, cold starts and findings.
[[nodiscard]] Figure throughputFigure(const ReportData& data, double width);
/// p50 and p99 of total over time, on a logarithmic axis.
[[nodiscard]] Figure latencyFigure(const ReportData& data, double width);
/// Topics and functions, with what went between them.
[[nodiscard]] Figure flowFigure(const ReportData& data, double width);
/// The calls of a finding in the order that was expected, and in that in which they ended.
[[nodiscard]] Figure orderFigure(const Example& example, double width);
/// Per function: wait and run of the median event, to scale.
[[nodiscard]] Figure functionsFigure(const ReportData& data, double width);

}  // namespace weir::report
