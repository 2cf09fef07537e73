// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "journal/session_reader.h"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::report {

enum class Format : unsigned char { Html, Pdf, Json, Csv, Junit };

/// `html`, `pdf`, `json`, `csv`, `junit`.
[[nodiscard]] std::optional<Format> formatOf(std::string_view word);
/// By the end of a file's name: .html, .htm, .pdf, .json, .zip or .csv (a zip of tables), .xml (JUnit).
[[nodiscard]] std::optional<Format> formatOfFile(std::string_view path);

/// A part of a session: what extractSession() takes.
struct Selection {
    filter::Filter filter = {};
    std::vector<std::string> functions = {};
    const std::atomic<bool>* stop = nullptr;  ///< set from any thread: no report is written (Cancelled)

    [[nodiscard]] bool all() const { return filter.matchesAll() && functions.empty(); }
};

/// Writes a report of the session that was opened from `session`. An existing file is replaced, but only by a
/// whole report: with an error, nothing is left behind and what stood there still stands. A report of a part
/// is made from a session of that part, which stands in the folder for temporary files meanwhile, without
/// values.
Status writeReport(journal::SessionReader& reader, const std::string& session, const std::string& out,
                   Format format, const Selection& selection = {});

}  // namespace weir::report
