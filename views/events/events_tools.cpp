// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_tools.h"

#include "events/events_view.h"

#include <QHBoxLayout>
#include <QLabel>

namespace weir::views {

EventsTools::EventsTools(EventsView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* count = new QLabel;
    count->setForegroundRole(QPalette::PlaceholderText);
    layout->addStretch();
    layout->addWidget(count);
    const auto update = [view, count] {
        count->setText(countedText(view->model()->rowCount(), tr("%1 event"), tr("%1 events")));
    };
    connect(view->model(), &QAbstractItemModel::rowsInserted, count, update);
    connect(view->model(), &QAbstractItemModel::modelReset, count, update);
    update();
}

}  // namespace weir::views
