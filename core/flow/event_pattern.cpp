// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/event_pattern.h"

#include "base/text.h"
#include "flow/reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <utility>

namespace weir::flow {
namespace {

using Json = nlohmann::ordered_json;
using Matcher = std::function<bool(const Json&)>;

constexpr int kDeepest = 50;
constexpr std::array<std::string_view, 7> kOperators{"prefix", "suffix",   "anything-but",      "numeric",
                                                     "exists", "wildcard", "equals-ignore-case"};

bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// `*` stands for any characters; a backslash takes `*` and itself literally.
bool matchesWildcard(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
            continue;
        }
        const std::size_t literal = p + (p + 1 < pattern.size() && pattern[p] == '\\' ? 1 : 0);
        if (p < pattern.size() && pattern[literal] == text[t]) {
            p = literal + 1;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool isScalar(const Json& value) {
    return !value.is_object() && !value.is_array();
}

Matcher onText(std::function<bool(std::string_view)> holds) {
    return [holds = std::move(holds)](const Json& value) {
        return value.is_string() && holds(value.get_ref<const std::string&>());
    };
}

/// Turns the JSON of a pattern into matchers, and writes down what is wrong with it.
class Compiler {
  public:
    explicit Compiler(std::vector<Problem>& problems) : problems_(problems) {}

    std::unique_ptr<EventPattern::Fields> pattern(const Json& json, const std::string& place);

  private:
    std::unique_ptr<EventPattern::Fields> fields(const Json& json, const std::string& place, int depth);
    void problem(const std::string& place, std::string what, std::string hint = {}) {
        problems_.push_back({place, std::move(what), std::move(hint)});
    }
    std::vector<std::unique_ptr<EventPattern::Fields>> alternatives(const Json& json,
                                                                    const std::string& place, int depth);
    std::vector<Matcher> rules(const Json& list, const std::string& place);
    Matcher rule(const Json& rule, const std::string& place);
    Matcher comparison(const std::string& name, const Json& operand, const std::string& place);
    Matcher affix(const std::string& name, const Json& operand, const std::string& place);
    Matcher anythingBut(const Json& operand, const std::string& place);
    Matcher numeric(const Json& operand, const std::string& place);

    std::vector<Problem>& problems_;
};

}  // namespace

/// All of these must hold.
struct EventPattern::Fields {
    struct Field {
        std::string name;
        std::unique_ptr<Fields> nested;  ///< or rules
        std::vector<Matcher> rules;      ///< one must hold
        bool may_be_absent = false;
    };
    std::vector<Matcher> text;  ///< of the whole value as text; then there is nothing else
    std::vector<Field> fields;
    std::vector<std::vector<std::unique_ptr<Fields>>> either;  ///< `$or`: one of each list must hold

    [[nodiscard]] bool hold(const Json& object) const {
        if (!object.is_object()) return false;
        const auto holds = [&](const std::unique_ptr<Fields>& f) { return f->hold(object); };
        return std::all_of(fields.begin(), fields.end(),
                           [&](const Field& f) { return fieldHolds(f, object); }) &&
               std::all_of(either.begin(), either.end(),
                           [&](const auto& list) { return std::any_of(list.begin(), list.end(), holds); });
    }

