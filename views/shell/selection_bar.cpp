// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/selection_bar.h"

#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QToolButton>

namespace weir::views {
namespace {
constexpr int kHeight = 33;
}

SelectionBar::SelectionBar(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      time_(new Chip),
      place_(new Chip),
      key_(new Chip),
      finding_(new Chip),
      item_(new Chip),
      back_(new QToolButton),
      forward_(new QToolButton),
      tools_(new QStackedWidget) {
    setFixedHeight(kHeight);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 0, 8, 1);
    layout->setSpacing(6);
    const auto way = [&](QToolButton* button, Glyph glyph, const QString& name, auto slot) {
        button->setIcon(glyphIcon(glyph));
        button->setAutoRaise(true);
        button->setFixedSize(24, 24);
        button->setToolTip(name);
        button->setAccessibleName(name);
        connect(button, &QToolButton::clicked, selection_, slot);
        layout->addWidget(button);
    };
    way(back_, Glyph::Back, tr("Back (Alt+Left)"), &Selection::back);
    way(forward_, Glyph::Forward, tr("Forward (Alt+Right)"), &Selection::forward);
    auto* label = new QLabel(tr("Selection"));
    label->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(label);
    layout->addSpacing(4);
    for (Chip* chip : {time_, place_, key_, finding_, item_}) layout->addWidget(chip);
    layout->addStretch(1);
    tools_->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    layout->addWidget(tools_);
    connect(time_, &Chip::clicked, this, [this] { selection_->showTime(std::nullopt); });
    connect(place_, &Chip::clicked, this, [this] {
        Choice next = selection_->choice();
        next.place.reset();
        next.function = {};
        next.instance = {};
        selection_->set(next);
    });
    connect(key_, &Chip::clicked, this, [this] { selection_->chooseKey(std::nullopt); });
    connect(finding_, &Chip::clicked, this, [this] { selection_->chooseFinding(0); });
    connect(item_, &Chip::clicked, this, [this] { selection_->choose({}, {}); });
    connect(selection_, &Selection::changed, this, &SelectionBar::refresh);
    connect(selection_, &Selection::timeChanged, this, &SelectionBar::refresh);
    connect(selection_, &Selection::historyChanged, this, &SelectionBar::refresh);
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
    showTools(tools_->currentIndex());
}

void SelectionBar::showTools(int index) {
    // Only what is shown counts for the width.
    for (int i = 0; i < tools_->count(); ++i) {
        const auto policy = i == index ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        tools_->widget(i)->setSizePolicy(policy, QSizePolicy::Preferred);
    }
    tools_->setCurrentIndex(index);
    tools_->updateGeometry();
}

void SelectionBar::setFindingName(const QString& name) {
    finding_name_ = name;
    refresh();
}

QString SelectionBar::placeWords() const {
    if (!session_) return {};
    const Catalog& catalog = session_->catalog();
    const Choice& choice = selection_->choice();
    if (choice.place) {
        return choice.place->partition == PlaceChoice::kAll
                   ? catalog.topicName(choice.place->topic)
                   : catalog.place(choice.place->topic, choice.place->partition);
    }
    if (choice.instance) return catalog.instanceName(choice.instance);
    return choice.function ? catalog.functionName(choice.function) : QString();
}

QString SelectionBar::itemWords() const {
    if (selection_->event()) {
        const QString event = tr("event %1").arg(countText(selection_->event().value));
        return selection_->call() ? event + QStringLiteral(", ") + callText(selection_->call().value) : event;
    }
    return selection_->call() ? tr("call %1").arg(callText(selection_->call().value)) : QString();
}

void SelectionBar::refresh() {
    QString time;
    if (const auto& view = selection_->view()) {
        time = clock_.time(view->first) + QStringLiteral(" – ") + clock_.time(view->second).mid(3);
    }
    time_->setWords(time, session_ ? tr("all of the session") : QString());
    place_->setWords(elidedName(placeWords(), fontMetrics(), 220),
                     session_ ? tr("all partitions, all functions") : QString());
    const QString key = selection_->key() ? tr("key %1").arg(bytesText(*selection_->key())) : QString();
    key_->setWords(elidedName(key, fontMetrics(), 180), {});
    QString finding;
    if (selection_->finding() != 0) {
        finding =
            finding_name_.isEmpty() ? tr("finding %1").arg(countText(selection_->finding())) : finding_name_;
    }
    finding_->setWords(elidedName(finding, fontMetrics(), 260), {});
    item_->setWords(itemWords(), {});
    back_->setEnabled(selection_->canGoBack());
    forward_->setEnabled(selection_->canGoForward());
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
