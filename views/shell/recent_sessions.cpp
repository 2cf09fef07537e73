// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/recent_sessions.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>

namespace weir::views {
namespace {

const QString kArray = QStringLiteral("recent");
constexpr int kMost = 12;

void write(const QVector<RecentSession>& sessions) {
    QSettings s;
    s.remove(kArray);
    s.beginWriteArray(kArray, static_cast<int>(sessions.size()));
    for (int i = 0; i < sessions.size(); ++i) {
        s.setArrayIndex(i);
        s.setValue(QStringLiteral("path"), sessions[i].path);
        s.setValue(QStringLiteral("recorded"), static_cast<qlonglong>(sessions[i].recorded));
        s.setValue(QStringLiteral("events"), sessions[i].events);
    }
    s.endArray();
}

}  // namespace

QVector<RecentSession> RecentSessions::all() {
    QSettings s;
    QVector<RecentSession> sessions;
    const int count = s.beginReadArray(kArray);
    for (int i = 0; i < count; ++i) {
        s.setArrayIndex(i);
        sessions.append({s.value(QStringLiteral("path")).toString(),
                         s.value(QStringLiteral("recorded")).toLongLong(),
                         s.value(QStringLiteral("events")).toLongLong()});
    }
    s.endArray();
    return sessions;
}

void RecentSessions::add(const RecentSession& session) {
    QVector<RecentSession> sessions = all();
    sessions.removeIf([&](const RecentSession& s) { return s.path == session.path; });
    sessions.prepend(session);
    while (sessions.size() > kMost) sessions.removeLast();
    write(sessions);
}

void RecentSessions::remove(const QString& path) {
    QVector<RecentSession> sessions = all();
    sessions.removeIf([&](const RecentSession& s) { return s.path == path; });
    write(sessions);
}

QString newSessionPath(const QString& name) {
    static const QRegularExpression unsafe(QStringLiteral("[^A-Za-z0-9._-]+"));
    QString plain = name;
    plain.replace(unsafe, QStringLiteral("-"));
    if (plain.isEmpty()) plain = QStringLiteral("session");
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) +
                      QStringLiteral("/Weir"));
    folder.mkpath(QStringLiteral("."));
    const QString stamp = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss"));
    QString path = folder.filePath(QStringLiteral("%1-%2.weir").arg(plain, stamp));
    for (int n = 2; QFileInfo::exists(path); ++n) {
        path = folder.filePath(QStringLiteral("%1-%2-%3.weir").arg(plain, stamp).arg(n));
    }
    return path;
}

}  // namespace weir::views
