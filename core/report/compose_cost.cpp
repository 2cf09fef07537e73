// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/compose.h"

#include <fmt/format.h>

namespace weir::report {
namespace {

constexpr std::size_t kMostRows = 60;

std::string money(double amount, const std::string& currency) {
    return fmt::format("{:.{}f}\u00A0{}", amount, amount < 0.01 ? 7 : 2, currency);
}

Cell cell(std::string text, bool strong = false) {
    return {std::move(text), Ink::Text, strong, false, Glyph::None};
}

std::vector<Cell> rowOf(const std::string& name, const std::string& memory, const analysis::CallCost& c,
                        const std::string& currency, bool total) {
    return {cell(name, true),
            cell(memory),
            cell(formatCount(c.requests), total),
            cell(formatDuration(c.billed), total),
            cell(fmt::format("{:.4f}", c.gb_seconds), total),
            cell(money(c.price(), currency), total),
            cell(c.events == 0 ? "–" : money(c.perMillionEvents(), currency), total)};
}

}  // namespace

void composeCost(const ReportData& data, std::vector<Block>& blocks) {
    const analysis::SessionCost& cost = data.cost;
    blocks.emplace_back(Heading{"Cost", 2});
    bool assumed = false;
    Table t;
    t.columns = {{"Function", false, 2},         {"Memory", true, 1}, {"Requests", true, 1},
                 {"Billed time", true, 1},       {"GB-s", true, 1},   {"Price", true, 1.3},
                 {"A million events", true, 1.3}};
    for (const analysis::FunctionCost& f : cost.functions) {
        if (t.rows.size() == kMostRows) break;
        assumed = assumed || f.memory_assumed;
        const std::string memory = f.billed_memory_mb == 0 ? "–"
                                                           : fmt::format("{}\u00A0MB{}", f.billed_memory_mb,
                                                                         f.memory_assumed ? " *" : "");
        t.rows.push_back(rowOf(f.name, memory, f.cost, cost.prices.currency, false));
    }
    if (t.rows.size() > 1) t.rows.push_back(rowOf("All", "", cost.total, cost.prices.currency, true));
    if (t.rows.empty()) {
        blocks.emplace_back(Paragraph{"No functions.", Ink::Text2});
        return;
    }
    blocks.emplace_back(std::move(t));
    std::string words = fmt::format(
        "As the calls would cost at list prices: {}, {}. Free amounts, traffic, logs and "
        "the cluster are not in it.",
        cost.prices.plan, cost.prices.as_of);
    if (assumed) words += " * The session does not say it: assumed.";
    blocks.emplace_back(Paragraph{std::move(words), Ink::Text2});
}

}  // namespace weir::report
