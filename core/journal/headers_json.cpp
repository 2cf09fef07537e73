// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/headers_json.h"

#include "base/text.h"

#include <nlohmann/json.hpp>

namespace weir::journal {
namespace {

using Json = nlohmann::json;

std::optional<std::string> bytesOf(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_object()) return std::nullopt;
    const auto base64 = value.find("base64");
    std::string bytes;
    if (base64 == value.end() || !base64->is_string() || !decodeBase64(base64->get<std::string>(), bytes)) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace

StoredHeaders parseHeaders(std::string_view json) {
    StoredHeaders headers;
    if (json.empty()) return headers;
    const Json list = Json::parse(json, nullptr, false);
    if (!list.is_array()) return headers;
    for (const Json& header : list) {
        if (!header.is_array() || header.size() != 2) continue;
        if (auto name = bytesOf(header[0])) headers.emplace_back(std::move(*name), bytesOf(header[1]));
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
