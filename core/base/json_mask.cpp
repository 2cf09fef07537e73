// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_mask.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace weir {
namespace {

constexpr std::string_view kInPlace = "\"***\"";
constexpr int kDeepest = 500;

void appendCodePoint(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::optional<std::uint32_t> hex4(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    std::uint32_t v = 0;
    for (const char c : text.substr(0, 4)) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) return std::nullopt;
        v = v << 4 | static_cast<std::uint32_t>(digit);
    }
    return v;
}

/// The content of a JSON string, between its quotes, without its escapes; nothing when one is wrong.
std::optional<std::string> unescaped(std::string_view raw) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            out += raw[i];
            continue;
        }
        if (++i == raw.size()) return std::nullopt;
        constexpr std::string_view kShort = "\"\\/bfnrt", kMeans = "\"\\/\b\f\n\r\t";
        if (const auto at = kShort.find(raw[i]); at != std::string_view::npos) {
            out += kMeans[at];
            continue;
        }
        if (raw[i] != 'u') return std::nullopt;
        auto c = hex4(raw.substr(i + 1));
        if (!c) return std::nullopt;
        i += 4;
        if (*c >= 0xD800 && *c < 0xDC00 && raw.substr(i + 1, 2) == "\\u") {
            const auto low = hex4(raw.substr(i + 3));
            if (low && *low >= 0xDC00 && *low < 0xE000) {
                c = 0x10000 + ((*c - 0xD800) << 10) + (*low - 0xDC00);
                i += 6;
            }
        }
        appendCodePoint(out, *c);
    }
    return out;
}

/// Walks JSON text once, with the places in the paths that may still be met.
class Walker {
  public:
    Walker(const std::vector<JsonPath>& paths, std::string_view text) : paths_(paths), text_(text) {}

    bool run() {
        States at_root;
        bool whole = false;
        for (std::size_t p = 0; p < paths_.size(); ++p) {
            whole = whole || paths_[p].empty();
            if (!paths_[p].empty()) at_root.push_back({p, 0});
        }
        space();
        const std::size_t from = at_;
        if (!value(whole ? States{} : at_root, 0)) return false;
        if (whole) spans.emplace_back(from, at_);
        space();
        return at_ == text_.size();
    }

    std::vector<std::pair<std::size_t, std::size_t>> spans;  ///< what is to be replaced, in order

  private:
    struct State {
        std::size_t path = 0, step = 0;
    };
    using States = std::vector<State>;

