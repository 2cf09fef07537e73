// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/event_outcome.h"

#include "format/format.h"
#include "theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace weir::views {
namespace {
QString tr(const char* source) {
    return QCoreApplication::translate("Outcome", source);
}
}  // namespace

EventOutcome::Kind kindOf(std::optional<facts::Outcome> outcome, int attempt) {
    using Kind = EventOutcome::Kind;
    if (!outcome) return Kind::Running;
    switch (*outcome) {
        case facts::Outcome::Success:
            return attempt > 1 ? Kind::Retried : Kind::Success;
        case facts::Outcome::Partial:
            return Kind::Partial;
        case facts::Outcome::Timeout:
            return Kind::Timeout;
        case facts::Outcome::Abandoned:
            return Kind::Abandoned;
        case facts::Outcome::Error:
        case facts::Outcome::Throttled:
        case facts::Outcome::Crashed:
            return Kind::Failed;
    }
    return Kind::None;
}

EventOutcome outcomeOf(const journal::DeliveryRow& delivery) {
    EventOutcome result{kindOf(delivery.outcome, delivery.attempt), {}};
    result.words = delivery.outcome ? text(facts::word(*delivery.outcome)) : tr("in flight");
    if (delivery.attempt > 1) result.words += tr(", try %1").arg(delivery.attempt);
    return result;
}

EventOutcome outcomeOf(const std::vector<journal::DeliveryRow>& deliveries, bool awaited) {
    if (deliveries.empty()) {
        if (awaited) return {EventOutcome::Kind::Waiting, tr("waiting")};
        return {EventOutcome::Kind::None, notApplicable()};
    }
    std::map<FunctionId, const journal::DeliveryRow*> latest;
    for (const auto& delivery : deliveries) latest[delivery.function] = &delivery;
    EventOutcome worst;
    for (const auto& [function, delivery] : latest) {
        EventOutcome outcome = outcomeOf(*delivery);
        if (worst.words.isEmpty() || outcome.kind > worst.kind) worst = std::move(outcome);
    }
    return worst;
}

std::optional<Glyph> glyphOf(EventOutcome::Kind kind) {
    using Kind = EventOutcome::Kind;
    switch (kind) {
        case Kind::None:
            return std::nullopt;
        case Kind::Success:
            return Glyph::Success;
        case Kind::Retried:
            return Glyph::Retry;
        case Kind::Abandoned:
            return Glyph::NotReached;
        case Kind::Waiting:
            return Glyph::Waiting;
        case Kind::Running:
            return Glyph::Running;
        case Kind::Partial:
            return Glyph::Partial;
        case Kind::Failed:
            return Glyph::Failed;
        case Kind::Timeout:
            return Glyph::Timeout;
    }
    return std::nullopt;
}

QRgb colourOf(EventOutcome::Kind kind, bool for_word) {
    using Kind = EventOutcome::Kind;
    const Theme& t = theme();
    switch (kind) {
        case Kind::None:
            return t.text3;
        case Kind::Success:
            return for_word ? t.text2 : t.success.text;
        case Kind::Retried:
            return t.retry.text;
        case Kind::Abandoned:
            return t.text2;
        case Kind::Waiting:
            return t.waiting.text;
        case Kind::Running:
            return t.accent_text;
        case Kind::Partial:
        case Kind::Failed:
        case Kind::Timeout:
            return t.failed.text;
    }
    return t.text;
}

}  // namespace weir::views
