// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::invoke {

/// What Lambda reports of a call.
struct LambdaReport {
    std::string request_id = {};
    std::optional<DurationNs> duration = {}, billed = {}, init = {}, restore = {};
    std::optional<std::int64_t> memory_mb = {}, max_memory_mb = {};
    std::string status = {};      ///< as when it failed: `timeout`
    std::string error_type = {};  ///< `Runtime.OutOfMemory`

    /// The environment was made or restored for this call.
    [[nodiscard]] bool cold() const { return init.has_value() || restore.has_value(); }
};

/// Reads a REPORT line by its labels, in whatever order they stand; nothing when the line is another one.
[[nodiscard]] std::optional<LambdaReport> parseReport(std::string_view line);
/// Writes one as Lambda does.
[[nodiscard]] std::string reportLine(const LambdaReport& report);

}  // namespace weir::invoke
