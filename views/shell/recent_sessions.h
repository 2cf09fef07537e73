// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <QString>
#include <QVector>

namespace weir::views {

/// A session that was open lately.
struct RecentSession {
    QString path;
    TimeNs recorded = 0;  ///< 0: not known
    qint64 events = 0;
};

/// Kept in the user's settings, the latest first, at most twelve.
class RecentSessions {
  public:
    [[nodiscard]] static QVector<RecentSession> all();
    static void add(const RecentSession& session);
    static void remove(const QString& path);
};

/// A place for a new session: the user's documents, named after `name` and the clock, not yet taken.
[[nodiscard]] QString newSessionPath(const QString& name);

}  // namespace weir::views
