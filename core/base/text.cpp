// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace weir {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Length of the valid UTF-8 sequence at `pos`, 0 when it is none (overlong, surrogate, cut, stray).
std::size_t sequenceLength(std::string_view text, std::size_t pos) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[pos + i]); };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned char lead = byte(0);
    const std::size_t left = text.size() - pos;
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return left >= 2 && tail(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (left < 3 || !tail(1) || !tail(2)) return 0;
        if (lead == 0xE0 && byte(1) < 0xA0) return 0;
        if (lead == 0xED && byte(1) > 0x9F) return 0;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
        if (lead == 0xF0 && byte(1) < 0x90) return 0;
        if (lead == 0xF4 && byte(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u);
            row[j] = std::min({above + 1, row[j - 1] + 1, change});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string formatCount(std::int64_t count) {
    const std::string digits = std::to_string(count < 0 ? -count : count);
    std::string out = count < 0 ? "\u2212" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) out += "\u202F";
        out += digits[i];
    }
    return out;
}

std::string formatSize(std::int64_t bytes) {
    if (bytes < 1000) return fmt::format("{}\u00A0bytes", bytes);
    double value = static_cast<double>(bytes);
    for (const char* unit : {"kB", "MB", "GB", "TB"}) {
        value /= 1000;
        if (value < 9.995) return fmt::format("{:.2f}\u00A0{}", value, unit);
        if (value < 99.95) return fmt::format("{:.1f}\u00A0{}", value, unit);
        if (value < 999.5) return fmt::format("{:.0f}\u00A0{}", value, unit);
    }
    return fmt::format("{:.0f}\u00A0PB", value / 1000);
}

bool isUtf8(std::string_view text) noexcept {
    for (std::size_t pos = 0; pos < text.size();) {
        // Most text is ASCII: eight bytes at a time without a high bit.
        std::uint64_t word = 0;
        if (pos + sizeof word <= text.size()) {
            std::memcpy(&word, text.data() + pos, sizeof word);
            if ((word & 0x8080808080808080u) == 0) {
                pos += sizeof word;
                continue;
            }
        }
        const std::size_t length = sequenceLength(text, pos);
        if (length == 0) return false;
        pos += length;
    }
    return true;
}

std::string terminalSafe(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t length = sequenceLength(text, pos);
        const auto lead = static_cast<unsigned char>(text[pos]);
        const bool c1 = length == 2 && lead == 0xC2 && static_cast<unsigned char>(text[pos + 1]) < 0xA0;
        if (lead == '\n' || lead == '\t' || lead == '\r') {
            out += ' ';
        } else if (length == 0 || lead < 0x20 || lead == 0x7F || c1) {
            out += "\uFFFD";
        } else {
            out.append(text, pos, length);
        }
        pos += std::max<std::size_t>(length, 1);
    }
    return out;
}

void appendJsonString(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;  // start of what needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, plain, i - plain);
        plain = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        }
    }
    out.append(text, plain);
    out += '"';
}

void appendBase64(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
    const auto at = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
    };
    std::size_t i = 0;
    for (; i + 2 < bytes.size(); i += 3) {
        const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        const char four[] = {kBase64[group >> 18], kBase64[group >> 12 & 63], kBase64[group >> 6 & 63],
                             kBase64[group & 63]};
        out.append(four, 4);
    }
    if (bytes.size() - i == 1) {
        const unsigned group = at(i) << 16;
        out += kBase64[group >> 18];
        out += kBase64[group >> 12 & 63];
        out += "==";
    } else if (bytes.size() - i == 2) {
        const unsigned group = at(i) << 16 | at(i + 1) << 8;
        out += kBase64[group >> 18];
        out += kBase64[group >> 12 & 63];
        out += kBase64[group >> 6 & 63];
        out += '=';
    }
}

bool decodeBase64(std::string_view text, std::string& out) {
    static const std::array<signed char, 256> table = [] {
        std::array<signed char, 256> t{};
        t.fill(-1);
        for (std::size_t i = 0; i < kBase64.size(); ++i) {
            t[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
        }
        return t;
    }();
    if (text.size() % 4 != 0) return false;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    out.clear();
    out.reserve(text.size() / 4 * 3);
    unsigned group = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pad = i >= text.size() - padding;
        const int digit = pad ? 0 : table[static_cast<unsigned char>(text[i])];
        if (digit < 0) return false;
        group = group << 6 | static_cast<unsigned>(digit);
        if (i % 4 == 3) {
            out += static_cast<char>(group >> 16 & 255u);
            out += static_cast<char>(group >> 8 & 255u);
            out += static_cast<char>(group & 255u);
            group = 0;
        }
    }
    out.resize(out.size() - padding);
    return true;
}

std::string_view nearestWord(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace weir
