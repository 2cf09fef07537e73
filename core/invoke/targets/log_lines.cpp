// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/log_lines.h"

#include "base/text.h"

#include <algorithm>

namespace weir::invoke {
namespace {

std::string lineText(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return toUtf8(line);
}

/// Where to cut at most `limit` bytes off without splitting a UTF-8 character.
std::size_t cutLength(std::string_view text, std::size_t limit) {
    std::size_t cut = limit;
    while (cut > limit - 4 && (static_cast<unsigned char>(text[cut]) & 0xC0u) == 0x80u) --cut;
    return cut > limit - 4 ? cut : limit;
}

}  // namespace

std::string toUtf8(std::string_view bytes) {
    if (bytes.find('\0') == std::string_view::npos && isUtf8(bytes)) return std::string(bytes);
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t pos = 0; pos < bytes.size();) {
        std::size_t length = 1;
        while (length <= 4 && !isUtf8(bytes.substr(pos, length))) ++length;
        if (length > 4 || bytes[pos] == '\0') {
            out += "\uFFFD";
            ++pos;
        } else {
            out.append(bytes, pos, length);
            pos += length;
        }
    }
    return out;
}

std::vector<std::string> LogLines::add(std::string_view bytes) {
    std::vector<std::string> lines;
    std::size_t from = 0;
    while (from < bytes.size()) {
        const std::size_t end = bytes.find('\n', from);
        const bool complete = end != std::string_view::npos;
        const std::size_t room = kLongest + 1 - rest_.size();
        const std::size_t taken = std::min(room, (complete ? end : bytes.size()) - from);
        rest_.append(bytes, from, taken);
        from += taken;
        if (rest_.size() > kLongest) {
            const std::size_t cut = cutLength(rest_, kLongest);
            lines.push_back(toUtf8(std::string_view(rest_).substr(0, cut)));
            rest_.erase(0, cut);
        } else if (complete) {
            lines.push_back(lineText(rest_));
            rest_.clear();
            ++from;  // the line end
        }
    }
    return lines;
}

std::vector<std::string> LogLines::finish() {
    std::vector<std::string> lines;
    if (!rest_.empty()) lines.push_back(lineText(rest_));
    rest_.clear();
    return lines;
}

}  // namespace weir::invoke
