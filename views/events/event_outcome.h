// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"
#include "theme/glyphs.h"

#include <QString>

#include <optional>
#include <vector>

namespace weir::views {

/// What became of an event, over all functions that it goes to: the worst of them.
struct EventOutcome {
    enum class Kind { None, Success, Retried, Abandoned, Waiting, Running, Partial, Failed, Timeout };
    Kind kind = Kind::None;
    QString words;

    /// True when nothing more is expected to happen to it.
    [[nodiscard]] bool settled() const { return kind != Kind::Waiting && kind != Kind::Running; }
};

/// `deliveries` of one event, by start; `awaited`: its topic triggers a function.
[[nodiscard]] EventOutcome outcomeOf(const std::vector<journal::DeliveryRow>& deliveries, bool awaited);

/// One delivery by itself.
[[nodiscard]] EventOutcome outcomeOf(const journal::DeliveryRow& delivery);

[[nodiscard]] std::optional<Glyph> glyphOf(EventOutcome::Kind kind);
/// Colour of the glyph, and of the word when `forWord`: success is quiet.
[[nodiscard]] QRgb colourOf(EventOutcome::Kind kind, bool for_word);

/// The same for a call.
[[nodiscard]] EventOutcome::Kind kindOf(std::optional<facts::Outcome> outcome, int attempt);

}  // namespace weir::views
