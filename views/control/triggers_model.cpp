// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/triggers_model.h"

#include "format/format.h"
#include "widgets/cell_delegate.h"

namespace weir::views {

QString stateWord(invoke::TriggerState state) {
    switch (state) {
        case invoke::TriggerState::Running:
            return QObject::tr("running");
        case invoke::TriggerState::Paused:
            return QObject::tr("paused");
        case invoke::TriggerState::Draining:
            return QObject::tr("draining");
        case invoke::TriggerState::Drained:
            return QObject::tr("drained");
        case invoke::TriggerState::Stopped:
            return QObject::tr("stopped");
    }
    return {};
}

void TriggersModel::setTriggers(std::vector<invoke::TriggerStatus> triggers) {
    bool same = triggers.size() == triggers_.size();
    for (std::size_t i = 0; same && i < triggers.size(); ++i) same = triggers[i].name == triggers_[i].name;
    if (same) {
        triggers_ = std::move(triggers);
        if (!triggers_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    triggers_ = std::move(triggers);
    endResetModel();
}

const invoke::TriggerStatus* TriggersModel::trigger(int row) const {
    return row >= 0 && row < rowCount() ? &triggers_[static_cast<std::size_t>(row)] : nullptr;
}

int TriggersModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(triggers_.size());
}
int TriggersModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant TriggersModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const auto& t = triggers_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            switch (index.column()) {
                case Name:
                    return text(t.name);
                case State:
                    return stateWord(t.state);
                case Function:
                    return text(t.function);
                case Queued:
                    return countText(t.queued);
                case InFlight:
                    return countText(t.in_flight);
                case BatchSize:
                    return countText(t.batch_size);
                case Concurrency:
                    return countText(t.concurrency);
                default:
                    return {};
            }
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (index.column() >= Queued ? Qt::AlignRight : Qt::AlignLeft));
        case ToneRole:
            if (index.column() != State) return static_cast<int>(CellTone::Plain);
            return static_cast<int>(t.state == invoke::TriggerState::Running   ? CellTone::Success
                                    : t.state == invoke::TriggerState::Stopped ? CellTone::Failed
                                                                               : CellTone::Warn);
        default:
            return {};
    }
}

QVariant TriggersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (section >= Queued ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Trigger"),   tr("State"),      tr("Function"),   tr("Queued"),
                             tr("In flight"), tr("Batch size"), tr("Concurrency")};
    return names[section];
}

}  // namespace weir::views
