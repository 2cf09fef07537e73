// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/parser.h"

#include "base/size.h"
#include "base/text.h"
#include "base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace weir::filter {
namespace {

using Type = Expectation::Type;

constexpr int kDeepest = 200;
constexpr std::size_t kLongest = 64 * 1024;

struct Operator {
    Op op;
    std::string_view symbol, word, help;
};
constexpr std::array kOperators{
    Operator{Op::Equal, "==", "eq", "is"},
    Operator{Op::NotEqual, "!=", "ne", "is there and is not"},
    Operator{Op::Less, "<", "lt", "is less than"},
    Operator{Op::LessEqual, "<=", "le", "is at most"},
    Operator{Op::Greater, ">", "gt", "is more than"},
    Operator{Op::GreaterEqual, ">=", "ge", "is at least"},
    Operator{Op::In, "in", "in", "is one of {a, b..c}"},
    Operator{Op::Contains, "contains", "contains", "has the text somewhere in it"},
    Operator{Op::StartsWith, "startswith", "startswith", "begins with the text"},
    Operator{Op::EndsWith, "endswith", "endswith", "ends with the text"},
    Operator{Op::Matches, "matches", "matches", "a regular expression is found in it"},
};

bool isTextOp(Op op) {
    return op == Op::Contains || op == Op::StartsWith || op == Op::EndsWith || op == Op::Matches;
}
bool isOrderOp(Op op) {
    return op == Op::Less || op == Op::LessEqual || op == Op::Greater || op == Op::GreaterEqual;
}

/// Whether the operator makes sense for a field.
bool takes(const Test& test, Op op) {
    switch (info(test.field).kind) {
        case Kind::Text:
        case Kind::Name:
        case Kind::Json:
            return true;
        case Kind::Boolean:
            return op == Op::Equal || op == Op::NotEqual;
        case Kind::Word:
            return !isTextOp(op) && (test.field == FieldId::Severity || !isOrderOp(op));
        default:
            return !isTextOp(op);
    }
}

std::string_view literalWords(const Test& test) {
    switch (info(test.field).kind) {
        case Kind::Text:
        case Kind::Name:
            return "a text in quotes";
        case Kind::Word:
            return "one of its words";
        case Kind::Boolean:
            return "true or false";
        case Kind::Integer:
            return "a whole number";
        case Kind::Size:
            return "a size such as 500 or 10kB";
        case Kind::Duration:
            return "a duration such as 200ms, 2s or 5m";
        case Kind::Time:
            return "a time such as 2026-01-31T10:00:00Z, +10s after the start or -1m before the end";
        case Kind::Json:
            return test.path.empty() ? "a text in quotes" : "a text in quotes, a number, true, false or null";
    }
    return "a value";
}

class Parser {
  public:
    Parser(std::string_view text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

    ParseResult run() {
        if (text_.size() > kLongest) {
            failAt(0, text_.size(), "a filter has at most 64 KiB");
        } else if (tokens_.size() == 1) {
            wantTest();
        } else if (NodePtr root = parseOr(0)) {
            wantConnective();
            if (token().type == Token::Type::End) {
                result_.root = std::move(root);
            } else {
                failHere();
            }
        }
        result_.expected = std::move(wanted_);
        return std::move(result_);
    }

  private:
    // --- tokens and what is expected ------------------------------------------------------------------

    [[nodiscard]] const Token& token() const { return tokens_[pos_]; }
    [[nodiscard]] bool is(std::string_view symbol) const {
        return token().type == Token::Type::Symbol && token().text == symbol;
    }
    [[nodiscard]] bool isWord(std::string_view word) const {
        return token().type == Token::Type::Word && token().text == word;
    }
    bool accept(std::string_view symbol) {
        if (!is(symbol)) return false;
        ++pos_;
        return true;
    }
    bool acceptWord(std::string_view word) {
        if (!isWord(word)) return false;
        ++pos_;
        return true;
    }

    void want(Expectation expectation) {
        if (wanted_at_ != pos_) wanted_.clear();
        wanted_at_ = pos_;
        for (const Expectation& e : wanted_) {
            if (e.type == expectation.type && e.text == expectation.text) return;
        }
        wanted_.push_back(std::move(expectation));
    }
    void want(Type type, std::string_view text, std::string_view help = {}) {
        want({type, std::string(text), std::string(help), {}, {}});
    }
    void wantTest() {
        for (const FieldInfo& field : fields()) want(Type::Field, field.name, field.help);
        want(Type::Bracket, "(");
        want(Type::Connective, "!", "not");
    }
    void wantConnective() {
        want(Type::Connective, "&&", "and");
        want(Type::Connective, "||", "or");
    }

    NodePtr failAt(std::size_t at, std::size_t length, std::string message, std::string nearest = {}) {
        if (result_.error) return nullptr;
        ParseError error{at, length, std::move(message), {}, std::move(nearest)};
        if (wanted_at_ == pos_) {
            for (const Expectation& e : wanted_) {
                const bool known = e.type != Type::Field && e.type != Type::Value;
                if (known && !e.text.empty()) error.expected.push_back(e.text);
            }
            const auto any = [&](Type type) {
                return std::any_of(wanted_.begin(), wanted_.end(),
                                   [&](const auto& e) { return e.type == type; });
            };
            if (any(Type::Field)) error.expected.insert(error.expected.begin(), "a field");
        }
        result_.error = std::move(error);
        return nullptr;
    }

    /// The token does not fit here.
    NodePtr failHere() {
        const Token& t = token();
        if (t.type == Token::Type::Bad) return failAt(t.at, t.length, t.text);
        if (t.type == Token::Type::End) return failAt(t.at, 0, "the filter ends too early");
        if (t.type == Token::Type::String && t.open)
            return failAt(t.at, t.length, "the quote is never closed");
        return failAt(t.at, t.length, "this does not fit here");
    }

    // --- and, or, not ---------------------------------------------------------------------------------

    static NodePtr group(Node::Type type, std::vector<NodePtr> children) {
        if (children.size() == 1) return children.front();
        auto node = std::make_shared<Node>();
        node->type = type;
        node->children = std::move(children);
        return node;
    }

    NodePtr parseOr(int depth) {
        std::vector<NodePtr> children;
        do {
            NodePtr child = parseAnd(depth);
            if (!child) return nullptr;
            children.push_back(std::move(child));
        } while (accept("||") || acceptWord("or"));
        return group(Node::Type::Or, std::move(children));
    }

    NodePtr parseAnd(int depth) {
        std::vector<NodePtr> children;
        do {
            NodePtr child = parseNot(depth);
            if (!child) return nullptr;
            children.push_back(std::move(child));
        } while (accept("&&") || acceptWord("and"));
        return group(Node::Type::And, std::move(children));
    }

    NodePtr parseNot(int depth) {
        if (depth > kDeepest) return failAt(token().at, token().length, "this is nested too deep");
        wantTest();
        if (accept("!") || acceptWord("not")) {
            NodePtr child = parseNot(depth + 1);
            if (!child) return nullptr;
            return group(child);
        }
        if (!accept("(")) return parseTest();
        NodePtr inner = parseOr(depth + 1);
        if (!inner) return nullptr;
        wantConnective();
        want(Type::Bracket, ")");
        if (!accept(")")) return failHere();
        return inner;
    }

    static NodePtr group(const NodePtr& child) {
        auto node = std::make_shared<Node>();
        node->type = Node::Type::Not;
        node->children.push_back(child);
        return node;
    }

    // --- one test -------------------------------------------------------------------------------------

    NodePtr parseTest() {
        if (token().type != Token::Type::Word) return failHere();
        const FieldInfo* const field = fieldNamed(token().text);
        if (field == nullptr) return unknownField();
        ++pos_;
        auto node = std::make_shared<Node>();
        node->test.field = field->id;
        if (!parseWithin(node->test) || !parseComparison(node->test)) return nullptr;
        return node;
    }

    /// Who writes the beginning of a name means that one, rather than another that is as short.
    static std::string_view meantBy(std::string_view word, const std::vector<std::string_view>& names) {
        std::string_view best;
        for (const std::string_view name : names) {
            if (word.size() >= 2 && name.starts_with(word) && (best.empty() || name.size() < best.size()))
                best = name;
        }
        return best.empty() ? nearestWord(word, names) : best;
    }

    NodePtr unknownField() {
        std::vector<std::string_view> names;
        for (const FieldInfo& field : fields()) names.push_back(field.name);
        return failAt(token().at, token().length, "there is no field " + terminalSafe(token().text),
                      std::string(meantBy(token().text, names)));
    }

    /// header["name"], value.a.b[0][*]["c d"]
    bool parseWithin(Test& test) {
        if (test.field == FieldId::Header) {
            want(Type::Bracket, "[");
            if (!accept("[")) return failHere() != nullptr;
            want({Type::HeaderName, "\"name\"", "name of a header", {}, {}});
            if (token().type != Token::Type::String || token().open) return failHere() != nullptr;
            test.header = token().text;
            ++pos_;
            want(Type::Bracket, "]");
            return accept("]") || failHere() != nullptr;
        }
        while (test.field == FieldId::Value) {
            if (accept(".")) {
                want({Type::PathStep, "", "name in the JSON", test.field, test.path});
                if (token().type != Token::Type::Word) return failHere() != nullptr;
                test.path.emplace_back(token().text);
                ++pos_;
            } else if (accept("[")) {
                if (!parseIndex(test)) return false;
            } else {
                break;
            }
        }
        return true;
    }

    bool parseIndex(Test& test) {
        want(Type::Literal, "an index from 0");
        want(Type::Literal, "* for all elements");
        want(Type::Literal, "a name in quotes");
        const Token& t = token();
        std::size_t index = 0;
        if (t.type == Token::Type::String && !t.open) {
            test.path.emplace_back(t.text);
        } else if (is("*")) {
            test.path.emplace_back(AllElements{});
        } else if (t.type == Token::Type::Number &&
                   std::from_chars(t.text.data(), t.text.data() + t.text.size(), index) ==
                       std::from_chars_result{t.text.data() + t.text.size(), std::errc{}}) {
            test.path.emplace_back(index);
        } else {
            return failHere() != nullptr;
        }
        ++pos_;
        want(Type::Bracket, "]");
        return accept("]") || failHere() != nullptr;
    }

    bool parseComparison(Test& test) {
        for (const Operator& o : kOperators) {
            if (takes(test, o.op)) want(Type::Operator, o.symbol, o.help);
        }
        wantConnective();
        const Token& t = token();
        const auto* const found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& o) {
            return (t.type == Token::Type::Symbol && t.text == o.symbol) ||
                   (t.type == Token::Type::Word && (t.text == o.word || t.text == o.symbol));
        });
        if (found == kOperators.end()) return parseNoOperator();
        if (!takes(test, found->op)) {
            return failAt(t.at, t.length,
                          std::string(info(test.field).name) + " cannot be compared with " + t.text) !=
                   nullptr;
        }
        test.op = found->op;
        ++pos_;
        if (test.op == Op::In) return parseSet(test);
        Item item;
        const Token& literal = token();
        if (!parseLiteral(test, item.from)) return false;
        test.items.push_back(std::move(item));
        return test.op != Op::Matches || parsePattern(test, literal);
    }

