// SPDX-License-Identifier: GPL-3.0-or-later
#include "instances/instances_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <algorithm>

namespace weir::views {
namespace {

double number(const InstanceEntry& e, int column) {
    const auto cold = [&](auto part) { return e.cold ? static_cast<double>(part(*e.cold)) : -1.0; };
    switch (column) {
        case InstancesModel::Started:
            return static_cast<double>(e.row.started);
        case InstancesModel::Init:
            return e.init() ? static_cast<double>(*e.init()) : -1;
        case InstancesModel::Calls:
            return static_cast<double>(e.calls);
        case InstancesModel::Busy:
            return e.busy;
        case InstancesModel::WaitingBefore:
            return cold([](const auto& c) { return c.waiting_before; });
        case InstancesModel::WaitingAfter:
            return cold([](const auto& c) { return c.waiting_after; });
        case InstancesModel::AddedMost:
            return cold([](const auto& c) { return c.added_most; });
        case InstancesModel::WorkedOff:
            return cold([](const auto& c) { return c.worked_off ? *c.worked_off - c.started : -1; });
        case InstancesModel::Memory:
            return e.memory_mb;
        default:
            return 0;
    }
}

}  // namespace

void setBack(InstanceEntry& e, TimeNs at, const LaneStore& store, const Lane* lane) {
    if (e.row.started > at) {
        e.time = RowTime::Future;
        e.calls = 0;
        e.busy = 0;
        e.cold.reset();
        e.row.ready.reset();
        e.row.ended.reset();
        return;
    }
    e.latest = e.row.started;
    const auto keep = [&](std::optional<TimeNs>& time) {
        if (time && *time > at) time.reset();
        if (time) e.latest = std::max(e.latest, *time);
    };
    keep(e.row.ready);
    keep(e.row.ended);
    if (!e.row.ended) e.row.end_reason.clear();
    if (e.cold) {
        // What waited when it was ready is known then, what its first call waited when that starts.
        if (!e.cold->called || *e.cold->called > at) e.cold->events = 0;
        if (e.cold->worked_off && *e.cold->worked_off > at) e.cold->worked_off.reset();
    }
    if (lane == nullptr) return;
    const std::vector<Call>& calls = store.calls();
    const auto after = std::upper_bound(lane->calls.begin(), lane->calls.end(), at,
                                        [&](TimeNs t, std::uint32_t i) { return t < calls[i].start; });
    e.calls = after - lane->calls.begin();
    if (e.row.started > 0)
        e.busy =
            store.busyShare(*lane, e.row.started, std::max(e.row.ended.value_or(at), e.row.started + 1), at);
    // Calls of one instance rarely overlap: the newest few say what happened last.
    auto call = after;
    for (std::size_t i = 0; i < Lane::kBlock && call != lane->calls.begin(); ++i) {
        --call;
        const Call& c = calls[*call];
        e.latest = std::max(e.latest, c.end <= at ? c.end : c.start);
    }
}

void markNewest(std::vector<InstanceEntry>& entries) {
    InstanceEntry* newest = nullptr;
    for (InstanceEntry& e : entries) {
        if (e.time != RowTime::Future && (newest == nullptr || e.latest > newest->latest)) newest = &e;
    }
    if (newest != nullptr) newest->time = RowTime::Cursor;
}

void InstancesModel::setEntries(std::vector<InstanceEntry> entries) {
    bool same = entries.size() == entries_.size();
    std::vector<InstanceEntry> before = std::exchange(entries_, std::move(entries));
    sortEntries();
    for (std::size_t i = 0; same && i < entries_.size(); ++i) same = before[i].row.id == entries_[i].row.id;
    if (same) {
        if (!entries_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    // The order is known only after sorting: the old rows go and the new ones come.
    std::swap(before, entries_);
    beginResetModel();
    std::swap(before, entries_);
    endResetModel();
}

void InstancesModel::sortEntries() {
    std::stable_sort(entries_.begin(), entries_.end(), [&](const InstanceEntry& a, const InstanceEntry& b) {
        const InstanceEntry& x = sort_order_ == Qt::AscendingOrder ? a : b;
        const InstanceEntry& y = sort_order_ == Qt::AscendingOrder ? b : a;
        if (sort_column_ == Instance) return x.name < y.name;
        if (sort_column_ == Function) return x.function < y.function;
        if (sort_column_ == End) return x.row.end_reason < y.row.end_reason;
        return number(x, sort_column_) < number(y, sort_column_);
    });
}

void InstancesModel::sort(int column, Qt::SortOrder order) {
    if (column < 0 || column >= Columns) return;
    emit layoutAboutToBeChanged();
    sort_column_ = column;
    sort_order_ = order;
    sortEntries();
    emit layoutChanged();
}

const InstanceEntry* InstancesModel::entry(int row) const {
    return row >= 0 && row < rowCount() ? &entries_[static_cast<std::size_t>(row)] : nullptr;
}

int InstancesModel::rowOf(InstanceId id) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].row.id == id) return static_cast<int>(i);
    }
    return -1;
}

int InstancesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}
int InstancesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QString InstancesModel::words(const InstanceEntry& e, int column) const {
    if (e.time == RowTime::Future && column > Started && column != Memory)
        return column == End ? tr("to come") : notApplicable();
    switch (column) {
        case Instance:
            return e.name;
        case Function:
            return e.function;
        case Started:
            return e.row.started > 0 ? clock_.time(e.row.started) : notApplicable();
        case Init:
            return e.init() ? durationText(*e.init()) : e.row.ended ? notApplicable() : tr("starting");
        case Calls:
            return countText(e.calls);
        case Busy:
            return shareText(e.busy);
        case WaitingBefore:
            return e.cold ? countText(e.cold->waiting_before) : notApplicable();
        case WaitingAfter:
            return e.cold && (e.row.ready || e.calls > 0) ? countText(e.cold->waiting_after)
                                                          : notApplicable();
        case AddedMost:
            return e.cold && e.cold->events > 0 ? durationText(e.cold->added_most) : notApplicable();
        case WorkedOff:
            return e.cold && e.cold->worked_off ? durationText(*e.cold->worked_off - e.cold->started)
                   : e.cold                     ? tr("not yet")
                                                : notApplicable();
        case Memory:
            return e.memory_mb > 0 ? tr("%1 MB").arg(e.memory_mb).replace(QLatin1Char(' '), QChar(0xA0))
                                   : notApplicable();
        case End:
            return !e.row.ended               ? tr("alive")
                   : e.row.end_reason.empty() ? notApplicable()
                                              : text(e.row.end_reason);
        default:
            return {};
    }
}

QVariant InstancesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const InstanceEntry& e = entries_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return words(e, column);
        case Qt::ToolTipRole:
            return column == Instance                       ? QVariant(e.name)
                   : column == Started && e.row.started > 0 ? QVariant(clock_.exactTime(e.row.started))
                                                            : QVariant();
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (column <= Started || column == End ? Qt::AlignLeft : Qt::AlignRight));
        case Qt::FontRole:
            return column == Instance || column == Started ? QVariant(monoFont()) : QVariant();
        case TimeRole:
            return static_cast<int>(e.time);
        case ToneRole: {
            const std::string& reason = e.row.end_reason;
            if (column == End && (reason == "crashed" || reason == "timeout" || reason == "memory"))
                return static_cast<int>(CellTone::Failed);
            if (column == Init && e.init()) return static_cast<int>(CellTone::Cold);
            if (column == WaitingAfter && e.cold && e.cold->waiting_after > 2 * e.cold->waiting_before + 10)
                return static_cast<int>(CellTone::Warn);
            return static_cast<int>(column == Function || column == End ? CellTone::Quiet : CellTone::Plain);
        }
        default:
            return {};
    }
}

QVariant InstancesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter |
                                (section <= Started || section == End ? Qt::AlignLeft : Qt::AlignRight));
    if (role == Qt::ToolTipRole) {
        const QString tips[] = {{},
                                {},
                                {},
                                tr("From its start until it was ready"),
                                tr("Calls it served: all after the first reused it"),
                                tr("Share of its life in which it ran a call"),
                                tr("Events of the function that waited when it was started"),
                                tr("Events that waited when it was ready"),
                                tr("The longest that an event of its first call waited for the start-up"),
                                tr("Until no more events waited than before its start"),
                                tr("Its limit"),
                                {}};
        return tips[section];
    }
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Instance"),      tr("Function"),        tr("Started"),
                             tr("Init"),          tr("Calls"),           tr("Busy"),
                             tr("Waited before"), tr("Waited at ready"), tr("Most added"),
                             tr("Worked off in"), tr("Memory"),          tr("End")};
    return names[section];
}

}  // namespace weir::views
