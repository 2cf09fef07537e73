// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"

#include <string>
#include <utility>

namespace weir::invoke {

/// The answer of a call that did not succeed.
[[nodiscard]] inline Answer failedAnswer(facts::Outcome outcome, std::string error, bool retryable = true) {
    Answer answer;
    answer.outcome = outcome;
    answer.error = std::move(error);
    answer.retryable = retryable;
    return answer;
}

}  // namespace weir::invoke
