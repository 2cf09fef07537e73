// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/named_causes.h"

#include "base/cause_text.h"
#include "journal/headers_json.h"

namespace weir::analysis {

NamedCauses NamedCauses::in(const std::string& headers_json) {
    NamedCauses named;
    // Most headers name none: look before parsing.
    if (headers_json.find("weir_cause") == std::string::npos &&
        headers_json.find("ce_causationid") == std::string::npos) {
        return named;
    }
    int rank = 0;
    for (auto& [name, value] : journal::parseHeaders(headers_json)) {
        if (name == "weir_function" && value) named.function = *value;
        const int r = causeHeaderRank(name);
        if (r == 0 || r < rank || !value) continue;
        rank = r;
        named.text = std::move(*value);
    }
    return named;
}

bool NamedCauses::name(const EventPlace& place) const {
    bool found = false;
    forEachPlace(text, [&](const PlaceText& p) {
        found = found || (p.topic == place.topic && p.partition == place.partition &&
                          p.first <= place.offset && p.last >= place.offset);
    });
    return found;
}

}  // namespace weir::analysis