  private:
    static bool fieldHolds(const Field& field, const Json& object) {
        const auto found = object.find(field.name);
        if (found == object.end()) return field.may_be_absent;
        if (found->is_array()) {
            return std::any_of(found->begin(), found->end(),
                               [&](const Json& element) { return valueHolds(field, element); });
        }
        return valueHolds(field, *found);
    }
    static bool valueHolds(const Field& field, const Json& value) {
        if (field.nested) return field.nested->hold(value);
        return isScalar(value) && std::any_of(field.rules.begin(), field.rules.end(),
                                              [&](const Matcher& holds) { return holds(value); });
    }
};

namespace {

bool isAbsence(const Json& rule) {
    const auto exists = rule.is_object() ? rule.find("exists") : rule.end();
    return rule.is_object() && rule.size() == 1 && exists != rule.end() && *exists == false;
}

std::unique_ptr<EventPattern::Fields> Compiler::fields(const Json& json, const std::string& place,
                                                       int depth) {
    auto all = std::make_unique<EventPattern::Fields>();
    if (depth > kDeepest) {
        problem(place, fmt::format("is nested deeper than {} levels", kDeepest));
        return all;
    }
    if (!json.is_object()) {
        problem(place, "is not a pattern", "expected an object");
        return all;
    }
    if (json.empty()) problem(place, "is empty", "expected fields, as { \"currency\": [\"EUR\"] }");
    for (const auto& [name, what] : json.items()) {
        const std::string here = memberPlace(place, name);
        if (name == "$or") {
            all->either.push_back(alternatives(what, here, depth));
            continue;
        }
        EventPattern::Fields::Field field;
        field.name = name;
        if (what.is_object()) {
            field.nested = fields(what, here, depth + 1);
        } else if (what.is_array() && !what.empty()) {
            field.rules = rules(what, here);
            field.may_be_absent = std::any_of(what.begin(), what.end(), isAbsence);
        } else {
            problem(here, "is not a list of what the field may be", "expected for example [\"EUR\"]");
        }
        all->fields.push_back(std::move(field));
    }
    return all;
}

/// A whole pattern: of the value's fields, or as Lambda writes it, with `value` around it.
std::unique_ptr<EventPattern::Fields> Compiler::pattern(const Json& json, const std::string& place) {
    if (!json.is_object() || json.size() != 1 || !json.contains("value")) return fields(json, place, 0);
    const Json& inside = json.at("value");
    const std::string here = memberPlace(place, "value");
    if (!inside.is_array() || inside.empty()) return fields(inside, here, 0);
    auto text = std::make_unique<EventPattern::Fields>();
    text->text = rules(inside, here);
    return text;
}

std::vector<std::unique_ptr<EventPattern::Fields>> Compiler::alternatives(const Json& json,
                                                                          const std::string& place,
                                                                          int depth) {
    std::vector<std::unique_ptr<EventPattern::Fields>> any;
    if (!json.is_array() || json.size() < 2) {
        problem(place, "is not a list of at least two patterns");
        return any;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        const std::string here = elementPlace(place, i);
        if (json[i].is_object()) {
            any.push_back(fields(json[i], here, depth + 1));
        } else {
            problem(here, "is not a pattern", "expected an object");
        }
    }
    return any;
}

std::vector<Matcher> Compiler::rules(const Json& list, const std::string& place) {
    std::vector<Matcher> any;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (Matcher holds = rule(list[i], elementPlace(place, i))) any.push_back(std::move(holds));
    }
    return any;
}

Matcher Compiler::rule(const Json& rule, const std::string& place) {
    if (isScalar(rule)) {
        return [rule](const Json& value) { return value == rule; };
    }
    if (!rule.is_object() || rule.size() != 1) {
        problem(place, "is not a rule", "expected a value, or an object with one operator");
        return {};
    }
    const auto only = rule.begin();
    return comparison(only.key(), only.value(), memberPlace(place, only.key()));
}

Matcher Compiler::comparison(const std::string& name, const Json& operand, const std::string& place) {
    if (name == "prefix" || name == "suffix") return affix(name, operand, place);
    if (name == "anything-but") return anythingBut(operand, place);
    if (name == "numeric") return numeric(operand, place);
    if (name == "exists") {
        if (!operand.is_boolean()) problem(place, "is not true or false");
        const bool there = operand == true;
        return [there](const Json&) { return there; };
    }
    if (name == "equals-ignore-case" || name == "wildcard") {
        if (!operand.is_string()) {
            problem(place, "is not a string");
            return {};
        }
        const bool wildcard = name == "wildcard";
        return onText([wildcard, wanted = operand.get<std::string>()](std::string_view text) {
            return wildcard ? matchesWildcard(wanted, text) : equalIgnoringCase(wanted, text);
        });
    }
    const std::string_view nearest = nearestWord(name, kOperators);
    problem(place, fmt::format("\"{}\" is no operator", name),
            nearest.empty() ? "expected " + anyOf(kOperators) : fmt::format("did you mean \"{}\"?", nearest));
    return {};
}

Matcher Compiler::affix(const std::string& name, const Json& operand, const std::string& place) {
    const bool ignores = operand.is_object() && operand.size() == 1 && operand.contains("equals-ignore-case");
    const Json& text = ignores ? operand.at("equals-ignore-case") : operand;
    if (!text.is_string()) {
        problem(place, "is not a string", "expected a string, or { \"equals-ignore-case\": … }");
        return {};
    }
    const bool front = name == "prefix";
    return onText([front, ignores, wanted = text.get<std::string>()](std::string_view value) {
        if (value.size() < wanted.size()) return false;
        const std::string_view part =
            front ? value.substr(0, wanted.size()) : value.substr(value.size() - wanted.size());
        return ignores ? equalIgnoringCase(part, wanted) : part == wanted;
    });
}

Matcher Compiler::anythingBut(const Json& operand, const std::string& place) {
    std::vector<Matcher> none_of;
    if (operand.is_object() && operand.size() == 1) {
        const auto only = operand.begin();
        const std::string here = memberPlace(place, only.key());
        if (only.key() == "anything-but" || only.key() == "numeric" || only.key() == "exists") {
            problem(here, "cannot stand in anything-but");
            return {};
        }
        const Json list = only.value().is_array() ? only.value() : Json::array({only.value()});
        for (const Json& one : list) none_of.push_back(comparison(only.key(), one, here));
    } else {
        const Json list = operand.is_array() ? operand : Json::array({operand});
        for (const Json& one : list) {
            if (isScalar(one)) {
                none_of.push_back(rule(one, place));
            } else {
                none_of.push_back({});
                problem(place, "is not a value or a list of values");
            }
        }
    }
    if (none_of.empty()) problem(place, "is empty");
    std::erase_if(none_of, [](const Matcher& m) { return !m; });
    return [none_of = std::move(none_of)](const Json& value) {
        return std::none_of(none_of.begin(), none_of.end(),
                            [&](const Matcher& holds) { return holds(value); });
    };
}

Matcher Compiler::numeric(const Json& operand, const std::string& place) {
    constexpr const char* kHint =
        "expected an operator and a number, once or twice, as [\">\", 0, \"<=\", 5]";
    struct Bound {
        std::string op;
        double number = 0;
    };
    std::vector<Bound> bounds;
    bool right = operand.is_array() && (operand.size() == 2 || operand.size() == 4);
    for (std::size_t i = 0; right && i < operand.size(); i += 2) {
        right = operand[i].is_string() && operand[i + 1].is_number();
        if (!right) break;
        bounds.push_back({operand[i].get<std::string>(), operand[i + 1].get<double>()});
        const std::string& op = bounds.back().op;
        right = op == "<" || op == "<=" || op == ">" || op == ">=" || op == "=";
    }
    if (!right) {
        problem(place, "is not a range of numbers", kHint);
        return {};
    }
    return [bounds = std::move(bounds)](const Json& value) {
        if (!value.is_number()) return false;
        const auto number = value.get<double>();
        return std::all_of(bounds.begin(), bounds.end(), [number](const Bound& b) {
            if (b.op == "=") return number == b.number;
            if (b.op == "<") return number < b.number;
            if (b.op == "<=") return number <= b.number;
            return b.op == ">" ? number > b.number : number >= b.number;
        });
    };
}

}  // namespace

EventPattern::EventPattern() = default;
EventPattern::~EventPattern() = default;
EventPattern::EventPattern(EventPattern&&) noexcept = default;
EventPattern& EventPattern::operator=(EventPattern&&) noexcept = default;

EventPattern EventPattern::compile(std::string_view json, const std::string& place,
                                   std::vector<Problem>& problems) {
    EventPattern pattern;
    const std::size_t before = problems.size();
    const Json parsed = Json::parse(json, nullptr, false);
    Compiler compiler(problems);
    if (parsed.is_object()) {
        pattern.any_.push_back(compiler.pattern(parsed, place));
    } else if (parsed.is_array()) {
        for (std::size_t i = 0; i < parsed.size(); ++i) {
            pattern.any_.push_back(compiler.pattern(parsed[i], elementPlace(place, i)));
        }
    } else {
        problems.push_back({place, "is not a pattern", "expected an event pattern, or a list of them"});
    }
    if (problems.size() != before) pattern.any_.clear();
    return pattern;
}

bool EventPattern::matches(std::string_view value) const {
    const bool object = value.find('{') != std::string_view::npos;
    const Json parsed = object ? Json::parse(value, nullptr, false) : Json();
    return std::any_of(any_.begin(), any_.end(), [&](const auto& fields) {
        if (fields->text.empty()) return fields->hold(parsed);
        const Json text = std::string(value);
        return std::any_of(fields->text.begin(), fields->text.end(),
                           [&](const Matcher& holds) { return holds(text); });
    });
}

}  // namespace weir::flow
