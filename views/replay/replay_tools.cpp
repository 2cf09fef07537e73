// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_view.h"
#include "theme/glyphs.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace weir::views {

ReplayTools::ReplayTools(ReplayView* view, QWidget* parent) : QWidget(parent) {
    using replay::Direction;
    using replay::Unit;
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    const auto button = [&](Glyph glyph, const QString& name, auto slot) {
        auto* b = new QToolButton;
        b->setIcon(glyphIcon(glyph));
        b->setAutoRaise(true);
        b->setFixedSize(28, 24);
        b->setToolTip(name);
        b->setAccessibleName(name);
        connect(b, &QToolButton::clicked, view, slot);
        layout->addWidget(b);
        return b;
    };
    button(Glyph::ToStart, tr("To the beginning"), [view] { view->toStart(); });
    button(Glyph::StepBack, tr("One step back (,)"), [view] { view->step(Direction::Backward); });
    button(Glyph::Play, tr("Play and pause (Space)"), [view] { view->togglePlay(); });
    button(Glyph::StepOn, tr("One step on (.)"), [view] { view->step(Direction::Forward); });
    button(Glyph::ToEnd, tr("To the end"), [view] { view->toEnd(); });
    auto* unit = new QComboBox;
    unit->setFixedHeight(24);
    unit->setAccessibleName(tr("Step by"));
    const std::pair<QString, Unit> units[] = {
        {tr("by fact"), Unit::Moment},       {tr("by event"), Unit::Event},
        {tr("by batch"), Unit::Batch},       {tr("by call"), Unit::Invocation},
        {tr("by delivery"), Unit::Delivery}, {tr("by finding"), Unit::Finding}};
    for (const auto& [words, value] : units) unit->addItem(words, static_cast<int>(value));
    connect(unit, &QComboBox::currentIndexChanged, view,
            [view, unit] { view->setUnit(static_cast<Unit>(unit->currentData().toInt())); });
    layout->addWidget(unit);
    const auto words = [&](const QString& name, const QString& tip, auto slot) {
        auto* b = new QToolButton;
        b->setText(name);
        b->setAutoRaise(true);
        b->setFixedHeight(24);
        b->setToolTip(tip);
        connect(b, &QToolButton::clicked, view, slot);
        layout->addWidget(b);
        return b;
    };
    words(tr("Go to chosen"), tr("To the finding, the call or the event that is chosen"),
          [view] { view->toChosen(); });
    auto* leave = words(tr("Leave"), tr("The other views show all of the session again (Esc)"),
                        [view] { view->leave(); });
    leave->setEnabled(false);  // until the other views follow the cursor
    connect(view, &ReplayView::cursorMoved, leave,
            [leave](const std::optional<AsOf>& at) { leave->setEnabled(at.has_value()); });
}

}  // namespace weir::views
