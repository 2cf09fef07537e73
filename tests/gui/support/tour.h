// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QSize>
#include <QString>
#include <QWidget>

#include <functional>

namespace weir::test {

/// Fixed sessions for pictures, in a folder.
struct TourSessions {
    QString sample, overtaken, wide, empty;
    QString compared, other;  ///< of the same events, for Compare
    /// One part of the tour: typical, overtaken, compare, wide, connection, empty, huge; empty: all but huge.
    QString only;
    /// Writes them; false when one cannot be written.
    static bool write(const QString& folder, TourSessions& sessions);
};

/// The window with a dialog drawn over it, where a person would see it.
QPixmap withDialog(QWidget& window, QWidget& dialog);

/// Draws what there is to see, in the theme of this moment.
using Draw = std::function<QPixmap()>;
using Picture = std::function<void(const Draw& draw, const QString& name)>;

/// Goes through the states of the window that pictures show, and hands out each with its name. The theme is
/// set before. False: some state did not come about.
bool tourOfTheWindow(const TourSessions& sessions, QSize size, const Picture& picture);

}  // namespace weir::test
