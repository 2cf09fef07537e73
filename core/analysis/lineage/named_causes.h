// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/lineage.h"

#include <string>

namespace weir::analysis {

/// What a record's headers say of its causes.
struct NamedCauses {
    std::string text;      ///< a list of places; empty: nothing
    std::string function;  ///< that the header names, or empty

    /// Reads headers as a session stores them.
    static NamedCauses in(const std::string& headers_json);
    [[nodiscard]] bool name(const EventPlace& place) const;
};

}  // namespace weir::analysis
