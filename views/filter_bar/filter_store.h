// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

namespace weir::views {

/// A filter with a name.
struct SavedFilter {
    QString name, filter;
};

/// Filters that were used, the latest first, and those that were given names; kept in the user's settings.
class FilterStore {
  public:
    static constexpr int kMostUsed = 30;

    [[nodiscard]] static QStringList used();
    static void addUsed(const QString& filter);
    [[nodiscard]] static QVector<SavedFilter> saved();
    /// A name given again replaces the filter.
    static void save(const SavedFilter& filter);
    static void remove(const QString& name);
};

}  // namespace weir::views
