// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "report/document.h"

#include <functional>
#include <string_view>

namespace weir::report {

/// The width that pictures of a document for PDF have; they are shrunk to the page.
constexpr double kPdfFigureWidth = 760;

/// Writes A4 pages with Cairo and Pango; `write` takes the bytes and answers false when it cannot.
Status toPdf(const Document& document, const std::function<bool(std::string_view)>& write);

}  // namespace weir::report
