// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/facts.h"

#include <string_view>

namespace weir::journal {

/// The value of an enumeration of facts whose word is `text`; `last`, its last value, when none is.
template <typename E>
[[nodiscard]] E factWord(std::string_view text, E last) {
    for (int i = 0; i < static_cast<int>(last); ++i) {
        if (text == facts::word(static_cast<E>(i))) return static_cast<E>(i);
    }
    return last;
}

}  // namespace weir::journal
