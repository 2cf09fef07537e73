// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_bar/filter_store.h"

#include <QSettings>

#include <algorithm>

namespace weir::views {
namespace {

const QString kUsed = QStringLiteral("filters/used");
const QString kSaved = QStringLiteral("filters/saved");

void write(const QVector<SavedFilter>& filters) {
    QSettings settings;
    settings.remove(kSaved);
    settings.beginWriteArray(kSaved, static_cast<int>(filters.size()));
    for (int i = 0; i < filters.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("name"), filters[i].name);
        settings.setValue(QStringLiteral("filter"), filters[i].filter);
    }
    settings.endArray();
}

}  // namespace

QStringList FilterStore::used() {
    return QSettings().value(kUsed).toStringList();
}

void FilterStore::addUsed(const QString& filter) {
    if (filter.trimmed().isEmpty()) return;
    QStringList all = used();
    all.removeAll(filter);
    all.prepend(filter);
    while (all.size() > kMostUsed) all.removeLast();
    QSettings().setValue(kUsed, all);
}

QVector<SavedFilter> FilterStore::saved() {
    QSettings settings;
    QVector<SavedFilter> filters;
    const int count = settings.beginReadArray(kSaved);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        filters.append({settings.value(QStringLiteral("name")).toString(),
                        settings.value(QStringLiteral("filter")).toString()});
    }
    return filters;
}

void FilterStore::save(const SavedFilter& filter) {
    QVector<SavedFilter> all = saved();
    const auto known =
        std::find_if(all.begin(), all.end(), [&](const SavedFilter& f) { return f.name == filter.name; });
    if (known != all.end()) {
        known->filter = filter.filter;
    } else {
        all.append(filter);
    }
    write(all);
}

void FilterStore::remove(const QString& name) {
    QVector<SavedFilter> all = saved();
    all.erase(std::remove_if(all.begin(), all.end(), [&](const SavedFilter& f) { return f.name == name; }),
              all.end());
    write(all);
}

}  // namespace weir::views
