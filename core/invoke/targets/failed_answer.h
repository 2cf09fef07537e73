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

/// The answer of a call that its instance ended before it took: the function has seen nothing of it.
[[nodiscard]] inline Answer untakenAnswer(std::string error) {
    Answer answer = failedAnswer(facts::Outcome::Crashed, std::move(error));
    answer.taken = false;
    return answer;
}

}  // namespace weir::invoke
