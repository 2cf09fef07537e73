// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/transport_bar.h"

#include "theme/glyphs.h"
#include "theme/theme.h"
#include "transport/minimap.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace weir::views {
namespace {
constexpr int kHeight = 64;
constexpr int kSide = 196;
}  // namespace

TransportBar::TransportBar(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      minimap_(new Minimap(selection)),
      unit_(new QComboBox),
      live_(new QToolButton),
      time_(new QLabel),
      range_(new QLabel) {
    setFixedHeight(kHeight);
    setAccessibleName(tr("Transport"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 5, 10, 5);
    layout->setSpacing(10);

    auto* left = new QWidget;
    left->setFixedWidth(kSide);
    auto* left_rows = new QVBoxLayout(left);
    left_rows->setContentsMargins(0, 0, 0, 0);
    left_rows->setSpacing(2);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(2);
    const auto button = [&](Glyph glyph, const QString& name, auto slot) {
        auto* b = new QToolButton;
        b->setIcon(glyphIcon(glyph));
        b->setAutoRaise(true);
        b->setFixedSize(30, 24);
        b->setToolTip(name);
        b->setAccessibleName(name);
        connect(b, &QToolButton::clicked, this, slot);
        buttons->addWidget(b);
        steps_ << b;
    };
    button(Glyph::ToStart, tr("First"), [this] { stepToEnd(-1); });
    button(Glyph::StepBack, tr("Previous (Alt+,)"), [this] { step(-1); });
    button(Glyph::StepOn, tr("Next (Alt+.)"), [this] { step(1); });
    button(Glyph::ToEnd, tr("Last"), [this] { stepToEnd(1); });
    buttons->addStretch();
    left_rows->addLayout(buttons);
    auto* by = new QHBoxLayout;
    by->setSpacing(6);
    auto* label = new QLabel(tr("Step by"));
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setBuddy(unit_);
    label->setContentsMargins(6, 0, 0, 0);
    unit_->addItems({tr("call"), tr("event"), tr("failed call"), tr("cold start")});
    unit_->setFixedHeight(24);
    unit_->setAccessibleName(tr("Step by"));
    by->addWidget(label);
    by->addWidget(unit_);
    by->addStretch();
    left_rows->addLayout(by);
    layout->addWidget(left);

    layout->addWidget(minimap_, 1, Qt::AlignVCenter);

    auto* right = new QWidget;
    right->setFixedWidth(kSide);
    auto* right_rows = new QVBoxLayout(right);
    right_rows->setContentsMargins(0, 2, 0, 0);
    right_rows->setSpacing(2);
    time_->setFont(monoFont());
    time_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    time_->setAccessibleName(tr("Time"));
    right_rows->addWidget(time_);
    auto* below = new QHBoxLayout;
    below->setSpacing(8);
    range_->setForegroundRole(QPalette::PlaceholderText);
    range_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    range_->setFont(smallFont());
    live_->setText(tr("Live"));
    live_->setIcon(glyphIcon(Glyph::Live));
    live_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    live_->setCheckable(true);
    live_->setAutoRaise(true);
    live_->setFixedHeight(24);
    live_->setToolTip(tr("Follow live (L)"));
    below->addStretch();
    below->addWidget(range_);
    below->addWidget(live_);
    right_rows->addLayout(below);
    layout->addWidget(right);

    connect(live_, &QToolButton::clicked, this, &TransportBar::followWanted);
    connect(selection_, &Selection::changed, this, &TransportBar::refresh);
    connect(selection_, &Selection::timeChanged, this, &TransportBar::refresh);
    refresh();
}

void TransportBar::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    minimap_->setSession(session);
    if (session != nullptr) {
        connect(session, &Session::grew, this, &TransportBar::refresh);
        connect(session, &Session::finished, this, &TransportBar::refresh);
    }
    refresh();
}

void TransportBar::setFollowing(bool following) {
    following_ = following;
    live_->setChecked(following);
    refresh();
}

void TransportBar::setReplayed(std::optional<TimeNs> at) {
    replayed_ = at;
    refresh();
}

StepUnit TransportBar::unit() const {
    return static_cast<StepUnit>(unit_->currentIndex());
}
void TransportBar::setUnit(StepUnit unit) {
    unit_->setCurrentIndex(static_cast<int>(unit));
}

TimeNs TransportBar::chosenTime() const {
    if (!session_) return 0;
    if (replayed_) return *replayed_;
    const Call* call = session_->lanes().call(selection_->call());
    return call == nullptr ? 0 : call->start;
}

void TransportBar::refresh() {
    const bool any = session_ && session_->extent().events + session_->extent().invocations > 0;
    for (QToolButton* b : steps_) b->setEnabled(any);
    unit_->setEnabled(any);
    live_->setVisible(session_ && session_->live());
    // The beginning of a replay lies before the first fact.
    const TimeNs cursor =
        session_ && chosenTime() > 0 ? std::max(chosenTime(), session_->extent().first_at) : chosenTime();
    minimap_->setCursor(cursor);
    if (!any) {
        time_->clear();
        range_->clear();
        return;
    }
    const auto& extent = session_->extent();
    const auto& view = selection_->view();
    const TimeNs at = following_   ? session_->horizon()
                      : cursor > 0 ? cursor
                      : view       ? std::max(view->first, extent.first_at)
                                   : extent.first_at;
    time_->setText(clock_.time(at));
    time_->setToolTip(clock_.exactTime(at));
    const auto seconds = [&](TimeNs time) { return clock_.time(time).left(8); };
    if (session_->live()) {
        range_->setText(tr("%1 recorded").arg(durationText(session_->horizon() - extent.first_at)));
    } else {
        range_->setText(tr("of %1 – %2").arg(seconds(extent.first_at), seconds(extent.last_at)));
    }
}

bool TransportBar::passes(const Call& call) const {
    const Choice& choice = selection_->choice();
    if (!session_->matches(call.id)) return false;
    if (choice.function && call.function != choice.function) return false;
    if (choice.instance && call.instance != choice.instance) return false;
    if (choice.place && !choice.place->holds(call.topic, call.partition)) return false;
    switch (unit()) {
        case StepUnit::Failure:
            return call.failed();
        case StepUnit::ColdStart:
            return call.cold;
        case StepUnit::Call:
        case StepUnit::Event:
            break;
    }
    return true;
}

bool TransportBar::stepCall(std::int64_t from, int direction) {
    const auto& calls = session_->lanes().calls();
    const auto count = static_cast<std::int64_t>(calls.size());
    for (std::int64_t i = from; i >= 0 && i < count; i += direction) {
        const Call& call = calls[static_cast<std::size_t>(i)];
        if (!passes(call)) continue;
        selection_->chooseCall(call.id);
        emit stepped();
        return true;
    }
    return false;
}

bool TransportBar::step(int direction) {
    if (!session_) return false;
    if (unit() == StepUnit::Event) {
        const std::int64_t now = selection_->event().value;
        const std::int64_t next = now == 0 ? 1 : now + direction;
        if (next < 1 || next > session_->extent().events) return false;
        selection_->chooseEvent(EventId{next});
        emit stepped();
        return true;
    }
    const auto& calls = session_->lanes().calls();
    if (const auto at = session_->lanes().positionOf(selection_->call()); at >= 0)
        return stepCall(at + direction, direction);
    TimeNs from = session_->extent().first_at;
    if (const auto& view = selection_->view()) from = view->first;
    const auto first = std::lower_bound(calls.begin(), calls.end(), from,
                                        [](const Call& call, TimeNs time) { return call.start < time; });
    const std::int64_t index = first - calls.begin();
    return stepCall(direction > 0 ? index : index - 1, direction);
}

bool TransportBar::stepToEnd(int direction) {
    if (!session_) return false;
    if (unit() == StepUnit::Event) {
        const std::int64_t events = session_->extent().events;
        if (events == 0) return false;
        selection_->chooseEvent(EventId{direction < 0 ? 1 : events});
        emit stepped();
        return true;
    }
    const auto count = static_cast<std::int64_t>(session_->lanes().calls().size());
    return stepCall(direction < 0 ? 0 : count - 1, -direction);
}

void TransportBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(theme().chrome));
    painter.fillRect(QRect(0, 0, width(), 1), QColor(theme().line));
}

}  // namespace weir::views
