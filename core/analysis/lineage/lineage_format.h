// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/aggregate.h"
#include "analysis/lineage/lineage.h"

#include <string>

namespace weir::analysis {

/// A tree of the causes and one of the effects, for a terminal: nothing in it moves a cursor.
[[nodiscard]] std::string lineageText(const Lineage& lineage);
/// As docs/lineage.md says; ends with a line end.
[[nodiscard]] std::string lineageJson(const Lineage& lineage, const LineageOptions& options);
/// A graph for Graphviz.
[[nodiscard]] std::string lineageDot(const Lineage& lineage);

[[nodiscard]] std::string aggregateText(const LineageAggregate& graph);
[[nodiscard]] std::string aggregateJson(const LineageAggregate& graph);
[[nodiscard]] std::string aggregateDot(const LineageAggregate& graph);

}  // namespace weir::analysis
