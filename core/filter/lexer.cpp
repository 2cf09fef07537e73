// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/lexer.h"

#include <array>
#include <cstdint>

namespace weir::filter {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int hexDigit(char c) {
    if (isDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void appendUtf8(std::string& out, unsigned code) {
    const auto add = [&](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | code >> 6);
        add(0x80 | (code & 63));
    } else {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 63));
        add(0x80 | (code & 63));
    }
}

// The longer of those that begin alike first.
constexpr std::array<std::string_view, 19> kSymbols{"&&", "||", "==", "!=", "<=", ">=", "..", "(", ")", "[",
                                                    "]",  "{",  "}",  ",",  ".",  "!",  "<",  ">", "*"};

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (true) {
            const std::size_t before = pos_;
            while (pos_ < text_.size() && isBlank(text_[pos_])) ++pos_;
            const bool spaced = pos_ > before;
            token_ = Token{};
            token_.at = pos_;
            token_.spaced = spaced;
            if (pos_ == text_.size()) break;
            next();
            token_.length = pos_ - token_.at;
            tokens_.push_back(std::move(token_));
        }
        tokens_.push_back(std::move(token_));
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
    }

    void next() {
        const char c = peek();
        if (c == '"' || c == '\'') return string(false);
        if (c == 'r' && (peek(1) == '"' || peek(1) == '\'')) {
            ++pos_;
            return string(true);
        }
        if (isLetter(c)) return word();
        if (isDigit(c) || ((c == '-' || c == '+') && isDigit(peek(1)))) return number();
        for (const std::string_view symbol : kSymbols) {
            if (text_.substr(pos_, symbol.size()) != symbol) continue;
            pos_ += symbol.size();
            token_.type = Token::Type::Symbol;
            token_.text = symbol;
            return;
        }
        bad(c == '='   ? "write == to compare"
            : c == '&' ? "write && for and"
            : c == '|' ? "write || for or"
                       : "this character means nothing here");
    }

    void bad(const char* why) {
        token_.type = Token::Type::Bad;
        token_.text = why;
        do {
            ++pos_;
        } while (pos_ < text_.size() && (static_cast<unsigned char>(text_[pos_]) & 0xC0u) == 0x80u);
    }

    void word() {
        token_.type = Token::Type::Word;
        const std::size_t from = pos_;
        // A hyphen belongs to a word when a letter follows: key-split.
        while (isLetter(peek()) || isDigit(peek()) || (peek() == '-' && isLetter(peek(1)))) ++pos_;
        token_.text = text_.substr(from, pos_ - from);
    }

    [[nodiscard]] bool digitsAt(std::size_t ahead, std::size_t count) const {
        for (std::size_t i = 0; i < count; ++i) {
            if (!isDigit(peek(ahead + i))) return false;
        }
        return true;
    }

    void number() {
        token_.type = Token::Type::Number;
        const std::size_t from = pos_;
        if (digitsAt(0, 4) && peek(4) == '-' && digitsAt(5, 2)) {
            time();
        } else {
            ++pos_;  // a digit or the sign
            while (isDigit(peek()) || (peek() == '_' && isDigit(peek(1)))) ++pos_;
            if (peek() == '.' && isDigit(peek(1))) {
                ++pos_;
                while (isDigit(peek())) ++pos_;
            }
            const bool sign = peek(1) == '+' || peek(1) == '-';
            if ((peek() == 'e' || peek() == 'E') && isDigit(peek(sign ? 2 : 1))) {
                pos_ += sign ? 2 : 1;
                while (isDigit(peek())) ++pos_;
            }
            while (isLetter(peek()) || isDigit(peek()) || text_.substr(pos_, 2) == "\u00B5" ||
                   text_.substr(pos_, 2) == "\u03BC") {
                pos_ += isLetter(peek()) || isDigit(peek()) ? 1 : 2;
            }
        }
        token_.text = text_.substr(from, pos_ - from);
    }

    /// 2026-01-31T10:00:00.5+01:00, or the beginning of one: what it is worth is judged later.
    void time() {
        while (isDigit(peek()) || isLetter(peek()) || peek() == '-' || peek() == ':' ||
               (peek() == '.' && isDigit(peek(1))) || (peek() == '+' && isDigit(peek(1)))) {
            ++pos_;
        }
    }

    void string(bool raw) {
        const char quote = peek();
        ++pos_;
        token_.type = Token::Type::String;
        while (pos_ < text_.size()) {
            const char c = text_[pos_];
            if (c == quote) {
                ++pos_;
                return;
            }
            if (c != '\\' || raw) {
                token_.text += c;
                ++pos_;
            } else if (!escape()) {
                return;
            }
        }
        token_.open = true;
    }

    bool escape() {
        const std::size_t start = pos_;
        const char c = peek(1);
        const auto bytes = [&](std::size_t digits) -> std::int64_t {
            std::int64_t value = 0;
            for (std::size_t i = 0; i < digits; ++i) {
                const int digit = hexDigit(peek(2 + i));
                if (digit < 0) return -1;
                value = value * 16 + digit;
            }
            return value;
        };
        constexpr std::string_view kPlain = "\"'\\/ntr";
        constexpr std::string_view kMeant = "\"'\\/\n\t\r";
        if (pos_ + 1 >= text_.size()) {
            token_.open = true;
            ++pos_;
            return true;
        }
        if (const std::size_t at = kPlain.find(c); at != std::string_view::npos) {
            token_.text += kMeant[at];
            pos_ += 2;
            return true;
        }
        if (const std::int64_t byte = c == 'x' ? bytes(2) : -1; byte >= 0) {
            token_.text += static_cast<char>(static_cast<unsigned char>(byte));
            pos_ += 4;
            return true;
        }
        if (const std::int64_t code = c == 'u' ? bytes(4) : -1;
            code >= 0 && (code < 0xD800 || code > 0xDFFF)) {
            appendUtf8(token_.text, static_cast<unsigned>(code));
            pos_ += 6;
            return true;
        }
        token_.type = Token::Type::Bad;
        token_.text =
            "an escape is \\\" \\\\ \\n \\t \\r \\xHH or \\uHHHH; r\"…\" takes every character as it is";
        token_.at = start;
        pos_ += 2;
        return false;
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    Token token_;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    return Lexer(text).run();
}

}  // namespace weir::filter
