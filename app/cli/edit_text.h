// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>

namespace weir::cli {

/// Lets the user change a text in $VISUAL, $EDITOR or vi. The line end that editors put behind a last line
/// which had none is taken off again. An error without a terminal, and when the editor fails.
Result<std::string> editText(const std::string& text);

}  // namespace weir::cli
