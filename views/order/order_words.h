// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"
#include "analysis/order/finding.h"
#include "session/catalog.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QString>

/// What order findings are called and look like. Kinds, causes and severities keep the words of the contract.
namespace weir::views {

namespace order = analysis::order;

[[nodiscard]] Glyph glyphOf(order::Kind kind);
[[nodiscard]] const Tone& toneOf(order::Severity severity, const Theme& theme);
[[nodiscard]] QString wordOf(order::Kind kind);
[[nodiscard]] QString wordOf(order::Severity severity);
/// `–` for an unknown cause.
[[nodiscard]] QString wordOf(order::Cause cause);
/// What a kind means, in a few words.
[[nodiscard]] QString meaningOf(order::Kind kind);
/// `Inversion in bids/3`.
[[nodiscard]] QString headlineOf(const order::Finding& finding, const Catalog& catalog);
/// The finding in a sentence or two, with its cause when one is known. Rich text.
[[nodiscard]] QString sentenceOf(const order::Evidence& evidence, const Catalog& catalog);

}  // namespace weir::views
