// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/breakpoints_pane.h"

#include "filter_bar/filter_field.h"
#include "replay/breakpoints_model.h"
#include "theme/glyphs.h"
#include "widgets/data_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {
constexpr int kRow = 22, kMostRows = 6;
}

BreakpointsPane::BreakpointsPane(QWidget* parent)
    : QWidget(parent),
      field_(new FilterField),
      model_(new BreakpointsModel(this)),
      list_(new QTreeView),
      add_(new QToolButton),
      remove_(new QToolButton),
      stop_(new QPushButton(tr("Stop"))),
      note_(new QLabel) {
    using replay::Direction;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new PaneTitle(tr("Breakpoints")));
    auto* box = new QWidget;
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins(8, 8, 8, 10);
    rows->setSpacing(6);
    list_->setModel(model_);
    list_->setHeaderHidden(true);
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setTextElideMode(Qt::ElideRight);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Breakpoints"));
    list_->installEventFilter(this);
    rows->addWidget(list_);
    field_->setAccessibleName(tr("New breakpoint"));
    field_->setPlaceholderText(tr("finding == inversion"));
    auto* line = new QHBoxLayout;
    line->setSpacing(4);
    line->addWidget(field_, 1);
    const auto tool = [&](QToolButton* button, Glyph glyph, const QString& name,
                          void (BreakpointsPane::*slot)()) {
        button->setIcon(glyphIcon(glyph));
        button->setAutoRaise(true);
        button->setFixedSize(24, 24);
        button->setToolTip(name);
        button->setAccessibleName(name);
        connect(button, &QToolButton::clicked, this, slot);
        line->addWidget(button);
    };
    tool(add_, Glyph::Plus, tr("Add to the list"), &BreakpointsPane::add);
    tool(remove_, Glyph::Minus, tr("Remove the chosen one (Del)"), &BreakpointsPane::removeChosen);
    rows->addLayout(line);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    auto* back = new QPushButton(tr("Back to"));
    back->setToolTip(tr("Back to the last place for which one of them holds (Shift+F9)"));
    auto* on = new QPushButton(tr("Run to"));
    on->setToolTip(tr("On to the next place for which one of them holds (F9)"));
    stop_->setEnabled(false);
    for (QPushButton* button : {back, on, stop_}) buttons->addWidget(button);
    rows->addLayout(buttons);
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    note_->setMinimumHeight(2 * fontMetrics().lineSpacing() + 2);
    rows->addWidget(note_);
    column->addWidget(box);
    connect(on, &QPushButton::clicked, this, [this] { emit runWanted(Direction::Forward); });
    connect(back, &QPushButton::clicked, this, [this] { emit runWanted(Direction::Backward); });
    connect(stop_, &QPushButton::clicked, this, &BreakpointsPane::stopWanted);
    connect(field_, &FilterField::textChanged, this, &BreakpointsPane::fit);
    connect(field_, &FilterField::returnPressed, this, [this] {
        if (!field_->text().trimmed().isEmpty()) add();
    });
    connect(model_, &QAbstractItemModel::rowsInserted, this, &BreakpointsPane::fit);
    connect(model_, &QAbstractItemModel::rowsRemoved, this, &BreakpointsPane::fit);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &BreakpointsPane::fit);
    fit();
}

void BreakpointsPane::add() {
    if (!model_->add(field_->text())) {
        say(tr("This is no filter yet."));
        return;
    }
    field_->setFilterText({});
    say({});
}

void BreakpointsPane::removeChosen() {
    model_->remove(list_->currentIndex().row());
}

bool BreakpointsPane::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        removeChosen();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

/// The list is as high as its rows, up to a few.
void BreakpointsPane::fit() {
    const int rows = model_->rowCount();
    list_->setVisible(rows > 0);
    list_->setFixedHeight(kRow * std::clamp(rows, 1, kMostRows) + 2);
    add_->setEnabled(!field_->text().trimmed().isEmpty());
    remove_->setEnabled(list_->currentIndex().isValid());
}

void BreakpointsPane::say(const QString& words) {
    note_->setText(words);
}
QString BreakpointsPane::note() const {
    return note_->text();
}
void BreakpointsPane::setBusy(bool busy) {
    stop_->setEnabled(busy);
}

}  // namespace weir::views
