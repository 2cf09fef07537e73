// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/breakpoints_model.h"

#include "format/format.h"
#include "theme/theme.h"

#include <QSettings>

#include <algorithm>

namespace weir::views {
namespace {

/// Each as `+` or `-` for on and off, and its filter.
const QString kBreakpoints = QStringLiteral("replay/breakpoints");

std::optional<filter::Filter> parsed(const QString& typed) {
    auto filter = filter::Filter::parse(utf8(typed.trimmed()));
    if (!filter || filter->matchesAll()) return std::nullopt;
    return *filter;
}

}  // namespace

BreakpointsModel::BreakpointsModel(QObject* parent) : QAbstractListModel(parent) {
    for (const QString& kept : QSettings().value(kBreakpoints).toStringList()) {
        if (auto filter = parsed(kept.mid(1)))
            breakpoints_.push_back({std::move(*filter), kept.startsWith(QLatin1Char('+'))});
    }
}

bool BreakpointsModel::add(const QString& typed) {
    auto filter = parsed(typed);
    if (!filter) return false;
    const auto known = std::find_if(breakpoints_.begin(), breakpoints_.end(),
                                    [&](const Breakpoint& b) { return b.filter.text() == filter->text(); });
    if (known != breakpoints_.end()) {
        setData(index(static_cast<int>(known - breakpoints_.begin())), Qt::Checked, Qt::CheckStateRole);
        return true;
    }
    beginInsertRows({}, rowCount(), rowCount());
    breakpoints_.push_back({std::move(*filter), true});
    endInsertRows();
    save();
    return true;
}

void BreakpointsModel::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    beginRemoveRows({}, row, row);
    breakpoints_.erase(breakpoints_.begin() + row);
    endRemoveRows();
    save();
}

std::vector<filter::Filter> BreakpointsModel::active(const QString& other) const {
    std::vector<filter::Filter> result;
    for (const Breakpoint& b : breakpoints_) {
        if (b.on) result.push_back(b.filter);
    }
    auto more = parsed(other);
    const bool known = more && std::any_of(result.begin(), result.end(),
                                           [&](const filter::Filter& f) { return f.text() == more->text(); });
    if (more && !known) result.push_back(std::move(*more));
    return result;
}

void BreakpointsModel::setStoppedAt(const QString& filter) {
    if (filter == stopped_at_) return;
    stopped_at_ = filter;
    if (rowCount() > 0) emit dataChanged(index(0), index(rowCount() - 1));
}

int BreakpointsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(breakpoints_.size());
}

Qt::ItemFlags BreakpointsModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractListModel::flags(index);
    if (index.isValid()) flags |= Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren;
    return flags;
}

QVariant BreakpointsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Breakpoint& b = breakpoints_[static_cast<std::size_t>(index.row())];
    const QString words = text(b.filter.text());
    switch (role) {
        case Qt::DisplayRole:
            return words;
        case Qt::ToolTipRole:
            return words == stopped_at_ ? tr("%1\nThe cursor stopped here.").arg(words)
                   : b.on               ? words
                                        : tr("%1\nOff.").arg(words);
        case Qt::CheckStateRole:
            return static_cast<int>(b.on ? Qt::Checked : Qt::Unchecked);
        case Qt::FontRole: {
            QFont font = monoFont();
            if (words == stopped_at_) font.setWeight(QFont::DemiBold);
            return font;
        }
        case Qt::ForegroundRole:
            return QColor(b.on ? theme().text : theme().text3);
        default:
            return {};
    }
}

bool BreakpointsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid)) return false;
    breakpoints_[static_cast<std::size_t>(index.row())].on = value.toInt() == Qt::Checked;
    emit dataChanged(index, index);
    save();
    return true;
}

void BreakpointsModel::save() const {
    QStringList all;
    for (const Breakpoint& b : breakpoints_)
        all << (b.on ? QLatin1Char('+') : QLatin1Char('-')) + text(b.filter.text());
    QSettings().setValue(kBreakpoints, all);
}

}  // namespace weir::views
