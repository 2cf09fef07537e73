// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/complete.h"

#include "filter/ast.h"
#include "filter/parser.h"

#include <simdjson.h>

#include <algorithm>
#include <set>

namespace weir::filter {
namespace {

constexpr std::int64_t kSampled = 50;  // newest events
constexpr std::size_t kLargestSample = 64 * 1024;
constexpr std::size_t kMostPaths = 500;
constexpr int kDeepest = 6;

/// A test on nothing but a path or a text, to borrow the way in which those are written.
std::string written(std::vector<PathStep> path) {
    Node node;
    node.test.field = FieldId::Value;
    node.test.path = std::move(path);
    return toText(node).substr(5);  // behind "value"
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

void collectPaths(simdjson::dom::element element, std::vector<PathStep>& path, std::set<std::string>& out) {
    if (out.size() >= kMostPaths || path.size() > kDeepest) return;
    simdjson::dom::object object;
    simdjson::dom::array array;
    simdjson::dom::element first;
    if (element.get(object) == simdjson::SUCCESS) {
        for (const auto field : object) {
            path.emplace_back(std::string(field.key));
            out.insert(written(path));
            collectPaths(field.value, path, out);
            path.pop_back();
        }
    } else if (element.get(array) == simdjson::SUCCESS && array.at(0).get(first) == simdjson::SUCCESS) {
        path.emplace_back(AllElements{});
        out.insert(written(path));
        collectPaths(first, path, out);
        path.pop_back();
    }
}

class Completer {
  public:
    Completer(std::string_view text, std::size_t cursor, const CompletionData& data)
        : text_(text), cursor_(std::min(cursor, text.size())), data_(data) {}

    Completion run() {
        std::vector<Token> tokens = tokenize(text_.substr(0, cursor_));
        Token end;
        end.at = cursor_;
        tokens.pop_back();
        out_.from = out_.to = cursor_;
        // The token that the cursor touches is what is being typed, unless it is finished.
        if (!tokens.empty()) {
            const Token& last = tokens.back();
            const bool typed = last.at + last.length == cursor_ &&
                               (last.type == Token::Type::Word || last.open || isPartOfOperator(last));
            if (typed) {
                prefix_ = text_.substr(last.at, cursor_ - last.at);
                out_.from = last.at;
                tokens.pop_back();
                extendOverWord();
            }
        }
        tokens.push_back(end);
        for (const Expectation& e : parseTokens(text_.substr(0, cursor_), tokens).expected) add(e);
        return std::move(out_);
    }

  private:
    static bool isPartOfOperator(const Token& token) {
        return token.type == Token::Type::Bad ||
               (token.type == Token::Type::Symbol && (token.text == "<" || token.text == ">"));
    }

    /// What follows the cursor without a gap belongs to the word that is replaced.
    void extendOverWord() {
        while (out_.to < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[out_.to])) != 0 || text_[out_.to] == '_')) {
            ++out_.to;
        }
    }

    void offer(Candidate::Kind kind, std::string text, std::string help) {
        const bool quote = !prefix_.empty() && (prefix_.front() == '"' || prefix_.front() == '\'');
        const std::string_view typed =
            quote ? std::string_view(prefix_).substr(1) : std::string_view(prefix_);
        const std::string_view bare =
            !text.empty() && text.front() == '"' ? std::string_view(text).substr(1) : std::string_view(text);
        if (quote && (text.empty() || text.front() != '"')) return;
        if (!bare.starts_with(typed)) return;
        out_.candidates.push_back({kind, std::move(text), std::move(help)});
    }

    void add(const Expectation& e) {
        using Type = Expectation::Type;
        switch (e.type) {
            case Type::Field:
                return offer(Candidate::Kind::Field, e.text, e.help);
            case Type::Operator:
                return offer(Candidate::Kind::Operator, e.text, e.help);
            case Type::Connective:
                return offer(Candidate::Kind::Connective, e.text, e.help);
            case Type::Bracket:
                return offer(Candidate::Kind::Bracket, e.text, e.help);
            case Type::HeaderName:
                for (const std::string& name : data_.headers) {
                    offer(Candidate::Kind::HeaderName, quoted(name), "");
                }
                return;
            case Type::PathStep:
                return addPaths(e);
            case Type::Value:
                return addValues(e.field);
            case Type::Literal:
                out_.hints.push_back(e.text);
        }
    }

    void addValues(FieldId field) {
        const FieldInfo& f = info(field);
        for (const std::string_view word : wordsOf(field)) {
            offer(Candidate::Kind::Value, std::string(word), std::string(f.name));
        }
        if (f.kind == Kind::Boolean) {
            offer(Candidate::Kind::Value, "true", "");
            offer(Candidate::Kind::Value, "false", "");
        }
        if (f.kind != Kind::Name) return;
        for (const Named& named : data_.names.of(field)) {
            offer(Candidate::Kind::Value, quoted(named.name), std::string(f.name));
        }
    }

    /// Next names of the known paths that begin as the one that is being written.
    void addPaths(const Expectation& e) {
        const std::string before = e.path.empty() ? "." : written(e.path) + '.';
        std::set<std::string> names;
        for (const std::string& path : data_.json_paths) {
            if (!path.starts_with(before)) continue;
            const std::string rest = path.substr(before.size());
            names.insert(rest.substr(0, rest.find_first_of(".[")));
        }
        for (const std::string& name : names) {
            if (!name.empty()) offer(Candidate::Kind::JsonName, name, "in the JSON of values");
        }
    }

    std::string_view text_;
    std::size_t cursor_;
    const CompletionData& data_;
    std::string prefix_;
    Completion out_;
};

}  // namespace

Result<CompletionData> completionData(journal::SessionReader& reader) {
    CompletionData data;
    auto names = readNames(reader);
    if (!names) return passOn(names);
    data.names = std::move(*names);
    const auto extent = reader.extent();
    if (!extent) return tl::unexpected<Error>(extent.error());
    std::set<std::string> headers, paths;
    simdjson::dom::parser parser;
    for (std::int64_t id = extent->events; id > 0 && id > extent->events - kSampled; --id) {
        const auto event = reader.event(EventId{id});
        if (!event) continue;
        for (const auto& header : event->headers) headers.insert(header.first);
        if (!event->value || event->value->size() > kLargestSample) continue;
        simdjson::dom::element root;
        std::vector<PathStep> path;
        if (parser.parse(*event->value).get(root) == simdjson::SUCCESS) collectPaths(root, path, paths);
    }
    data.headers.assign(headers.begin(), headers.end());
    data.json_paths.assign(paths.begin(), paths.end());
    return data;
}

Completion complete(std::string_view text, std::size_t cursor, const CompletionData& data) {
    return Completer(text, cursor, data).run();
}

}  // namespace weir::filter
