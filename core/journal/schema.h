// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// The tables of a session file, documented column by column in docs/session-format.md.
namespace weir::journal::schema {

/// "Weir" in ASCII, in SQLite's application_id: what tells a session from any other database.
constexpr std::int32_t kApplicationId = 0x57656972;

/// SQLite's user_version. Raised whenever a reader of the older version would misread the file.
constexpr std::int32_t kVersion = 2;

/// Longest run of one row of delivery_run. Longer ones are split, so that the deliveries of an event are
/// found among the runs that begin at most this far before it. The view `delivery` relies on it.
constexpr std::int64_t kLongestRun = 256;

/// All tables, views and indexes of the current version.
extern const char* const kCreate;

}  // namespace weir::journal::schema
