// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace weir::flow {

/// Something in a flow file that is not right. Never holds a value that came from the environment.
struct Problem {
    std::string place;      ///< `triggers[0].order`; empty for the file as a whole
    std::string message;    ///< what is wrong
    std::string hint = {};  ///< what would be right

    [[nodiscard]] bool operator==(const Problem&) const = default;
};

/// `triggers[0].order: "parition" is not known; did you mean "partition"?`
[[nodiscard]] std::string problemLine(const Problem& problem);

/// All problems as one error, a line each. There must be one at least.
[[nodiscard]] Error problemsError(ErrorCode code, const std::vector<Problem>& problems);

/// `place.key`, or `place["key"]` for a key that is not a plain word.
[[nodiscard]] std::string memberPlace(const std::string& place, const std::string& key);
[[nodiscard]] std::string elementPlace(const std::string& place, std::size_t index);

/// `"text"`, shortened, safe to print.
[[nodiscard]] std::string inQuotes(std::string_view text);

}  // namespace weir::flow
