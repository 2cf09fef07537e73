// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_tools.h"

#include "events/events_view.h"
#include "theme/glyphs.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace weir::views {

EventsTools::EventsTools(EventsView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto* count = new QLabel;
    count->setForegroundRole(QPalette::PlaceholderText);
    layout->addStretch();
    layout->addWidget(count);
    const auto button = [&](const QString& words, const QString& tip) {
        auto* b = new QToolButton;
        b->setText(words);
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setAutoRaise(true);
        b->setFixedHeight(24);
        layout->addWidget(b);
        return b;
    };
    auto* narrowed =
        button(tr("Only matches"), tr("Hide what the filter and the selection do not let through"));
    narrowed->setCheckable(true);
    narrowed->setChecked(true);
    auto* previous = button({}, tr("Previous match (Shift+F3)"));
    previous->setIcon(glyphIcon(Glyph::Back));
    auto* next = button({}, tr("Next match (F3)"));
    next->setIcon(glyphIcon(Glyph::Forward));
    auto* place = button(tr("Add column…"), tr("A place in the value as a column"));
    auto* rules =
        button(tr("Colours…"), tr("Colour rules: a bar at the left of the rows for which a filter holds"));
    connect(place, &QToolButton::clicked, view, &EventsView::askPlace);
    connect(rules, &QToolButton::clicked, view, &EventsView::editRules);
    connect(narrowed, &QToolButton::toggled, view, &EventsView::setNarrowed);
    connect(previous, &QToolButton::clicked, view, [view] { view->find(-1); });
    connect(next, &QToolButton::clicked, view, [view] { view->find(1); });
    const auto update = [view, count] {
        const EventsModel* model = view->model();
        const QString events = countedText(model->rowCount(), tr("%1 event"), tr("%1 events"));
        count->setText(model->searching() ? tr("≥ %1").arg(events) : events);
    };
    connect(view, &EventsView::nothingFound, count, [count](int direction) {
        count->setText(direction > 0 ? tr("no match after this") : tr("no match before this"));
    });
    connect(view->model(), &QAbstractItemModel::rowsInserted, count, update);
    connect(view->model(), &QAbstractItemModel::modelReset, count, update);
    connect(view->model(), &EventsModel::searchChanged, count, update);
    update();
}

}  // namespace weir::views
