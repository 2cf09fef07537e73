// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/names.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::filter {

/// Something to offer in an editor.
struct Candidate {
    enum class Kind { Field, Operator, Connective, Bracket, Value, HeaderName, JsonName };
    Kind kind = Kind::Field;
    std::string text;  ///< replaces the range of the Completion
    std::string help;  ///< one line, may be empty
};

struct Completion {
    std::size_t from = 0, to = 0;  ///< bytes of the text that a candidate replaces
    std::vector<Candidate> candidates;
    std::vector<std::string> hints;  ///< in words, what else may stand there: "a duration such as 200ms, …"
};

/// What a session offers to complete with.
struct CompletionData {
    Names names;
    std::vector<std::string> headers;  ///< names of headers that occur
    /// Places in JSON values that occur, written as in a filter without `value`: ".item.price",
    /// ".bids[*].by".
    std::vector<std::string> json_paths;
};

/// Looks at the names of a session and at some of its newest events.
Result<CompletionData> completionData(journal::SessionReader& reader);

/// What can stand at the cursor, by the same grammar that parses. Any thread.
[[nodiscard]] Completion complete(std::string_view text, std::size_t cursor, const CompletionData& data);

}  // namespace weir::filter
