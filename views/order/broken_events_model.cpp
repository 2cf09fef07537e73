// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/broken_events_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

namespace weir::views {

void BrokenEventsModel::show(std::shared_ptr<const analysis::order::Evidence> evidence,
                             std::shared_ptr<const Catalog> names) {
    beginResetModel();
    evidence_ = std::move(evidence);
    names_ = std::move(names);
    endResetModel();
}

const analysis::order::BrokenEvent* BrokenEventsModel::event(int row) const {
    if (!evidence_ || row < 0 || row >= rowCount()) return nullptr;
    return &evidence_->broken[static_cast<std::size_t>(row)];
}

int BrokenEventsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !evidence_ ? 0 : static_cast<int>(evidence_->broken.size());
}

int BrokenEventsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant BrokenEventsModel::data(const QModelIndex& index, int role) const {
    const analysis::order::BrokenEvent* e = event(index.row());
    if (e == nullptr) return {};
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        return QVariant(column == Key ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role == Qt::FontRole) return monoFont();
    if (role == ToneRole) {
        return static_cast<int>(column == Ended || column == Behind ? CellTone::Broken : CellTone::Plain);
    }
    if (role == Qt::ToolTipRole && column == Key) return bytesText(e->key);
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case Offset:
            return countText(e->offset);
        case Key:
            return bytesText(e->key);
        case Started:
            return e->call ? clock_.time(e->start) : notApplicable();
        case Ended:
            return e->call ? clock_.time(e->end) : notApplicable();
        case By:
            return e->against ? countText(e->against->offset) : notApplicable();
        case ByEnded:
            return e->against_call ? clock_.time(e->against_end) : notApplicable();
        case Behind:
            return e->behind() > 0 ? durationText(e->behind()) : notApplicable();
        case Output:
            return e->output
                       ? QStringLiteral("%1 @ %2").arg(names_->place(e->output->topic, e->output->partition),
                                                       countText(e->output->offset))
                       : notApplicable();
        default:
            return {};
    }
}

QVariant BrokenEventsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant(section == Key ? Qt::AlignLeft | Qt::AlignVCenter
                                       : Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Offset:
            return tr("Offset");
        case Key:
            return tr("Key");
        case Started:
            return tr("Started");
        case Ended:
            return tr("Ended");
        case By:
            return tr("Overtaken by");
        case ByEnded:
            return tr("Which ended");
        case Behind:
            return tr("Behind by");
        case Output:
            return tr("Output at");
        default:
            return {};
    }
}

}  // namespace weir::views
