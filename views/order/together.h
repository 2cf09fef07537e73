// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"

#include <optional>

namespace weir::views {

/// Two calls of a finding, and for how long both ran. The pointers live as long as the evidence.
struct Together {
    const analysis::order::EvidenceCall* own = nullptr;    ///< the delivery that the finding is about
    const analysis::order::EvidenceCall* other = nullptr;  ///< one that ran meanwhile; null: none is known
    std::optional<TimeNs> from, to;                        ///< while both ran; nothing: not known

    [[nodiscard]] std::optional<DurationNs> time() const {
        return from && to ? std::optional(*to - *from) : std::nullopt;
    }
};

/// Of an overlap: the call of the event that it names before any other that ran at the same time.
[[nodiscard]] Together togetherOf(const analysis::order::Evidence& evidence);

}  // namespace weir::views
