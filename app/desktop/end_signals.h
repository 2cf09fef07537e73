// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

class QWidget;

namespace weir::desktop {

/// Turns SIGINT and SIGTERM into closing the window, so that a recording ends in order as if the user had
/// closed it; the second one ends it at once. One object per program, on the UI thread.
class EndSignals {
  public:
    explicit EndSignals(QWidget& window);

  private:
    QSocketNotifier notifier_;
};

}  // namespace weir::desktop
