// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/prices.h"

#include "analysis/cost/built_in_prices.h"
#include "base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

namespace weir::analysis {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestFile = 1 << 20;

/// Reads the members of a table; remembers the first thing that is wrong.
class TableReader {
  public:
    TableReader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    void text(const char* key, std::string& target, bool required = true) {
        const Json* const value = find(key, required);
        if (value == nullptr) return;
        if (!value->is_string()) return wrong(key, "expected text");
        target = value->get<std::string>();
    }
    void number(const char* key, double& target, bool required = false) {
        const Json* const value = find(key, required);
        if (value == nullptr) return;
        if (!isAmount(*value)) return wrong(key, "expected a number from 0 on");
        target = value->get<double>();
    }
    void whole(const char* key, int least, int& target) {
        const Json* const value = find(key, false);
        if (value == nullptr) return;
        if (!isWhole(*value, least))
            return wrong(key, fmt::format("expected a whole number from {} on", least));
        target = value->get<int>();
    }
    void flag(const char* key, bool& target) {
        const Json* const value = find(key, false);
        if (value == nullptr) return;
        if (!value->is_boolean()) return wrong(key, "expected true or false");
        target = value->get<bool>();
    }
    void texts(const char* key, std::vector<std::string>& target) {
        const Json* const value = find(key, false);
        if (value == nullptr) return;
        if (!value->is_array()) return wrong(key, "expected a list of texts");
        for (const Json& item : *value) {
            if (!item.is_string()) return wrong(key, "expected a list of texts");
            target.push_back(item.get<std::string>());
        }
    }
    void sizes(PriceTable& table) {
        const Json* const sizes = find("memory_sizes_mb", false);
        const Json* const ghz = find("ghz", false);
        if (sizes == nullptr) {
            if (ghz != nullptr) wrong("ghz", "it goes with \"memory_sizes_mb\"");
            return;
        }
        if (!sizes->is_array() || sizes->empty()) return wrong("memory_sizes_mb", "expected rising sizes");
        for (const Json& item : *sizes) {
            if (!isWhole(item, 1) ||
                (!table.memory_sizes_mb.empty() && item.get<int>() <= table.memory_sizes_mb.back()))
                return wrong("memory_sizes_mb", "expected rising sizes");
            table.memory_sizes_mb.push_back(item.get<int>());
        }
        if (ghz == nullptr) return;
        if (!ghz->is_array() || ghz->size() != sizes->size())
            return wrong("ghz", "expected a number for each size");
        for (const Json& item : *ghz) {
            if (!isAmount(item)) return wrong("ghz", "expected a number for each size");
            table.ghz.push_back(item.get<double>());
        }
    }
    Status finish() {
        for (const auto& [key, value] : json_.items()) {
            if (!known_.contains(key)) wrong(key, "there is no such key");
        }
        if (problem_.empty()) return {};
        return fail(ErrorCode::Usage, std::move(problem_), "docs/cost.md says what a table of prices holds.");
    }
    void wrong(const std::string& key, const std::string& what) {
        if (problem_.empty()) problem_ = fmt::format("{}: {}: {}", where_, terminalSafe(key), what);
    }

  private:
    const Json* find(const char* key, bool required) {
        known_.insert(key);
        const auto found = json_.find(key);
        if (found != json_.end()) return &*found;
        if (required) wrong(key, "is missing");
        return nullptr;
    }
    static bool isAmount(const Json& value) {
        return value.is_number() && value.get<double>() >= 0 && std::isfinite(value.get<double>());
    }
    static bool isWhole(const Json& value, int least) {
        return value.is_number_integer() && value.get<double>() >= least &&
               value.get<double>() <= std::numeric_limits<int>::max();
    }

    const Json& json_;
    std::string where_;
    std::string problem_;
    std::set<std::string> known_{"weir_prices"};
};

}  // namespace

int PriceTable::billedMemoryMb(int memory_mb) const {
    if (!memory_sizes_mb.empty()) {
        const auto next = std::lower_bound(memory_sizes_mb.begin(), memory_sizes_mb.end(), memory_mb);
        return next == memory_sizes_mb.end() ? memory_mb : *next;
    }
    const int least = std::max(memory_mb, least_memory_mb);
    const int over = least % memory_step_mb;
    return over == 0 ? least : least + (memory_step_mb - over);
}

double PriceTable::ghzOf(int billed_memory_mb) const {
    if (ghz.empty()) return 0;
    const auto found = std::lower_bound(memory_sizes_mb.begin(), memory_sizes_mb.end(), billed_memory_mb);
    if (found == memory_sizes_mb.end()) return ghz.back();
    return ghz[static_cast<std::size_t>(found - memory_sizes_mb.begin())];
}

bool PriceTable::offers(int memory_mb) const {
    if (!memory_sizes_mb.empty()) return memory_mb <= memory_sizes_mb.back();
    return most_memory_mb == 0 || memory_mb <= most_memory_mb;
}

Result<PriceTable> parsePrices(std::string_view text, const std::string& where) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return fail(ErrorCode::Usage, fmt::format("{} is not a JSON object.", where),
                    "docs/cost.md says what a table of prices holds.");
    }
    TableReader reader(json, where);
    if (json.value("weir_prices", Json()) != Json(1)) reader.wrong("weir_prices", "expected 1");
    PriceTable table;
    reader.text("name", table.name);
    reader.text("plan", table.plan);
    reader.text("as_of", table.as_of);
    reader.texts("sources", table.sources);
    reader.text("currency", table.currency);
    reader.number("per_gb_second", table.per_gb_second, true);
    reader.number("per_ghz_second", table.per_ghz_second);
    reader.number("per_million_requests", table.per_million_requests, true);
    int round_ms = 1;
    int least_ms = 0;
    reader.whole("round_ms", 1, round_ms);
    reader.whole("least_ms", 0, least_ms);
    table.round = round_ms * kMillisecond;
    table.least = least_ms * kMillisecond;
    reader.whole("memory_step_mb", 1, table.memory_step_mb);
    reader.whole("least_memory_mb", 0, table.least_memory_mb);
    reader.whole("most_memory_mb", 0, table.most_memory_mb);
    reader.sizes(table);
    reader.flag("init_billed", table.init_billed);
    if (Status s = reader.finish(); !s) return passOn(s);
    return table;
}

const std::vector<PriceTable>& builtInPrices() {
    static const std::vector<PriceTable> tables = [] {
        std::vector<PriceTable> all;
        for (const char* const text : kBuiltInPrices) {
            if (auto table = parsePrices(text, "built in")) all.push_back(std::move(*table));
        }
        return all;
    }();
    return tables;
}

Result<PriceTable> loadPrices(const std::string& name_or_file) {
    std::vector<std::string_view> names;
    for (const PriceTable& table : builtInPrices()) {
        if (table.name == name_or_file) return table;
        names.push_back(table.name);
    }
    std::ifstream file(name_or_file, std::ios::binary);
    std::string text(kLargestFile + 1, '\0');
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is neither a table of prices nor a file that can be read.",
                                terminalSafe(name_or_file)),
                    fmt::format("The tables are {}.", fmt::join(names, ", ")));
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kLargestFile)
        return fail(ErrorCode::Usage, fmt::format("{} is too large for a table of prices.", name_or_file));
    return parsePrices(text, name_or_file);
}

}  // namespace weir::analysis