    /// A word that looks like an operator is a mistyped one.
    bool parseNoOperator() {
        const Token& t = token();
        if (t.type != Token::Type::Word || t.text == "and" || t.text == "or") {
            return t.type != Token::Type::Bad || failHere() != nullptr;
        }
        std::vector<std::string_view> names{"and", "or"};
        for (const Operator& o : kOperators) names.push_back(o.word);
        return failAt(t.at, t.length, "there is no operator " + terminalSafe(t.text),
                      std::string(nearestWord(t.text, names))) != nullptr;
    }

    bool parsePattern(Test& test, const Token& literal) {
        std::string why;
        test.pattern = Pattern::compile(std::get<std::string>(test.items.front().from), why);
        if (test.pattern) return true;
        wanted_.clear();
        return failAt(literal.at, literal.length, "this is no regular expression: " + terminalSafe(why)) !=
               nullptr;
    }

    bool parseSet(Test& test) {
        want(Type::Bracket, "{");
        if (!accept("{")) return failHere() != nullptr;
        do {
            Item item;
            if (!parseLiteral(test, item.from)) return false;
            const bool ranges = info(test.field).kind != Kind::Boolean && info(test.field).kind != Kind::Word;
            if (ranges) want(Type::Bracket, "..", "up to, included");
            if (ranges && accept("..")) {
                Literal to;
                if (!parseLiteral(test, to)) return false;
                item.to = std::move(to);
            }
            test.items.push_back(std::move(item));
            want(Type::Bracket, ",");
            want(Type::Bracket, "}");
        } while (accept(","));
        return accept("}") || failHere() != nullptr;
    }

