// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/session_check.h"
#include "analysis/order/thresholds.h"

#include <optional>
#include <string>
#include <vector>

namespace weir::analysis::order {

/// For people: the figures, then findings in groups, the worst of each in a sentence. Ends with a line end.
[[nodiscard]] std::string checkText(const SessionCheck& check);
/// One JSON object; docs/order.md has its fields. Thresholds stand in it when there are any.
[[nodiscard]] std::string checkJson(const SessionCheck& check, const std::vector<Threshold>& thresholds = {});
/// One JSON object a line for each broken unit.
[[nodiscard]] std::string checkNdjson(const SessionCheck& check);
/// JUnit XML with a test case for each kind, failed when a unit of it is at or over `fail_on` (nothing:
/// never), and one for each threshold, failed when a function is over it.
[[nodiscard]] std::string checkJunit(const SessionCheck& check, std::optional<Severity> fail_on,
                                     const std::vector<Threshold>& thresholds = {});
/// What a function has of a threshold that it does not keep to, in a sentence; the name as it is.
[[nodiscard]] std::string sentence(const Threshold& threshold, const Threshold::Measured& function);

/// One unit in a sentence.
[[nodiscard]] std::string sentence(const SessionCheck& check, const Finding& finding, std::int64_t offset);

/// Whether any unit is at or over a severity.
[[nodiscard]] bool anyAtOrOver(const Counts& counts, Severity severity);

}  // namespace weir::analysis::order
