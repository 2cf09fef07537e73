// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <iosfwd>
#include <string>

namespace weir::journal {

/// How times are written: 1769853600000000000, "1769853600000000000" for readers without 64-bit integers, or
/// "2026-01-31T10:00:00.000000000Z".
enum class TimeFormat { Integer, String, Iso };

struct ExportOptions {
    TimeFormat times = TimeFormat::Integer;
};

/// Writes a session as text facts, one JSON object a line, in the order that docs/facts.md defines. Streams:
/// memory follows the invocations in flight at once, not the session. A session that is still being recorded
/// is exported as it is at this moment.
Status exportFacts(const std::string& path, std::ostream& sink, ExportOptions options = {});

}  // namespace weir::journal
