// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/figure.h"

#include <string>

namespace weir::report {

/// Appends the figure as an inline SVG element whose colours are the variables of the page's style sheet.
void appendSvg(std::string& out, const Figure& figure, const char* css_class = "figure");

}  // namespace weir::report
