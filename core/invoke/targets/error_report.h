// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace weir::invoke {

/// What a runtime reported to `/error`, as one text for people: `ValueError: bad bid`. The header's type is
/// used when the body has none (Python sends no header); a body that is not JSON is quoted as it is.
[[nodiscard]] std::string errorReportText(std::string_view header_type, std::string_view body);

}  // namespace weir::invoke
