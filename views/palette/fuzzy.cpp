// SPDX-License-Identifier: GPL-3.0-or-later
#include "palette/fuzzy.h"

namespace weir::views {
namespace {

bool beginsWord(const QString& text, qsizetype at) {
    return at == 0 || !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

/// One greedy run through the text from `from` on.
std::optional<FuzzyMatch> matchFrom(const QString& typed, const QString& text, qsizetype from) {
    FuzzyMatch match;
    qsizetype last = -2;
    qsizetype at = from;
    for (const QChar c : typed) {
        if (c.isSpace()) continue;
        const QChar wanted = c.toCaseFolded();
        while (at < text.size() && text[at].toCaseFolded() != wanted) ++at;
        if (at == text.size()) return std::nullopt;
        match.score += at == last + 1 ? 8 : beginsWord(text, at) ? 6 : 1;
        match.positions << static_cast<int>(at);
        last = at++;
    }
    if (!match.positions.isEmpty()) match.score -= match.positions.first() / 4;
    match.score -= static_cast<int>(text.size() / 24);
    return match;
}

}  // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text) {
    const QString letters = typed.simplified().remove(QLatin1Char(' '));
    if (letters.isEmpty()) return FuzzyMatch{};
    // The best of the runs that begin at any place of the first letter.
    std::optional<FuzzyMatch> best;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at].toCaseFolded() != letters[0].toCaseFolded()) continue;
        auto match = matchFrom(letters, text, at);
        if (!match) break;
        if (!best || match->score > best->score) best = std::move(match);
    }
    return best;
}

}  // namespace weir::views
