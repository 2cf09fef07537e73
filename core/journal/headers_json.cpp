// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/headers_json.h"

#include "base/text.h"

#include <simdjson.h>

namespace weir::journal {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::optional<std::string> bytesOf(const element& value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    object wrapped;
    std::string bytes;
    if (value.get(wrapped) != simdjson::SUCCESS || wrapped["base64"].get(text) != simdjson::SUCCESS ||
        !decodeBase64(text, bytes)) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace

StoredHeaders parseHeaders(std::string_view json) {
    StoredHeaders headers;
    if (json.empty()) return headers;
    thread_local simdjson::dom::parser parser;
    array list;
    if (parser.parse(json.data(), json.size(), true).get(list) != simdjson::SUCCESS) return headers;
    for (const element header : list) {
        array pair;
        if (header.get(pair) != simdjson::SUCCESS || pair.size() != 2) continue;
        if (auto name = bytesOf(pair.at(0).value_unsafe())) {
            headers.emplace_back(std::move(*name), bytesOf(pair.at(1).value_unsafe()));
        }
    }
    return headers;
}

std::string cloudEventType(std::string_view json) {
    // Most headers hold no type: look before parsing.
    if (json.find("ce_type") == std::string_view::npos) return {};
    for (auto& [name, value] : parseHeaders(json)) {
        if (name == "ce_type" && value) return std::move(*value);
    }
    return {};
}

}  // namespace weir::journal
