// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace weir::report {

enum class Format : unsigned char { Html, Pdf, Json, Csv, Junit };

/// `html`, `pdf`, `json`, `csv`, `junit`.
[[nodiscard]] std::optional<Format> formatOf(std::string_view word);
/// By the end of a file's name: .html, .htm, .pdf, .json, .zip or .csv (a zip of tables), .xml (JUnit).
[[nodiscard]] std::optional<Format> formatOfFile(std::string_view path);

/// Writes a report of the session that was opened from `session`. An existing file is replaced, but only by a
/// whole report: with an error, nothing is left behind and what stood there still stands.
Status writeReport(journal::SessionReader& reader, const std::string& session, const std::string& out,
                   Format format);

}  // namespace weir::report
