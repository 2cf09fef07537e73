// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/document.h"

#include <string>

namespace weir::report {

/// One self-contained page: no scripts, nothing from a network; light and dark, and light on paper.
[[nodiscard]] std::string toHtml(const Document& document);

}  // namespace weir::report
