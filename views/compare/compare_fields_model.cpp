// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_fields_model.h"

#include "format/format.h"
#include "theme/theme.h"

#include <algorithm>

namespace weir::views {

void CompareFieldsModel::show(const std::vector<compare::FieldCount>& fields) {
    beginResetModel();
    fields_ = fields;
    for (const std::string& path : ignored_) {
        const bool listed = std::any_of(fields_.begin(), fields_.end(),
                                        [&](const compare::FieldCount& f) { return f.path == path; });
        if (!listed) fields_.push_back({path, -1});
    }
    endResetModel();
}

void CompareFieldsModel::clear() {
    beginResetModel();
    fields_.clear();
    ignored_.clear();
    endResetModel();
}

bool CompareFieldsModel::matters(const std::string& path) const {
    return std::find(ignored_.begin(), ignored_.end(), path) == ignored_.end();
}

int CompareFieldsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(fields_.size());
}
int CompareFieldsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

Qt::ItemFlags CompareFieldsModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    // A value that is no JSON has no fields to leave out.
    if (index.isValid() && index.column() == Field &&
        !fields_[static_cast<std::size_t>(index.row())].path.empty())
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant CompareFieldsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const compare::FieldCount& field = fields_[static_cast<std::size_t>(index.row())];
    const bool whole = field.path.empty();
    switch (role) {
        case Qt::DisplayRole:
            if (index.column() == Field) return whole ? tr("value as a whole") : text(field.path);
            return field.outputs < 0 ? tr("left out") : countText(field.outputs);
        case Qt::CheckStateRole:
            if (index.column() != Field || whole) return {};
            return static_cast<int>(matters(field.path) ? Qt::Checked : Qt::Unchecked);
        case Qt::ToolTipRole:
            return index.column() == Field && !whole
                       ? tr("%1: without its tick it is left out of the comparison").arg(text(field.path))
                       : QVariant();
        case Qt::FontRole:
            return index.column() == Field ? (whole ? QVariant() : QVariant(monoFont()))
                                           : QVariant(figuresFont());
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (index.column() == Outputs ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole:
            return field.outputs < 0 ? QVariant(QColor(theme().text3)) : QVariant();
        default:
            return {};
    }
}

bool CompareFieldsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !flags(index).testFlag(Qt::ItemIsUserCheckable)) return false;
    const std::string& path = fields_[static_cast<std::size_t>(index.row())].path;
    std::erase(ignored_, path);
    if (value.toInt() != Qt::Checked) ignored_.push_back(path);
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit ignoredChanged();
    return true;
}

QVariant CompareFieldsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (section == Outputs ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole) return {};
    return section == Field ? tr("Field") : tr("Outputs");
}

}  // namespace weir::views
