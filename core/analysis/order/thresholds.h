// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace weir::analysis::order {

/// A limit that was asked for beside order, and what each function has of it. A threshold is met when no
/// function is over the limit.
struct Threshold {
    enum class What {
        MaxP99,  ///< 99 % of a function's events took no longer, from arrival to the end of the call; ns
        MaxColdShare,  ///< of a function's calls; 0…1
    };
    struct Measured {
        std::string function;
        double value = 0;
    };

    What what = What::MaxP99;
    double limit = 0;
    std::vector<Measured> functions;

    /// The highest of all functions; 0 without any.
    [[nodiscard]] double value() const {
        double most = 0;
        for (const Measured& f : functions) most = std::max(most, f.value);
        return most;
    }
    [[nodiscard]] bool passed() const { return value() <= limit; }
};

}  // namespace weir::analysis::order