    // --- literals -------------------------------------------------------------------------------------

    bool parseLiteral(const Test& test, Literal& out) {
        const Kind kind = info(test.field).kind;
        want({Type::Value, "", "", test.field, {}});
        want(Type::Literal, isTextOp(test.op) ? "a text in quotes" : literalWords(test));
        const Token& t = token();
        if (t.type == Token::Type::Bad || t.type == Token::Type::End || t.open) return failHere() != nullptr;
        const bool ok = kind == Kind::Word                         ? parseWordLiteral(test, t, out)
                        : kind == Kind::Boolean                    ? parseBool(t, out)
                        : t.type == Token::Type::String            ? parseString(kind, t, out)
                        : kind == Kind::Json && !isTextOp(test.op) ? parseJson(test, t, out)
                        : t.type == Token::Type::Number            ? parseNumber(kind, t, out)
                                                                   : false;
        if (!ok && !result_.error) return wrongLiteral(test, t);
        if (ok) ++pos_;
        return ok;
    }

    bool wrongLiteral(const Test& test, const Token& t) {
        const std::string wants(isTextOp(test.op) ? "a text in quotes" : literalWords(test));
        return failAt(t.at, t.length, std::string(info(test.field).name) + " takes " + wants) != nullptr;
    }

    bool parseWordLiteral(const Test& test, const Token& t, Literal& out) {
        if (t.type != Token::Type::Word && t.type != Token::Type::String) return false;
        const auto words = wordsOf(test.field);
        if (std::find(words.begin(), words.end(), t.text) == words.end()) {
            std::string list;
            for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
            return failAt(t.at, t.length, std::string(info(test.field).name) + " is one of " + list,
                          std::string(nearestWord(t.text, words))) != nullptr;
        }
        out = t.text;
        return true;
    }

