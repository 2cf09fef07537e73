// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/bind.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct sqlite3_stmt;

namespace weir::filter {

/// A condition on the tables `e` (event), `r` (delivery_run) and `i` (invocation) with its parameters. What
/// the user wrote is always a parameter, never part of the text.
struct Sql {
    std::string text;
    std::vector<std::variant<std::int64_t, std::string>> parameters;  ///< numbers and bytes

    /// Binds the parameters from number `at` on; bytes must outlive the statement's run. Returns the next.
    int bindTo(sqlite3_stmt* statement, int at) const;
    void conjoin(const Sql& other);
};

/// Of whom `outcome` speaks: the event in the call, or the call.
enum class OutcomeOf { Event, Call };

/// The tree as SQL with exactly the meaning of Evaluator, or nothing when a part of it has none: JSON,
/// regular expressions, headers, findings, very many values.
[[nodiscard]] std::optional<Sql> toSql(const Bound& bound, OutcomeOf outcome);

}  // namespace weir::filter
