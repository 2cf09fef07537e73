// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace weir::cli {

/// Accepts `500ms`, `2s`, `5m`, `1h`.
inline CLI::Validator isDuration() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            if (parseDuration(text)) return {};
            return "'" + text + "' is no duration; write 500ms, 2s, 5m or 1h";
        },
        "DURATION");
}

/// A duration that was checked by isDuration(), nothing when the option was not given.
inline std::optional<DurationNs> durationOf(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return parseDuration(text);
}

/// What there is to say about a command beyond its options: below its --help, and in the manual.
inline void explain(CLI::App* command, const std::string& text) {
    command->footer(text + "\n\n" + command->get_footer());
}

}  // namespace weir::cli
