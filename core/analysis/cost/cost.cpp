// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/cost.h"

#include <algorithm>
#include <unordered_map>

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
    SessionCost session;
    session.prices = std::move(prices);
    const PriceTable& table = session.prices;

    auto functions = reader.functions();
    if (!functions) return passOn(functions);
    auto bills = reader.billing(table.round, table.least, table.init_billed);
    if (!bills) return passOn(bills);
    auto deliveries = reader.deliveryCounts();
    if (!deliveries) return passOn(deliveries);
    std::unordered_map<FunctionId, journal::BillingRow> bill_of;
    for (const journal::BillingRow& row : *bills) bill_of[row.function] = row;
    std::unordered_map<FunctionId, std::int64_t> events_of;
    for (const journal::DeliveryCountRow& row : *deliveries) {
        if (row.outcome == facts::Outcome::Success) events_of[row.function] += row.deliveries;
    }

    for (journal::FunctionRow& f : *functions) {
        FunctionCost cost;
        cost.name = std::move(f.name);
        cost.memory_assumed = f.memory_mb <= 0 && assumed_memory_mb > 0;
        cost.memory_mb = cost.memory_assumed ? assumed_memory_mb : std::max(f.memory_mb, 0);
        cost.observed = f.observed;
        cost.billed_memory_mb = cost.memory_mb > 0 ? table.billedMemoryMb(cost.memory_mb) : 0;
        cost.offered = cost.memory_mb == 0 || table.offers(cost.memory_mb);
        const journal::BillingRow& bill = bill_of[f.id];
        CallCost& c = cost.cost;
        c.requests = bill.requests;
        c.unfinished = bill.unfinished;
        c.throttled = bill.throttled;
        c.cold_starts = bill.cold;
        c.billed = bill.billed;
        c.events = events_of[f.id];
        const double seconds = static_cast<double>(bill.billed) / static_cast<double>(kSecond);
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
