// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/checker.h"
#include "journal/facts.h"
#include "unit/analysis/order/judge.h"

#include <vector>

namespace weir::analysis::order::test {

/// Collects findings.
class Collector final : public FindingSink {
  public:
    void found(const Finding& finding) override { findings.push_back(finding); }
    std::vector<Finding> findings;
};

/// Findings spelled out unit by unit; late ones beyond a tolerance only.
[[nodiscard]] std::vector<Unit> unitsOf(const std::vector<Finding>& findings, DurationNs late_tolerance = 0);

/// What the check says of a list of facts, in the judge's form. Checks again when it must.
[[nodiscard]] Verdict checked(const std::vector<facts::Fact>& facts, DurationNs late_tolerance = 0,
                              Bounds bounds = {});

/// The same facts from the first on, and then from the knowledge of all.
[[nodiscard]] Verdict checkedAgain(const std::vector<facts::Fact>& facts, Bounds bounds = {});

}  // namespace weir::analysis::order::test
