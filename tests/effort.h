// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdlib>

namespace weir::test {

/// How many rounds a test with random input makes: as many as asked for, or the per cent of it that
/// WEIR_TEST_EFFORT says, at least one. What runs under a sanitizer is many times slower, and looks for
/// something else.
template <typename Integer>
[[nodiscard]] Integer effort(Integer rounds) {
    const char* const text = std::getenv("WEIR_TEST_EFFORT");
    const long percent = text == nullptr ? 100 : std::atol(text);
    return std::max<Integer>(
        1, static_cast<Integer>(static_cast<double>(rounds) * static_cast<double>(percent) / 100));
}

/// The number in an environment variable, or another without it.
template <typename Integer>
[[nodiscard]] Integer fromEnvironment(const char* name, Integer otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<Integer>(std::atoll(text));
}

}  // namespace weir::test