    void space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
    }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    /// The content between the quotes, raw.
    std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        const std::size_t from = at_;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') return text_.substr(from, at_++ - from);
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c == '\\' && ++at_ == text_.size()) return std::nullopt;
        }
        return std::nullopt;
    }

    bool digits() {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
        return at_ > from;
    }

    bool number() {
        (void)take('-');
        if (!digits()) return false;
        if (take('.') && !digits()) return false;
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (!take('+')) (void)take('-');
            return digits();
        }
        return true;
    }

    bool word(std::string_view w) {
        if (text_.substr(at_, w.size()) != w) return false;
        at_ += w.size();
        return true;
    }

    bool value(const States& states, int depth) {
        if (at_ >= text_.size() || depth > kDeepest) return false;
        switch (text_[at_]) {
            case '{':
                return object(states, depth);
            case '[':
                return array(states, depth);
            case '"': {
                const auto raw = string();
                return raw && unescaped(*raw);
            }
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    template <typename Matches>
    bool child(const States& states, int depth, const Matches& matches) {
        States inner;
        bool named = false;
        for (const State& state : states) {
            const JsonPath& path = paths_[state.path];
            const JsonStep& step = path[state.step];
            if (step.deep) inner.push_back(state);
            if (!matches(step)) continue;
            if (state.step + 1 == path.size()) {
                named = true;
            } else {
                inner.push_back({state.path, state.step + 1});
            }
        }
        const std::size_t from = at_;
        if (!value(named ? States{} : inner, depth + 1)) return false;
        if (named) spans.emplace_back(from, at_);
        return true;
    }

    bool object(const States& states, int depth) {
        ++at_;
        space();
        if (take('}')) return true;
        for (;;) {
            space();
            const auto raw = string();
            if (!raw) return false;
            const auto name = unescaped(*raw);
            if (!name) return false;
            space();
            if (!take(':')) return false;
            space();
            const bool good = child(states, depth, [&](const JsonStep& step) {
                return step.kind == JsonStep::Kind::All ||
                       (step.kind == JsonStep::Kind::Member && step.name == *name);
            });
            if (!good) return false;
            space();
            if (take('}')) return true;
            if (!take(',')) return false;
        }
    }

    bool array(const States& states, int depth) {
        ++at_;
        space();
        if (take(']')) return true;
        for (std::uint64_t index = 0;; ++index) {
            space();
            const bool good = child(states, depth, [&](const JsonStep& step) {
                return step.kind == JsonStep::Kind::All ||
                       (step.kind == JsonStep::Kind::Element && step.index == index);
            });
            if (!good) return false;
            space();
            if (take(']')) return true;
            if (!take(',')) return false;
        }
    }

    const std::vector<JsonPath>& paths_;
    std::string_view text_;
    std::size_t at_ = 0;
};

tl::unexpected<Error> wrong(std::string_view text, std::size_t at, std::string_view expected) {
    return fail(ErrorCode::Usage,
                fmt::format("\"{}\" is no path into JSON: at character {}, expected {}", terminalSafe(text),
                            at + 1, expected),
                "Write it like $.card.number, $.items[*].iban or $..password.");
}

}  // namespace

Result<JsonPath> parseJsonPath(std::string_view text) {
    JsonPath path;
    std::size_t at = 0;
    if (text.starts_with('$')) ++at;
    if (text.empty()) return wrong(text, 0, "the name of a member");
    while (at < text.size()) {
        JsonStep step;
        if (text[at] == '[') {
            ++at;
            const std::size_t from = at;
            if (text.substr(at, 2) == "*]") {
                step.kind = JsonStep::Kind::All;
                at += 2;
            } else if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
                const char quote = text[at++];
                const std::size_t end = text.find(quote, at);
                if (end == std::string_view::npos || text.substr(end + 1, 1) != "]") {
                    return wrong(text, text.size(), "the closing quote and ]");
                }
                step.name = text.substr(at, end - at);
                at = end + 2;
            } else {
                step.kind = JsonStep::Kind::Element;
                while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - from < 9) {
                    step.index = step.index * 10 + static_cast<std::uint64_t>(text[at++] - '0');
                }
                if (at == from) return wrong(text, at, "a number, * or a name in quotes");
                if (text.substr(at, 1) != "]") return wrong(text, at, "]");
                ++at;
            }
        } else {
            if (text[at] == '.') {
                ++at;
                if (at < text.size() && text[at] == '.') {
                    step.deep = true;
                    ++at;
                }
            } else if (at != 0) {
                return wrong(text, at, ". or [");
            }
            const std::size_t end = std::min(text.find_first_of(".[", at), text.size());
            step.name = text.substr(at, end - at);
            if (step.name.empty()) return wrong(text, at, "the name of a member");
            if (step.name == "*") {
                step.kind = JsonStep::Kind::All;
                step.name.clear();
            }
            at = end;
        }
        path.push_back(std::move(step));
    }
    return path;
}

JsonMask::Outcome JsonMask::apply(std::string_view json, std::string& out) const {
    Walker walker(paths_, json);
    if (!walker.run()) return Outcome::NotJson;
    if (walker.spans.empty()) return Outcome::Untouched;
    out.clear();
    std::size_t at = 0;
    for (const auto& [from, to] : walker.spans) {
        out += json.substr(at, from - at);
        out += kInPlace;
        at = to;
    }
    out += json.substr(at);
    return Outcome::Masked;
}

}  // namespace weir
