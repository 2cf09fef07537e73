// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/selection_bar.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>

namespace weir::views {
namespace {
constexpr int kHeight = 33;
}

SelectionBar::SelectionBar(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      time_(new Chip),
      place_(new Chip),
      item_(new Chip),
      tools_(new QStackedWidget) {
    setFixedHeight(kHeight);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 0, 8, 1);
    layout->setSpacing(6);
    auto* label = new QLabel(tr("Selection"));
    label->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(label);
    layout->addSpacing(4);
    for (Chip* chip : {time_, place_, item_}) layout->addWidget(chip);
    layout->addStretch(1);
    tools_->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    layout->addWidget(tools_);
    connect(time_, &Chip::clicked, this, [this] { selection_->showTime(std::nullopt); });
    connect(place_, &Chip::clicked, this, [this] {
        selection_->choosePlace(std::nullopt);
        selection_->chooseFunction({});
    });
    connect(item_, &Chip::clicked, this, [this] { selection_->choose({}, {}); });
    connect(selection_, &Selection::changed, this, &SelectionBar::refresh);
    connect(selection_, &Selection::timeChanged, this, &SelectionBar::refresh);
    refresh();
}

void SelectionBar::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    if (session != nullptr) connect(session, &Session::grew, this, qOverload<>(&QWidget::update));
    refresh();
}

void SelectionBar::addTools(QWidget* tools) {
    tools_->addWidget(tools);
}
void SelectionBar::showTools(int index) {
    tools_->setCurrentIndex(index);
}

void SelectionBar::refresh() {
    QString time;
    if (const auto& view = selection_->view()) {
        time = clock_.time(view->first) + QStringLiteral(" – ") + clock_.time(view->second).mid(3);
    }
    time_->setWords(time, session_ ? tr("all of the session") : QString());
    QString place;
    if (session_ && selection_->place()) {
        place = session_->catalog().place(selection_->place()->topic, selection_->place()->partition);
    } else if (session_ && selection_->function()) {
        place = session_->catalog().functionName(selection_->function());
    }
    place_->setWords(elidedName(place, fontMetrics(), 220),
                     session_ ? tr("all partitions, all functions") : QString());
    QString chosen;
    if (selection_->event()) {
        chosen = tr("event %1").arg(countText(selection_->event().value));
        if (selection_->call()) chosen += QStringLiteral(", ") + callText(selection_->call().value);
    } else if (selection_->call()) {
        chosen = tr("call %1").arg(callText(selection_->call().value));
    }
    item_->setWords(chosen, {});
}

void SelectionBar::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.fillRect(rect(), QColor(t.chrome));
    painter.fillRect(QRect(0, height() - 1, width(), 1), QColor(t.line));
    if (session_ && session_->isOpen() && !session_->caughtUp()) {
        const int read = static_cast<int>(session_->readShare() * width());
        painter.fillRect(QRect(0, height() - 2, read, 2), QColor(t.accent));
    }
}

}  // namespace weir::views
