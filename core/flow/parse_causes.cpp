// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 3> kCausesKeys{"header", "json", "by"};

/// One step, `.name`, `["name"]` or `[3]`, off the beginning of `rest`.
bool takeStep(std::string_view& rest, std::vector<CausesSpec::Step>& path) {
    if (rest.front() == '.') {
        const std::string_view name = rest.substr(1, rest.find_first_of(".[", 1) - 1);
        if (name.empty()) return false;
        path.emplace_back(std::string(name));
        rest.remove_prefix(name.size() + 1);
        return true;
    }
    if (rest.front() != '[' || rest.size() < 3) return false;
    const bool quoted = rest[1] == '"' || rest[1] == '\'';
    const std::size_t end = quoted ? rest.find(std::string{rest[1], ']'}, 2) : rest.find(']');
    if (end == std::string_view::npos) return false;
    if (quoted) {
        path.emplace_back(std::string(rest.substr(2, end - 2)));
        rest.remove_prefix(end + 2);
        return true;
    }
    std::size_t index = 0;
    const auto [stop, error] = std::from_chars(rest.data() + 1, rest.data() + end, index);
    if (error != std::errc{} || stop != rest.data() + end) return false;
    path.emplace_back(index);
    rest.remove_prefix(end + 1);
    return true;
}

}  // namespace

bool parseJsonPath(const std::string& text, std::vector<CausesSpec::Step>& path) {
    std::string_view rest = text;
    if (!rest.starts_with('$')) return false;
    rest.remove_prefix(1);
    while (!rest.empty()) {
        if (!takeStep(rest, path)) return false;
    }
    return true;
}

void readCauses(const ReadContext& context, const Node& node, CausesSpec& causes) {
    const ObjectReader reader(context, node, kCausesKeys);
    if (!reader.isObject()) return;
    const bool header = reader.has("header");
    if (header == reader.has("json")) {
        context.add(node.place,
                    header ? "names both a header and a place in the value" : "names no place to look",
                    "expected { \"header\": \"x-source\" } or { \"json\": \"$.source\" }");
    }
    if (header && reader.name("header", causes.header)) causes.from = CausesSpec::From::Header;
    if (reader.text("json", causes.json)) {
        causes.from = CausesSpec::From::Json;
        if (!parseJsonPath(causes.json, causes.path)) {
            context.add(reader.place("json"), inQuotes(reader.written("json")) + " is not a path",
                        "expected for example \"$.source\" or \"$.meta[\\\"source event\\\"][0]\"");
        }
    }
    static constexpr std::pair<std::string_view, CausesSpec::By> kBy[] = {
        {"place", CausesSpec::By::Place}, {"key", CausesSpec::By::Key}, {"id", CausesSpec::By::Id}};
    reader.choice("by", kBy, causes.by);
}

}  // namespace weir::flow
