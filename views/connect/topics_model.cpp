// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/topics_model.h"

#include "format/format.h"
#include "theme/theme.h"

#include <algorithm>

namespace weir::views {
namespace {

std::int64_t eventsOf(const kafka::TopicInfo& topic) {
    std::int64_t events = 0;
    for (const auto& p : topic.partitions) events += std::max<std::int64_t>(0, p.high - p.low);
    return events;
}

std::int64_t lowOf(const kafka::TopicInfo& topic) {
    std::int64_t low = topic.partitions.empty() ? 0 : topic.partitions.front().low;
    for (const auto& p : topic.partitions) low = std::min(low, p.low);
    return low;
}

std::int64_t highOf(const kafka::TopicInfo& topic) {
    std::int64_t high = 0;
    for (const auto& p : topic.partitions) high = std::max(high, p.high);
    return high;
}

QString watermarks(const kafka::TopicInfo& topic) {
    QStringList lines;
    for (const auto& p : topic.partitions) {
        if (lines.size() == 24) {
            lines << QStringLiteral("…");
            break;
        }
        lines << QStringLiteral("%1: %2 – %3").arg(p.partition).arg(countText(p.low), countText(p.high));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

void TopicsModel::setTopics(std::vector<kafka::TopicInfo> topics) {
    beginResetModel();
    topics_ = std::move(topics);
    QSet<QString> known;
    for (const auto& topic : topics_) known.insert(text(topic.name));
    chosen_.intersect(known);
    endResetModel();
    emit chosenChanged();
}

void TopicsModel::setChosen(const QStringList& names) {
    chosen_ = QSet<QString>(names.begin(), names.end());
    if (!topics_.empty())
        emit dataChanged(index(0, Topic), index(rowCount() - 1, Topic), {Qt::CheckStateRole});
    emit chosenChanged();
}

QStringList TopicsModel::chosen() const {
    QStringList names(chosen_.begin(), chosen_.end());
    names.sort();
    return names;
}

int TopicsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(topics_.size());
}
int TopicsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant TopicsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const kafka::TopicInfo& topic = topics_[static_cast<std::size_t>(index.row())];
    const QString name = text(topic.name);
    switch (role) {
        case Qt::CheckStateRole:
            if (index.column() != Topic) return {};
            return static_cast<int>(chosen_.contains(name) ? Qt::Checked : Qt::Unchecked);
        case Qt::TextAlignmentRole:
            return static_cast<int>((index.column() == Topic ? Qt::AlignLeft : Qt::AlignRight) |
                                    Qt::AlignVCenter);
        case Qt::FontRole:
            return index.column() == Topic ? QVariant() : QVariant(figuresFont());
        case Qt::ToolTipRole:
            return index.column() == Topic ? name : watermarks(topic);
        case InternalRole:
            return topic.internal || topic.name.starts_with("__");
        case SortRole:
            switch (index.column()) {
                case Partitions:
                    return static_cast<qlonglong>(topic.partitions.size());
                case Events:
                    return static_cast<qlonglong>(eventsOf(topic));
                case First:
                    return static_cast<qlonglong>(lowOf(topic));
                case Next:
                    return static_cast<qlonglong>(highOf(topic));
                default:
                    return name;
            }
        case Qt::DisplayRole:
            switch (index.column()) {
                case Topic:
                    return name;
                case Partitions:
                    return countText(static_cast<std::int64_t>(topic.partitions.size()));
                case Events:
                    return countText(eventsOf(topic));
                case First:
                    return countText(lowOf(topic));
                case Next:
                    return countText(highOf(topic));
                default:
                    return {};
            }
        default:
            return {};
    }
}

bool TopicsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || index.column() != Topic || role != Qt::CheckStateRole) return false;
    const QString name = text(topics_[static_cast<std::size_t>(index.row())].name);
    if (value.toInt() == Qt::Checked) {
        chosen_.insert(name);
    } else {
        chosen_.remove(name);
    }
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit chosenChanged();
    return true;
}

Qt::ItemFlags TopicsModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const Qt::ItemFlags base = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    return index.column() == Topic ? base | Qt::ItemIsUserCheckable : base;
}

QVariant TopicsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>((section == Topic ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Topic:
            return tr("Topic");
        case Partitions:
            return tr("Partitions");
        case Events:
            return tr("Events");
        case First:
            return tr("First offset");
        case Next:
            return tr("Next offset");
        default:
            return {};
    }
}

void TopicsFilter::setShowInternal(bool show) {
    show_internal_ = show;
    invalidateFilter();
}

bool TopicsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, TopicsModel::Topic, parent);
    if (!show_internal_ && index.data(TopicsModel::InternalRole).toBool()) return false;
    return QSortFilterProxyModel::filterAcceptsRow(row, parent);
}

}  // namespace weir::views
