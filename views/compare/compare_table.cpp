// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_table.h"

#include "theme/theme.h"

#include <utility>

namespace weir::views {

CompareTable::CompareTable(std::vector<CompareHead> head, QObject* parent)
    : QAbstractTableModel(parent), head_(std::move(head)) {}

void CompareTable::setRows(std::vector<Row> rows) {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

int CompareTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int CompareTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(head_.size());
}

QVariant CompareTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    if (column >= row.size()) return {};
    const CompareCell& cell = row[column];
    switch (role) {
        case Qt::DisplayRole:
            return cell.words;
        case Qt::ToolTipRole:
            return cell.tip.isEmpty() ? QVariant() : QVariant(cell.tip);
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter | (cell.number ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::FontRole: {
            if (cell.bold) {
                QFont bold;
                bold.setWeight(QFont::DemiBold);
                return bold;
            }
            return cell.mono ? QVariant(monoFont()) : cell.number ? QVariant(figuresFont()) : QVariant();
        }
        case ToneRole:
            return static_cast<int>(cell.tone);
        case GlyphRole:
            return cell.glyph;
        case ChangeRole:
            return cell.change ? QVariant(*cell.change) : QVariant();
        case NoiseRole:
            return cell.noise;
        default:
            return {};
    }
}

QVariant CompareTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const CompareHead& head = head_[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (head.number ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole) return head.tip.isEmpty() ? QVariant() : QVariant(head.tip);
    return role == Qt::DisplayRole ? QVariant(head.words) : QVariant();
}

}  // namespace weir::views
