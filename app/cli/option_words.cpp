// SPDX-License-Identifier: GPL-3.0-or-later
#include "option_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

namespace weir::cli {

/// `a` and `b` of `TEXT:{a,b}` and of `ENUM:value in {a->1,b->2} OR {1,2}`.
std::vector<std::string> choicesOf(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    std::vector<std::string> choices;
    const std::size_t open = type.find('{');
    const std::size_t close = type.find('}', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) return choices;
    std::istringstream all(type.substr(open + 1, close - open - 1));
    for (std::string one; std::getline(all, one, ',');) choices.push_back(one.substr(0, one.find("->")));
    std::sort(choices.begin(), choices.end());
    return choices;
}

/// CLI11 names the type and then what checks it, as in `TEXT:DURATION`.
std::string valueOf(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    for (const char* number : {"INT", "FLOAT", "NUMBER", "POSITIVE"}) {
        if (type.find(number) != std::string::npos) return "N";
    }
    const std::string last = type.substr(type.rfind(':') == std::string::npos ? 0 : type.rfind(':') + 1);
    return last.empty() ? "TEXT" : last;
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
    if (option->get_items_expected_max() == 0) return {};  // a flag
    std::string words;
    const std::vector<std::string> choices = choicesOf(*option);
    if (!choices.empty()) {
        words = fmt::format(" {{{}}}", fmt::join(choices, ","));
    } else if (!option->get_positional()) {
        words = " " + valueOf(*option);
    }
    if (!option->get_default_str().empty()) words += "=" + option->get_default_str();
    if (option->get_items_expected_max() > 1) words += " ...";
    if (option->get_required()) words += " REQUIRED";
    return words;
}

}  // namespace weir::cli
