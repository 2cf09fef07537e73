// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/data.h"

#include <string>
#include <utility>
#include <vector>

namespace weir::report {

/// As docs/reports.md says; ends with a line end.
[[nodiscard]] std::string toJson(const ReportData& data);
/// A test case for each kind of finding and each function; ends with a line end.
[[nodiscard]] std::string toJunit(const ReportData& data);
/// Name and content of each table, RFC 4180.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> toCsv(const ReportData& data);

}  // namespace weir::report
