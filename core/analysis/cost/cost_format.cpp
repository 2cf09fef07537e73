// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/cost.h"
#include "base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weir::analysis {
namespace {

using Json = nlohmann::ordered_json;

std::string textJson(const std::string& text) {
    return isUtf8(text) ? text : terminalSafe(text);
}

Json costOf(const CallCost& c) {
    return {{"requests", c.requests},
            {"unfinished", c.unfinished},
            {"throttled", c.throttled},
            {"cold_starts", c.cold_starts},
            {"events", c.events},
            {"billed_ns", c.billed},
            {"gb_seconds", c.gb_seconds},
            {"ghz_seconds", c.ghz_seconds},
            {"compute_price", c.compute_price},
            {"request_price", c.request_price},
            {"price", c.price()},
            {"price_per_million_events", c.events == 0 ? Json(nullptr) : Json(c.perMillionEvents())}};
}

std::string money(double amount, const std::string& currency) {
    return fmt::format("{:.{}f} {}", amount, amount < 0.01 ? 9 : 4, terminalSafe(currency));
}

std::string lines(const CallCost& c, const SessionCost& s) {
    std::string out = fmt::format("  requests     {}", formatCount(c.requests));
    if (c.throttled > 0) out += fmt::format("  ({} throttled are not billed)", formatCount(c.throttled));
    if (c.unfinished > 0)
        out += fmt::format("  ({} have no end: their time is not in it)", formatCount(c.unfinished));
    out += fmt::format("\n  time         {} billed, {} cold starts\n", formatDuration(c.billed),
                       formatCount(c.cold_starts));
    out += fmt::format("  GB-seconds   {:.6f}\n", c.gb_seconds);
    if (s.prices.per_ghz_second > 0) out += fmt::format("  GHz-seconds  {:.6f}\n", c.ghz_seconds);
    out +=
        fmt::format("  price        {}: {} for time, {} for requests\n", money(c.price(), s.prices.currency),
                    money(c.compute_price, s.prices.currency), money(c.request_price, s.prices.currency));
    out += fmt::format("  per million  {}\n", c.events == 0
                                                  ? "no event was delivered"
                                                  : money(c.perMillionEvents(), s.prices.currency) + " (of " +
                                                        formatCount(c.events) + " delivered events)");
    return out;
}

}  // namespace

std::string costText(const SessionCost& s) {
    std::string out = fmt::format("{}, prices of {}\n\nAll functions\n{}", terminalSafe(s.prices.plan),
                                  terminalSafe(s.prices.as_of), lines(s.total, s));
    for (const FunctionCost& f : s.functions) {
        out += "\n" + terminalSafe(f.name);
        if (f.billed_memory_mb > 0) {
            out += fmt::format(", {} MB{}", f.memory_mb, f.memory_assumed ? " assumed" : "");
            if (f.billed_memory_mb != f.memory_mb)
                out += fmt::format(", billed as {} MB", f.billed_memory_mb);
        } else {
            out += ", memory not known, so its time costs nothing here: --memory assumes one";
        }
        if (!f.offered) out += "; the plan has no functions of this size";
        if (f.observed) out += "; observed, so its time is not known and its calls are at least these";
        out += "\n" + lines(f.cost, s);
    }
    return out + "\nWithout free amounts, traffic, logs and the cluster.\n";
}

std::string costJson(const SessionCost& s) {
    Json j{{"prices",
            {{"name", textJson(s.prices.name)},
             {"plan", textJson(s.prices.plan)},
             {"as_of", textJson(s.prices.as_of)},
             {"currency", textJson(s.prices.currency)},
             {"per_gb_second", s.prices.per_gb_second},
             {"per_ghz_second", s.prices.per_ghz_second},
             {"per_million_requests", s.prices.per_million_requests},
             {"round_ns", s.prices.round},
             {"least_ns", s.prices.least},
             {"init_billed", s.prices.init_billed}}}};
    j.update(costOf(s.total));
    j["functions"] = Json::array();
    for (const FunctionCost& f : s.functions) {
        Json one{{"function", textJson(f.name)},
                 {"memory_mb", f.memory_mb},
                 {"memory_assumed", f.memory_assumed},
                 {"billed_memory_mb", f.billed_memory_mb},
                 {"offered", f.offered},
                 {"observed", f.observed}};
        one.update(costOf(f.cost));
        j["functions"].push_back(std::move(one));
    }
    return j.dump(2) + "\n";
}

}  // namespace weir::analysis
