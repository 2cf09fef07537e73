// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "replay/cursor.h"

#include <string>

namespace weir::analysis {
struct SessionNames;
}

namespace weir::replay {

/// Where the cursor stands, in a line for a terminal.
Result<std::string> placeText(Cursor& cursor, const analysis::SessionNames& names);
/// How everything stands there, for a terminal: nothing in it moves a cursor.
Result<std::string> stateText(Cursor& cursor, const analysis::SessionNames& names);
/// As docs/replay.md says; ends with a line end.
Result<std::string> stateJson(Cursor& cursor, const analysis::SessionNames& names);

}  // namespace weir::replay
