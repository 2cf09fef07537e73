// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/cost.h"

#include <algorithm>
#include <utility>

namespace weir::analysis {
namespace {

void add(CallCost& total, const CallCost& c) {
    total.requests += c.requests;
    total.unfinished += c.unfinished;
    total.throttled += c.throttled;
    total.cold_starts += c.cold_starts;
    total.billed += c.billed;
    total.gb_seconds += c.gb_seconds;
    total.ghz_seconds += c.ghz_seconds;
    total.events += c.events;
    total.compute_price += c.compute_price;
    total.request_price += c.request_price;
}

}  // namespace

Result<SessionCost> sessionCost(journal::SessionReader& reader, PriceTable prices, int assumed_memory_mb) {
    const auto functions = reader.functions();
    if (!functions) return tl::unexpected<Error>(functions.error());
    const auto calls = reader.callTotals(prices.round, prices.least, prices.init_billed);
    if (!calls) return tl::unexpected<Error>(calls.error());
    return costOf(*functions, *calls, std::move(prices), assumed_memory_mb);
}

SessionCost costOf(const std::vector<journal::FunctionRow>& functions,
                   const std::vector<journal::CallTotalsRow>& calls, PriceTable prices,
                   int assumed_memory_mb) {
    SessionCost session;
    session.prices = std::move(prices);
    const PriceTable& table = session.prices;
    for (const journal::FunctionRow& f : functions) {
        FunctionCost cost;
        cost.name = f.name;
        cost.memory_assumed = f.memory_mb <= 0 && assumed_memory_mb > 0;
        cost.memory_mb = cost.memory_assumed ? assumed_memory_mb : std::max(f.memory_mb, 0);
        cost.observed = f.observed;
        cost.billed_memory_mb = cost.memory_mb > 0 ? table.billedMemoryMb(cost.memory_mb) : 0;
        cost.offered = cost.memory_mb == 0 || table.offers(cost.memory_mb);
        CallCost& c = cost.cost;
        for (const journal::CallTotalsRow& row : calls) {
            if (row.function != f.id) continue;
            c.requests += row.requests;
            c.unfinished += row.unfinished;
            c.throttled += row.throttled;
            c.cold_starts += row.cold;
            c.billed += row.billed;
            c.events += row.delivered;
        }
        const double seconds = static_cast<double>(c.billed) / static_cast<double>(kSecond);
        c.gb_seconds = seconds * cost.billed_memory_mb / 1024;
        c.ghz_seconds = cost.billed_memory_mb == 0 ? 0 : seconds * table.ghzOf(cost.billed_memory_mb);
        c.compute_price = c.gb_seconds * table.per_gb_second + c.ghz_seconds * table.per_ghz_second;
        c.request_price = static_cast<double>(c.requests) * table.per_million_requests / 1e6;
        add(session.total, c);
        session.functions.push_back(std::move(cost));
    }
    return session;
}

}  // namespace weir::analysis
