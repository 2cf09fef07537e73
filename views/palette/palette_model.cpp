// SPDX-License-Identifier: GPL-3.0-or-later
#include "palette/palette_model.h"

#include <algorithm>

namespace weir::views {

void PaletteModel::setCommands(QVector<Command> commands) {
    all_ = std::move(commands);
    setTyped({});
}

void PaletteModel::setTyped(const QString& typed) {
    beginResetModel();
    rows_.clear();
    for (const Command& command : all_) {
        if (auto match = fuzzyMatch(typed, command.name)) rows_.append({command, std::move(*match)});
    }
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.match.score > b.match.score; });
    if (direct_ && !typed.isEmpty()) {
        if (auto command = direct_(typed)) rows_.prepend({std::move(*command), {}});
    }
    if (rows_.size() > kMost) rows_.resize(kMost);
    endResetModel();
}

const Command* PaletteModel::command(int row) const {
    return row >= 0 && row < rows_.size() ? &rows_[row].command : nullptr;
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = rows_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return row.command.name;
        case Qt::AccessibleTextRole:
            return row.command.key.isEmpty() ? row.command.name
                                             : row.command.name + QStringLiteral(", ") + row.command.key;
        case KindRole:
            return row.command.kind;
        case KeyRole:
            return row.command.key;
        case GlyphRole:
            return row.command.glyph ? static_cast<int>(*row.command.glyph) : -1;
        case PositionsRole:
            return QVariant::fromValue(row.match.positions);
        default:
            return {};
    }
}

}  // namespace weir::views
