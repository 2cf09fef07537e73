// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/redrive/session_feed.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace weir::cli {

/// `fast`, `recorded`, or how many times faster: `10x`, `0.5x`.
std::optional<redrive::Pace> paceOf(const std::string& text);
CLI::Validator isPace();

}  // namespace weir::cli
