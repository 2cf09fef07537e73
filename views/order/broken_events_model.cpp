// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/broken_events_model.h"

#include "order/order_words.h"
#include "order/together.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <algorithm>

namespace weir::views {
namespace {

using Model = BrokenEventsModel;

std::vector<Model::Column> columnsOf(order::Kind kind) {
    switch (kind) {
        case order::Kind::Overlap:
            return {Model::Offset, Model::Key,    Model::Call, Model::Started,
                    Model::Ended,  Model::AtOnce, Model::With, Model::WithFrom};
        case order::Kind::Duplicate:
            return {Model::Offset, Model::Key,    Model::Call,        Model::Started,
                    Model::Ended,  Model::Before, Model::BeforeEnded, Model::Output};
        case order::Kind::Gap:
            return {Model::Offset, Model::Key, Model::Above, Model::ByEnded};
        case order::Kind::Late:
            return {Model::Offset, Model::Key, Model::Late, Model::Newer};
        default:
            return {Model::Offset, Model::Key,     Model::Started, Model::Ended,
                    Model::By,     Model::ByEnded, Model::Behind,  Model::Output};
    }
}

QString atText(const Catalog& names, const order::Place& place) {
    return QStringLiteral("%1 @ %2").arg(names.place(place.topic, place.partition), countText(place.offset));
}

}  // namespace

void BrokenEventsModel::show(std::shared_ptr<const order::Evidence> evidence,
                             std::shared_ptr<const Catalog> names) {
    beginResetModel();
    evidence_ = std::move(evidence);
    names_ = std::move(names);
    if (evidence_) columns_ = columnsOf(evidence_->finding.kind);
    endResetModel();
}

const order::BrokenEvent* BrokenEventsModel::event(int row) const {
    if (!evidence_ || row < 0 || row >= rowCount()) return nullptr;
    return &evidence_->broken[static_cast<std::size_t>(row)];
}

int BrokenEventsModel::columnOf(Column column) const {
    const auto at = std::find(columns_.begin(), columns_.end(), column);
    return at == columns_.end() ? -1 : static_cast<int>(at - columns_.begin());
}

QString BrokenEventsModel::title(order::Kind kind) {
    switch (kind) {
        case order::Kind::Overlap:
            return tr("Events that ran at once with others");
        case order::Kind::Duplicate:
            return tr("Events that succeeded again");
        case order::Kind::Gap:
            return tr("Events that were passed over");
        case order::Kind::Late:
            return tr("Late events");
        default:
            return tr("Broken events");
    }
}

QStringList BrokenEventsModel::samples() const {
    QStringList samples;
    for (const Column column : columns_) {
        switch (column) {
            case Key:
                samples << QStringLiteral("item-1835");
                break;
            case Started:
            case Ended:
            case ByEnded:
            case BeforeEnded:
                samples << QStringLiteral("14:33:02.640");
                break;
            case Output:
                samples << QStringLiteral("valid-bids/3 @ 00 000");
                break;
            default:
                samples << QStringLiteral("0 000 000");
        }
    }
    return samples;
}

int BrokenEventsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !evidence_ ? 0 : static_cast<int>(evidence_->broken.size());
}

int BrokenEventsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

/// Of two deliveries that ran at once; all events of the finding were in the same two.
QString BrokenEventsModel::overlapWords(Column column) const {
    const order::Finding& f = evidence_->finding;
    const Together both = togetherOf(*evidence_);
    switch (column) {
        case Call:
            return callText(f.invocation.value);
        case Started:
            return both.own ? clock_.time(both.own->start) : notApplicable();
        case Ended:
            return both.own && both.own->end ? clock_.time(*both.own->end) : notApplicable();
        case With:
            return both.other ? callText(both.other->id.value) : notApplicable();
        case WithFrom:
            return f.against ? countText(f.against->offset) : notApplicable();
        case AtOnce:
            return both.time() ? durationText(*both.time()) : notApplicable();
        default:
            return {};
    }
}

QString BrokenEventsModel::words(const order::BrokenEvent& e, Column column) const {
    const order::Finding& f = evidence_->finding;
    const bool again = f.kind == order::Kind::Duplicate;
    if (column == Call || column == With || column == WithFrom || column == AtOnce ||
        ((column == Started || column == Ended) && (again || f.kind == order::Kind::Overlap)))
        return overlapWords(column);
    switch (column) {
        case Offset:
            return countText(e.offset);
        case Key:
            return bytesText(e.key);
        case Started:
            return e.call ? clock_.time(e.start) : notApplicable();
        case Ended:
            return e.call ? clock_.time(e.end) : notApplicable();
        case By:
        case Above:
        case Newer:
            return e.against ? countText(e.against->offset) : notApplicable();
        case ByEnded:
            return e.against_call ? clock_.time(e.against_end) : notApplicable();
        case Behind:
            return e.behind() > 0 ? durationText(e.behind()) : notApplicable();
        case Output:
            return e.output ? atText(*names_, *e.output) : notApplicable();
        case Before:
            return e.call ? callText(e.call.value) : notApplicable();
        case BeforeEnded:
            return e.call ? clock_.time(e.end) : notApplicable();
        case Late:
            return f.units() == 1 ? durationText(f.lateness) : tr("up to %1").arg(durationText(f.lateness));
        default:
            return {};
    }
}

QVariant BrokenEventsModel::data(const QModelIndex& index, int role) const {
    const order::BrokenEvent* e = event(index.row());
    if (e == nullptr || index.column() < 0 || index.column() >= columnCount()) return {};
    const Column column = columns_[static_cast<std::size_t>(index.column())];
    if (role == Qt::TextAlignmentRole) {
        return QVariant(column == Key ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role == Qt::FontRole) return monoFont();
    if (role == ToneRole) {
        const bool overtaken = evidence_->finding.kind == order::Kind::Inversion ||
                               evidence_->finding.kind == order::Kind::Regression;
        return static_cast<int>(overtaken && (column == Ended || column == Behind) ? CellTone::Broken
                                : column == AtOnce || column == Late               ? CellTone::Warn
                                                                                   : CellTone::Plain);
    }
    if (role == Qt::ToolTipRole && column == Key) return bytesText(e->key);
    if (role != Qt::DisplayRole) return {};
    return words(*e, column);
}

QVariant BrokenEventsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Column column = columns_[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole) {
        return QVariant(column == Key ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (column) {
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
        case Call:
            return tr("In call");
        case With:
            return tr("With call");
        case WithFrom:
            return tr("With event");
        case AtOnce:
            return tr("At once for");
        case Before:
            return tr("Before in call");
        case BeforeEnded:
            return tr("Which ended");
        case Above:
            return tr("Above succeeded");
        case Late:
            return tr("Behind by");
        case Newer:
            return tr("Newer one at");
    }
    return {};
}

}  // namespace weir::views
