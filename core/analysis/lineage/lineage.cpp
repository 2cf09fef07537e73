// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage.h"

#include "analysis/lineage/walker.h"
#include "base/cause_text.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::analysis {

Result<EventPlace> parseEventPlace(std::string_view text) {
    const auto place = parsePlace(text);
    if (!place || place->first != place->last) {
        return fail(ErrorCode::Usage, fmt::format("\"{}\" names no event.", terminalSafe(text)),
                    "Write TOPIC/PARTITION@OFFSET, for example bids/3@72990.");
    }
    return EventPlace{std::string(place->topic), place->partition, place->first};
}

std::string eventPlaceText(const EventPlace& place) {
    return placeText(place.topic, place.partition, place.offset, place.offset);
}

const char* word(LossKind kind) {
    switch (kind) {
        case LossKind::Filtered:
            return "filtered";
        case LossKind::Expired:
            return "expired";
        case LossKind::DeadLettered:
            return "dead-lettered";
        case LossKind::Discarded:
            return "discarded";
        case LossKind::Failed:
            return "failed";
        case LossKind::Unanswered:
            return "unanswered";
        case LossKind::Undelivered:
            return "undelivered";
        case LossKind::Open:
            return "open";
    }
    return "";
}

Result<Lineage> lineageOf(std::span<journal::SessionReader* const> sessions, const EventPlace& start,
                          const LineageOptions& options) {
    std::vector<SessionNames> names;
    for (journal::SessionReader* const reader : sessions) {
        auto one = SessionNames::of(*reader);
        if (!one) return passOn(one);
        names.push_back(std::move(*one));
    }
    LineageWalker walker(std::move(names), options);
    return walker.walk(start);
}

}  // namespace weir::analysis
