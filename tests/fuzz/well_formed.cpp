// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/well_formed.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace weir::fuzz {
namespace {

bool isNameChar(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':' || c == '_' || c == '!';
}

struct Tag {
    std::string name;
    std::vector<std::string> attributes;  ///< names
    bool closing = false, empty = false;
};

/// The tag that begins at the front, after its `<`; takes it off. Nothing: it is none.
std::optional<Tag> takeTag(std::string_view& text, bool bare_attributes) {
    Tag tag;
    std::size_t i = 0;
    const auto name = [&] {
        std::string n;
        while (i < text.size() && isNameChar(text[i])) n += text[i++];
        return n;
    };
    if (i < text.size() && text[i] == '/') {
        tag.closing = true;
        ++i;
    }
    tag.name = name();
    if (tag.name.empty()) return std::nullopt;
    while (i < text.size()) {
        while (i < text.size() && (text[i] == ' ' || text[i] == '\n')) ++i;
        if (i < text.size() && text[i] == '/') {
            tag.empty = true;
            ++i;
        }
        if (i < text.size() && text[i] == '>') {
            text.remove_prefix(i + 1);
            return tag;
        }
        const std::string attribute = name();
        if (attribute.empty() || tag.empty) return std::nullopt;
        tag.attributes.push_back(attribute);
        if (i >= text.size() || text[i] != '=') {
            if (!bare_attributes) return std::nullopt;
            continue;
        }
        if (++i >= text.size() || text[i] != '"') return std::nullopt;
        const std::size_t end = text.find('"', i + 1);
        if (end == std::string_view::npos) return std::nullopt;
        if (text.substr(i, end - i).find('<') != std::string_view::npos) return std::nullopt;
        i = end + 1;
    }
    return std::nullopt;
}

bool hasKnownEntities(std::string_view text) {
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
        const std::string_view rest = text.substr(at + 1, 5);
        if (!rest.starts_with("amp;") && !rest.starts_with("lt;") && !rest.starts_with("gt;") &&
            !rest.starts_with("quot;") && !rest.starts_with("#39;"))
            return false;
    }
    return true;
}

}  // namespace

bool isCleanText(std::string_view text) {
    if (!isUtf8(text)) return false;
    for (const std::string_view refused : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
        if (text.find(refused) != std::string_view::npos) return false;
    }
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return (u < 0x20 && c != '\n' && c != '\r' && c != '\t') || u == 0x7F;
    });
}

bool isXml(std::string_view text) {
    constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    if (!text.starts_with(kDeclaration) || !hasKnownEntities(text)) return false;
    text.remove_prefix(kDeclaration.size());
    std::vector<std::string> open;
    int roots = 0;
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<')) {
        text.remove_prefix(at + 1);
        auto tag = takeTag(text, false);
        if (!tag) return false;
        std::sort(tag->attributes.begin(), tag->attributes.end());
        if (std::adjacent_find(tag->attributes.begin(), tag->attributes.end()) != tag->attributes.end())
            return false;
        if (tag->closing) {
            if (open.empty() || open.back() != tag->name) return false;
            open.pop_back();
        } else {
            if (open.empty()) ++roots;
            if (!tag->empty) open.push_back(tag->name);
        }
    }
    return open.empty() && roots == 1;
}

bool hasKnownTags(std::string_view html) {
    constexpr std::array<std::string_view, 12> kRefused{"script", "iframe", "object", "embed",
                                                        "img",    "link",   "form",   "input",
                                                        "base",   "audio",  "video",  "image"};
    for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<')) {
        html.remove_prefix(at + 1);
        const auto tag = takeTag(html, true);
        if (!tag || std::find(kRefused.begin(), kRefused.end(), tag->name) != kRefused.end()) return false;
        for (const std::string& attribute : tag->attributes) {
            if (attribute.starts_with("on")) return false;
        }
    }
    return true;
}

std::optional<std::vector<std::vector<std::string>>> csvRows(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::size_t i = 0;
    while (i < text.size()) {
        rows.emplace_back();
        for (;;) {
            std::string& cell = rows.back().emplace_back();
            if (i < text.size() && text[i] == '"') {
                for (++i;; ++i) {
                    if (i >= text.size()) return std::nullopt;
                    if (text[i] == '"' && (i + 1 >= text.size() || text[i + 1] != '"')) break;
                    if (text[i] == '"') ++i;
                    cell += text[i];
                }
                ++i;
            } else {
                while (i < text.size() && text[i] != ',' && text[i] != '\r' && text[i] != '\n') {
                    if (text[i] == '"') return std::nullopt;
                    cell += text[i++];
                }
            }
            if (i < text.size() && text[i] == ',') {
                ++i;
                continue;
            }
            if (text.substr(i, 2) != "\r\n") return std::nullopt;
            i += 2;
            break;
        }
    }
    return rows;
}

bool isNumber(std::string_view cell) {
    if (cell.starts_with('-')) cell.remove_prefix(1);
    return !cell.empty() && cell.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool isFormula(std::string_view cell) {
    for (const std::string_view sign :
         {"=", "+", "-", "@", "\t", "\r", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"}) {
        if (cell.starts_with(sign)) return true;
    }
    return false;
}

}  // namespace weir::fuzz
