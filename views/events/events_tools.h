// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace weir::views {

class EventsView;

/// What stands at the right of the selection while Events is in front.
class EventsTools : public QWidget {
    Q_OBJECT
  public:
    explicit EventsTools(EventsView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
