// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVector>

#include <optional>

namespace weir::views {

/// How well a text matches what was typed: all its letters in order, better when they stand together or
/// begin words.
struct FuzzyMatch {
    int score = 0;           ///< higher is better
    QVector<int> positions;  ///< of the letters that matched
};

/// Nothing when `text` does not hold the letters of `typed` in order. Upper and lower case are one; spaces
/// in `typed` count for nothing.
[[nodiscard]] std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text);

}  // namespace weir::views
