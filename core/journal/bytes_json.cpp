// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/bytes_json.h"

#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace weir::journal {
namespace {

/// Length of the leading part that surely holds neither NUL nor a byte over 0x7F, eight bytes at a time.
std::size_t plainAscii(std::string_view bytes) noexcept {
    constexpr std::uint64_t kHigh = 0x8080808080808080u;
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    std::size_t pos = 0;
    for (; pos + 8 <= bytes.size(); pos += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + pos, sizeof word);
        // A high bit in the word is a byte over 0x7F; one in the difference is a NUL that borrowed.
        if (((word | (word - kOnes)) & kHigh) != 0) return pos;
    }
    for (; pos < bytes.size(); ++pos) {
        const auto c = static_cast<unsigned char>(bytes[pos]);
        if (c == 0 || c > 0x7F) return pos;
    }
    return pos;
}

/// Length of the longest prefix of at most four bytes that is UTF-8 by itself, 0 when there is none.
std::size_t characterLength(std::string_view text) noexcept {
    for (std::size_t n = 1; n <= 4 && n <= text.size(); ++n) {
        if (isUtf8(text.substr(0, n))) return n;
    }
    return 0;
}

std::string repaired(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t n = characterLength(text);
        if (n == 0) {
            out += "\uFFFD";
        } else {
            out.append(text, 0, n);
        }
        text.remove_prefix(std::max<std::size_t>(n, 1));
    }
    return out;
}

}  // namespace

bool isPlainText(std::string_view bytes) noexcept {
    const std::string_view rest = bytes.substr(plainAscii(bytes));
    return rest.empty() || (rest.find('\0') == std::string_view::npos && isUtf8(rest));
}

void appendBytesJson(std::string& out, Bytes bytes) {
    if (bytes.isNull()) {
        out += "null";
    } else if (isUtf8(bytes.view())) {
        appendJsonString(out, bytes.view());
    } else {
        out += "{\"base64\":\"";
        appendBase64(out, bytes.view());
        out += "\"}";
    }
}

void appendHeadersJson(std::string& out, std::span<const Header> headers) {
    out += '[';
    for (std::size_t i = 0; i < headers.size(); ++i) {
        out += i == 0 ? "[" : ",[";
        appendBytesJson(
            out, {headers[i].name.data() == nullptr ? "" : headers[i].name.data(), headers[i].name.size()});
        out += ',';
        appendBytesJson(out, headers[i].value);
        out += ']';
    }
    out += ']';
}

void appendTextJson(std::string& out, std::string_view text) {
    if (isUtf8(text)) {
        appendJsonString(out, text);
    } else {
        appendJsonString(out, repaired(text));
    }
}

}  // namespace weir::journal