    static bool parseBool(const Token& t, Literal& out) {
        if (t.type != Token::Type::Word || (t.text != "true" && t.text != "false")) return false;
        out = t.text == "true";
        return true;
    }

    static bool parseString(Kind kind, const Token& t, Literal& out) {
        if (kind != Kind::Text && kind != Kind::Name && kind != Kind::Json) return false;
        out = t.text;
        return true;
    }

    static bool parseJson(const Test& test, const Token& t, Literal& out) {
        if (test.path.empty()) return false;
        if (t.type == Token::Type::Word && t.text == "null") {
            out = Null{};
            return true;
        }
        if (t.type == Token::Type::Word) return parseBool(t, out);
        if (t.type != Token::Type::Number) return false;
        if (parseInteger(t.text, out)) return true;
        double real = 0;
        const char* const first = t.text.data() + (t.text.front() == '+' ? 1 : 0);
        const char* const last = t.text.data() + t.text.size();
        const auto [end, error] = std::from_chars(first, last, real);
        if (error != std::errc{} || end != last || !std::isfinite(real)) return false;
        out = real;
        return true;
    }

    /// 1_000 is 1000.
    static bool parseInteger(const std::string& text, Literal& out) {
        std::string digits;
        for (const char c : text) {
            if (c != '_' && (c != '+' || !digits.empty())) digits += c;
        }
        std::int64_t value = 0;
        const char* const last = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), last, value);
        if (error != std::errc{} || end != last) return false;
        out = value;
        return true;
    }

    static bool parseNumber(Kind kind, const Token& t, Literal& out) {
        const bool minus = t.text.front() == '-';
        const bool sign = minus || t.text.front() == '+';
        std::string plain = t.text.substr(sign ? 1 : 0);
        plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
        const std::size_t micro = plain.find_first_of("\xC2\xCE");
        if (micro != std::string::npos && micro + 1 < plain.size()) plain.replace(micro, 2, "u");
        switch (kind) {
            case Kind::Integer:
                return parseInteger(t.text, out);
            case Kind::Size:
                if (parseInteger(t.text, out)) return true;
                if (const auto size = parseSize(plain); size && !minus) {
                    out = *size;
                    return true;
                }
                return false;
            case Kind::Duration: {
                const auto duration = parseDuration(plain);
                if (duration) out = minus ? -*duration : *duration;
                return duration.has_value();
            }
            case Kind::Time:
                if (const auto duration = sign ? parseDuration(plain) : std::nullopt) {
                    out = RelativeTime{*duration, minus};
                    return true;
                }
                if (const auto time = parseTimeUtc(t.text)) {
                    out = *time;
                    return true;
                }
                return !sign && parseInteger(t.text, out);
            default:
                return false;
        }
    }

    std::string_view text_;
    const std::vector<Token>& tokens_;
    std::size_t pos_ = 0;
    std::size_t wanted_at_ = 0;
    std::vector<Expectation> wanted_;
    ParseResult result_;
};

}  // namespace

ParseResult parseTokens(std::string_view text, const std::vector<Token>& tokens) {
    return Parser(text, tokens).run();
}

}  // namespace weir::filter
