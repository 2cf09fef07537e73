// SPDX-License-Identifier: GPL-3.0-or-later
#include "pace.h"

#include <charconv>

namespace weir::cli {

std::optional<redrive::Pace> paceOf(const std::string& text) {
    if (text == "fast") return redrive::Pace{0};
    if (text == "recorded") return redrive::Pace{1};
    double speed = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, speed);
    if (error != std::errc{} || at + 1 != end || *at != 'x' || !(speed >= 0.001 && speed <= 100'000))
        return std::nullopt;
    return redrive::Pace{speed};
}

CLI::Validator isPace() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            if (paceOf(text)) return {};
            return "'" + text + "' is no pace; write fast, recorded, or how many times faster, such as 10x";
        },
        "PACE");
}

}  // namespace weir::cli
