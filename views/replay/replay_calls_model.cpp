// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_calls_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

namespace weir::views {

void ReplayCallsModel::show(const ReplayPicture& picture, std::shared_ptr<const Catalog> names) {
    beginResetModel();
    calls_ = picture.calls;
    at_ = picture.position.at;
    names_ = std::move(names);
    endResetModel();
}

const replay::Call* ReplayCallsModel::call(int row) const {
    return row >= 0 && row < rowCount() ? calls_[static_cast<std::size_t>(row)].get() : nullptr;
}

int ReplayCallsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(calls_.size());
}
int ReplayCallsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant ReplayCallsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const replay::Call& c = *calls_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            switch (index.column()) {
                case Id:
                    return callText(c.id.value);
                case Function:
                    return names_->functionName(c.function);
                case Instance:
                    return names_->instanceName(c.instance);
                case Lane:
                    return c.stretches.empty()
                               ? notApplicable()
                               : names_->place(c.stretches.front().topic, c.stretches.front().partition);
                case Events:
                    return countText(c.events);
                case Attempt:
                    return countText(c.attempt);
                case Running:
                    return durationText(std::max<DurationNs>(0, at_ - c.start));
                default:
                    return {};
            }
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (index.column() >= Events ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::FontRole:
            return index.column() == Id ? QVariant(monoFont()) : QVariant();
        case ToneRole:
            if (index.column() == Attempt && c.attempt > 1) return static_cast<int>(CellTone::Retry);
            if (index.column() == Running && c.cold) return static_cast<int>(CellTone::Cold);
            return static_cast<int>(CellTone::Plain);
        default:
            return {};
    }
}

QVariant ReplayCallsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (section >= Events ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole) return {};
    const QString heads[] = {tr("Call"),   tr("Function"), tr("On"),         tr("Lane"),
                             tr("Events"), tr("Attempt"),  tr("Running for")};
    return heads[section];
}

}  // namespace weir::views
