// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/cost/prices.h"
#include "base/error.h"
#include "base/time.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::analysis {

/// What calls would cost on a plan. Free amounts, traffic, logs and the cluster are not in it.
struct CallCost {
    std::int64_t requests =
        0;  ///< calls that ran, failed ones and retries included; throttled ones did not run
    std::int64_t unfinished = 0;   ///< of them without an end: requests without time
    std::int64_t throttled = 0;    ///< not billed
    std::int64_t cold_starts = 0;  ///< of the requests
    DurationNs billed = 0;         ///< time after rounding, of all requests
    double gb_seconds = 0;
    double ghz_seconds = 0;
    std::int64_t events = 0;   ///< deliveries that succeeded
    double compute_price = 0;  ///< in the table's currency
    double request_price = 0;

    [[nodiscard]] double price() const { return compute_price + request_price; }
    /// Price of a million delivered events; 0 without any.
    [[nodiscard]] double perMillionEvents() const {
        return events == 0 ? 0 : price() / static_cast<double>(events) * 1e6;
    }
};

struct FunctionCost {
    std::string name;
    int memory_mb = 0;  ///< as the flow says, or as assumed; 0: not known
    bool memory_assumed = false;
    int billed_memory_mb = 0;  ///< as the plan bills it; 0: not known, so time costs nothing
    bool offered = true;       ///< the plan has functions of this size
    bool observed = false;     ///< seen from outside: requests are at least these, time is not known
    CallCost cost;
};

struct SessionCost {
    PriceTable prices;
    std::vector<FunctionCost> functions;  ///< all that were declared, in that order
    CallCost total;                       ///< over all functions
};

/// What calls cost that were counted with the rounding of the prices (SessionReader::callTotals). Text facts
/// say no function's memory: `assumed_memory_mb` stands for what a session does not say, 0 is no assumption.
SessionCost costOf(const std::vector<journal::FunctionRow>& functions,
                   const std::vector<journal::CallTotalsRow>& calls, PriceTable prices,
                   int assumed_memory_mb = 0);
/// The same of a session: one pass over its calls.
Result<SessionCost> sessionCost(journal::SessionReader& reader, PriceTable prices, int assumed_memory_mb = 0);

[[nodiscard]] std::string costText(const SessionCost& cost);
/// As docs/cost.md says; ends with a line end.
[[nodiscard]] std::string costJson(const SessionCost& cost);

}  // namespace weir::analysis
