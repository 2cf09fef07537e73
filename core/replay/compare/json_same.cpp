// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/json_same.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace weir::compare {
namespace {

constexpr int kDeepest = 100;
constexpr std::size_t kMostMembers = 64;    // of an object; more take too long to be told apart
constexpr std::size_t kLongestNumber = 20;  // what is longer, or has an exponent, is not judged here

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads a text token by token. Empty tokens: it is none that this knows.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// The next character that is no white space; 0 at the end.
    char look() {
        while (!rest_.empty() &&
               (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r'))
            rest_.remove_prefix(1);
        return rest_.empty() ? '\0' : rest_[0];
    }
    bool take(char c) {
        if (look() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// With its quotes.
    std::string_view string() {
        if (look() != '"') return {};
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') return cut(i + 1);
            if (static_cast<unsigned char>(rest_[i]) < 0x20) return {};
            if (rest_[i] != '\\') continue;
            ++i;
            if (i == rest_.size() || std::string_view("\"\\/bfnrt").find(rest_[i]) == std::string_view::npos)
                return {};
        }
        return {};
    }
    /// A string, a number or a word.
    std::string_view scalar() {
        const char c = look();
        if (c == '"') return string();
        for (const std::string_view word : {"true", "false", "null"}) {
            if (rest_.substr(0, word.size()) == word) return cut(word.size());
        }
        return number();
    }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

  private:
    std::string_view cut(std::size_t size) {
        const std::string_view token = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return token;
    }
    [[nodiscard]] std::size_t digits(std::size_t from) const {
        std::size_t i = from;
        while (i < rest_.size() && isDigit(rest_[i])) ++i;
        return i - from;
    }
    std::string_view number() {
        std::size_t i = !rest_.empty() && rest_[0] == '-' ? 1 : 0;
        const std::size_t whole = digits(i);
        if (whole == 0 || (whole > 1 && rest_[i] == '0')) return {};
        i += whole;
        if (i < rest_.size() && rest_[i] == '.') {
            const std::size_t fraction = digits(i + 1);
            if (fraction == 0) return {};
            i += 1 + fraction;
        }
        if (i > kLongestNumber || (i < rest_.size() && (rest_[i] == 'e' || rest_[i] == 'E'))) return {};
        return cut(i);
    }

    std::string_view rest_;
};

class Lockstep {
  public:
    Lockstep(std::string_view a, std::string_view b, const std::vector<std::string>& ignore)
        : a_(a), b_(b), ignore_(ignore) {}

    bool same() { return value(0) && a_.look() == '\0' && b_.look() == '\0' && a_.left() + b_.left() == 0; }

  private:
    bool value(int depth) {
        if (ignored()) return skip(a_, depth) && skip(b_, depth);
        if (depth >= kDeepest || a_.look() != b_.look()) return false;
        if (a_.look() == '{') return object(depth);
        if (a_.look() == '[') return array(depth);
        const std::string_view of_a = a_.scalar();
        return !of_a.empty() && of_a == b_.scalar();
    }
    bool object(int depth) {
        std::array<std::string_view, kMostMembers> names;
        std::size_t count = 0;
        if (!a_.take('{') || !b_.take('{')) return false;
        if (a_.take('}')) return b_.take('}');
        const std::size_t path = path_.size();
        do {
            const std::string_view name = a_.string();
            // An escaped name would have to be told apart from others by what it means; of two with one name
            // the last counts.
            if (name.empty() || name != b_.string() || name.find('\\') != std::string_view::npos)
                return false;
            const auto* const end = names.begin() + count;
            if (count == kMostMembers || std::find<const std::string_view*>(names.begin(), end, name) != end)
                return false;
            names.at(count++) = name;
            if (!a_.take(':') || !b_.take(':')) return false;
            path_ += '.';
            path_.append(name.substr(1, name.size() - 2));
            if (!value(depth + 1)) return false;
            path_.resize(path);
            if (a_.look() != b_.look()) return false;
        } while (a_.take(',') && b_.take(','));
        return a_.take('}') && b_.take('}');
    }
    bool array(int depth) {
        if (!a_.take('[') || !b_.take('[')) return false;
        if (a_.take(']')) return b_.take(']');
        const std::size_t path = path_.size();
        path_ += "[]";
        do {
            if (!value(depth + 1) || a_.look() != b_.look()) return false;
        } while (a_.take(',') && b_.take(','));
        path_.resize(path);
        return a_.take(']') && b_.take(']');
    }
    /// Goes over a value, which must be one.
    static bool skip(Scanner& text, int depth) {
        if (depth >= kDeepest) return false;
        if (text.take('{')) {
            if (text.take('}')) return true;
            do {
                if (text.string().empty() || !text.take(':') || !skip(text, depth + 1)) return false;
            } while (text.take(','));
            return text.take('}');
        }
        if (text.take('[')) {
            if (text.take(']')) return true;
            do {
                if (!skip(text, depth + 1)) return false;
            } while (text.take(','));
            return text.take(']');
        }
        return !text.scalar().empty();
    }
    [[nodiscard]] bool ignored() const {
        return std::find(ignore_.begin(), ignore_.end(), path_) != ignore_.end();
    }

    Scanner a_, b_;
    const std::vector<std::string>& ignore_;
    std::string path_;
};

}  // namespace

bool sameJson(std::string_view a, std::string_view b, const std::vector<std::string>& ignore) {
    if (!isUtf8(a) || !isUtf8(b)) return false;
    return Lockstep(a, b, ignore).same();
}

}  // namespace weir::compare
