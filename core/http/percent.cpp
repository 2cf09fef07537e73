// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/percent.h"

#include <fmt/format.h>

namespace weir {

std::string percentEncoded(std::string_view text, bool keep_slashes) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.' || c == '~' || (keep_slashes && c == '/');
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace weir
