// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/session_stats.h"

#include <string>

namespace weir::analysis {

/// The figures for a terminal, lines ended by '\n'. Names from the session are made safe to print.
[[nodiscard]] std::string statsText(const SessionStats& stats);

/// The figures as one JSON object, indented, ended by '\n'. docs/stats.md names the fields.
[[nodiscard]] std::string statsJson(const SessionStats& stats);

}  // namespace weir::analysis
