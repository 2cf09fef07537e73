// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret_source.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir::flow {

/// What `${NAME}` in a string of the file became.
struct Substituted {
    std::string value;
    bool refers = false;                 ///< there was a reference in it
    std::vector<std::string> missing;    ///< names that the environment does not have
    std::vector<std::string> malformed;  ///< why, one for each `${` that begins no reference
};

/// Replaces every `${NAME}` from `secrets`; `$${` stands for the characters `${`. What comes in is not looked
/// at again, so a value may hold `${`.
[[nodiscard]] Substituted substitute(std::string_view text, const SecretSource& secrets);

/// The text that substitute() turns into `value` without any reference.
[[nodiscard]] std::string escapeReferences(std::string_view value);

}  // namespace weir::flow
