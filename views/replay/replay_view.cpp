// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_view.h"

#include "filter_bar/filter_field.h"
#include "replay/breakpoints_model.h"
#include "replay/breakpoints_pane.h"
#include "replay/replay_calls_model.h"
#include "replay/replay_facts_model.h"
#include "replay/replay_lanes.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"
#include "widgets/facts_grid.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedLayout>

namespace weir::views {
namespace {

using replay::Direction;
using replay::Kind;

constexpr int kPlayMs = 80;

}  // namespace

ReplayView::ReplayView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      engine_(new ReplayEngine(this)),
      facts_(new ReplayFactsModel(this)),
      calls_(new ReplayCallsModel(this)),
      empty_(new QLabel),
      pages_(new QStackedLayout(this)) {
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(buildJournal());
    split->addWidget(buildState());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({440, 660});
    detail_ = buildDetail();
    detail_->setParent(this);
    detail_->hide();  // until an inspector takes it
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true);
    empty_->setText(tr("No session is open."));
    pages_->addWidget(empty_);
    pages_->addWidget(split);
    setFocusProxy(journal_);
    for (QWidget* table : {journal_, calls_table_}) table->installEventFilter(this);
    connect(engine_, &ReplayEngine::moved, this, &ReplayView::take);
    connect(engine_, &ReplayEngine::stayed, this, [this] {
        play(0);
        say(tr("Nothing more that way; the cursor stays."));
    });
    connect(engine_, &ReplayEngine::failed, this, [this](const Error& error) {
        play(0);
        if (!picture_) empty_->setText(text(error.message));
        emit failed(error);
    });
    connect(engine_, &ReplayEngine::busyChanged, this, [this](bool busy) { breakpoints_->setBusy(busy); });
    play_timer_.setInterval(kPlayMs);
    connect(&play_timer_, &QTimer::timeout, this, [this] {
        if (engine_->busy() || !picture_ || !session_) return;
        const TimeNs from = picture_->atStart() ? session_->extent().first_at : picture_->position.at;
        const auto further = static_cast<DurationNs>(speed_ * kPlayMs * static_cast<double>(kMillisecond));
        if (from >= session_->extent().last_at) {
            play(0);
            return;
        }
        toTime(from + std::max<DurationNs>(1, further));
    });
}

QWidget* ReplayView::buildJournal() {
    auto* pane = new QWidget;
    pane->setMinimumWidth(360);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    journal_title_ = new PaneTitle(tr("Journal"));
    column->addWidget(journal_title_);
    journal_ = new DataTable(tr("Journal"));
    journal_->setModel(facts_);
    journal_->cells()->setToneRole(ReplayFactsModel::ToneRole);
    journal_->cells()->setGlyphRole(ReplayFactsModel::GlyphRole);
    journal_->setWidths({QStringLiteral("14:33:02.640"), QStringLiteral("xx instance-ready"), QString()});
    journal_->horizontalHeader()->setSectionResizeMode(ReplayFactsModel::Words, QHeaderView::Stretch);
    whenRowChosen(*journal_, this, [this](const QModelIndex& index) { choose(index); });
    column->addWidget(journal_, 1);
    auto* hint = new QLabel(tr("Grey facts have not happened yet at the cursor."));
    hint->setContentsMargins(8, 5, 8, 5);
    hint->setFont(smallFont());
    hint->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(hint);
    return pane;
}

QWidget* ReplayView::buildState() {
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    auto* upper = new QWidget;
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    state_title_ = new PaneTitle(tr("State"));
    column->addWidget(state_title_);
    lanes_ = new ReplayLanes;
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(lanes_);
    column->addWidget(scroll, 1);
    connect(lanes_, &ReplayLanes::laneChosen, this, [this](FunctionId, TopicId topic, int partition) {
        selection_->choosePlace(PlaceChoice{topic, partition});
    });
    connect(lanes_, &ReplayLanes::callChosen, this, [this](InvocationId id) { selection_->chooseCall(id); });
    auto* lower = new QWidget;
    auto* below = new QVBoxLayout(lower);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    calls_title_ = new PaneTitle(tr("In flight at the cursor"));
    below->addWidget(calls_title_);
    calls_table_ = new DataTable(tr("Calls in flight at the cursor"));
    calls_table_->setModel(calls_);
    calls_table_->cells()->setToneRole(ReplayCallsModel::ToneRole);
    calls_table_->setWidths({QStringLiteral("#00 000"), QStringLiteral("validate-bid"),
                             QStringLiteral("validate-1"), QStringLiteral("valid-bids/00"),
                             QStringLiteral("000"), QStringLiteral("0"), QStringLiteral("12.3 ms")});
    calls_table_->horizontalHeader()->setSectionResizeMode(ReplayCallsModel::Lane, QHeaderView::Stretch);
    whenRowChosen(*calls_table_, this, [this](const QModelIndex& index) {
        const replay::Call* call = calls_->call(index.row());
        if (call != nullptr && !showing_) selection_->chooseCall(call->id);
    });
    below->addWidget(calls_table_, 1);
    split->addWidget(upper);
    split->addWidget(lower);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setSizes({480, 220});
    return split;
}

QWidget* ReplayView::buildDetail() {
    auto* pane = new QWidget;
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    breakpoints_ = new BreakpointsPane;
    column->addWidget(breakpoints_);
    connect(breakpoints_, &BreakpointsPane::runWanted, this, &ReplayView::run);
    connect(breakpoints_, &BreakpointsPane::stopWanted, this, [this] {
        play(0);
        engine_->stop();
    });
    column->addWidget(new PaneTitle(tr("At the cursor")));
    watch_ = new FactsGrid;
    watch_->setNameWidth(110);
    auto* inner = new QWidget;
    auto* padding = new QVBoxLayout(inner);
    padding->setContentsMargins(8, 8, 8, 8);
    padding->addWidget(watch_);
    padding->addStretch(1);
    column->addWidget(inner, 1);
    auto* keys = new QLabel(tr(".  next   ,  previous   Space  play\nF9  breakpoint   Esc  leave"));
    keys->setContentsMargins(8, 6, 8, 6);
    keys->setFont(smallFont());
    keys->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(keys);
    return pane;
}

void ReplayView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    play(0);
    leave();
    engine_->open({});
    picture_.reset();
    pages_->setCurrentIndex(0);
    empty_->setText(session == nullptr ? tr("No session is open.") : tr("Opening the session…"));
    if (session == nullptr) return;
    connect(session, &Session::opened, this, &ReplayView::openEngine);
    // A cursor sees what there was when it was made.
    // It stays where it stands, also while another view is in front.
    connect(session, &Session::finished, this, [this] {
        if (engine_->isOpen()) {
            engine_->open(session_->path());
        } else {
            openEngine();
        }
    });
}

void ReplayView::setCompletion(const filter::CompletionData& data) {
    breakpoints_->field()->setData(data);
}

void ReplayView::showEvent(QShowEvent*) {
    if (engine_->isOpen()) {
        toTransport();
    } else {
        openEngine();
    }
}

/// To the instant that the transport shows, as long as nobody has moved the cursor. The other views need not
/// follow: nothing was chosen.
void ReplayView::toTransport() {
    if (used_ || !session_) return;
    const Call* call = session_->lanes().call(selection_->call());
    if (call == nullptr && !selection_->view()) return;
    const TimeNs at = call != nullptr ? call->start : selection_->view()->first;
    if (at <= session_->extent().first_at || at > session_->extent().last_at) return;
    engine_->move([at](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.toTime(at); !s) return passOn(s);
        return true;
    });
}

void ReplayView::openEngine() {
    if (!isVisible() || !session_ || !session_->isOpen() || engine_->isOpen()) return;
    if (session_->live()) {
        empty_->setText(tr("A recording can be replayed when it has ended: Recording, Stop recording."));
        pages_->setCurrentIndex(0);
        return;
    }
    opening_ = true;
    engine_->open(session_->path());
}

void ReplayView::take(const ReplayPicture& picture) {
    if (!session_) return;
    picture_ = std::make_shared<const ReplayPicture>(picture);
    const auto names = std::make_shared<const Catalog>(session_->catalog());
    showing_ = true;
    facts_->show(picture, names);
    calls_->show(picture, names);
    lanes_->show(picture_, names);
    const int row = facts_->cursorRow();
    if (row >= 0) {
        journal_->setCurrentIndex(facts_->index(row, 0));
        journal_->scrollTo(facts_->index(row, 0), QAbstractItemView::PositionAtCenter);
    } else {
        journal_->clearSelection();
        journal_->setCurrentIndex({});
        journal_->scrollToTop();
    }
    showing_ = false;
    pages_->setCurrentIndex(1);
    say({});
    // Several moves may be on their way; only the last one's breakpoint is told.
    if (stopped_by_ && !engine_->busy()) {
        const QString by = text(*std::exchange(stopped_by_, nullptr));
        breakpoints_->model()->setStoppedAt(by);
        if (breakpoints_->model()->active().size() > 1 && !by.isEmpty()) say(tr("Stopped at %1").arg(by));
    } else if (!engine_->busy()) {
        breakpoints_->model()->setStoppedAt({});
    }
    showWatch();
    if (std::exchange(opening_, false)) toTransport();
    if (!used_) return;
    // The inspector and the other views go along; it is no choice of its own on the way back.
    EventId event = selection_->event();
    InvocationId call = selection_->call();
    const replay::Position& at = picture.position;
    if (at.kind == Kind::Record) event = EventId{at.id};
    if (at.kind == Kind::Start || at.kind == Kind::End || at.kind == Kind::EndOfNoTime ||
        at.kind == Kind::Observed)
        call = InvocationId{at.id};
    if (event != selection_->event() || call != selection_->call()) selection_->complete(event, call);
    emit cursorMoved(AsOf{picture.atStart() ? session_->extent().first_at - 1 : at.at, at, picture.last_event,
                          picture.last_log});
}

void ReplayView::showWatch() {
    const ReplayPicture& p = *picture_;
    const QString at = p.atStart() ? tr("the beginning") : clock_.time(p.position.at);
    state_title_->setTitle(p.atStart() ? tr("State at the beginning") : tr("State at %1").arg(at));
    journal_title_->setDetail(tr("one fact a row"));
    calls_title_->setDetail(
        countedText(static_cast<std::int64_t>(p.calls.size()), tr("%1 call"), tr("%1 calls")));
    QVector<FactsGrid::Fact> facts{
        {tr("Time"), at, true},
        {tr("Arrived"), countedText(p.events, tr("%1 event"), tr("%1 events"))},
        {tr("In flight"),
         tr("%1 calls, %2 events")
             .arg(countText(static_cast<std::int64_t>(p.calls.size())), countText(p.events_in_flight))},
        {tr("Waiting"), countedText(p.waiting, tr("%1 event"), tr("%1 events"))},
        {tr("Lag"), countText(p.waiting + p.events_in_flight)},
        {tr("Instances ready"), tr("%1 of %2").arg(countText(p.instances_ready), countText(p.instances))}};
    for (const replay::FindingCount& finding : p.findings) {
        facts.append({text(finding.kind), countText(finding.units), false, [severity = finding.severity] {
                          return severity == "error"  ? theme().broken.text
                                 : severity == "warn" ? theme().warn.text
                                                      : theme().text;
                      }});
    }
    if (p.findings.empty()) facts.append({tr("Findings"), tr("none so far")});
    watch_->setFacts(facts);
}

void ReplayView::say(const QString& words) {
    breakpoints_->say(words);
}

FilterField* ReplayView::breakpointField() const {
    return breakpoints_->field();
}

QString ReplayView::note() const {
    return breakpoints_->note();
}

void ReplayView::step(replay::Unit unit, Direction direction) {
    used_ = true;
    engine_->move([unit, direction](replay::Cursor& cursor) { return cursor.step(unit, direction); });
}

void ReplayView::step(Direction direction) {
    step(unit_, direction);
}

void ReplayView::run(Direction direction) {
    const QString typed = breakpoints_->field()->text().trimmed();
    if (breakpoints_->field()->error() || (!typed.isEmpty() && !filter::Filter::parse(utf8(typed)))) {
        say(tr("The breakpoint is no filter yet."));
        return;
    }
    auto filters = breakpoints_->model()->active(typed);
    breakpoints_->model()->setStoppedAt({});
    if (filters.empty()) {
        // Without one, where order breaks.
        step(replay::Unit::Finding, direction);
        return;
    }
    used_ = true;
    say(tr("Running…"));
    // On the engine's thread, and read here when it has moved.
    stopped_by_ = std::make_shared<std::string>();
    engine_->move(
        [filters = std::move(filters), direction, by = stopped_by_](replay::Cursor& cursor) -> Result<bool> {
            auto stopped = cursor.run(filters, direction);
            if (!stopped) return passOn(stopped);
            if (*stopped) *by = filters[**stopped].text();
            return stopped->has_value();
        });
}

void ReplayView::toStart() {
    used_ = true;
    engine_->move([](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.toStart(); !s) return passOn(s);
        return true;
    });
}

void ReplayView::toEnd() {
    used_ = true;
    engine_->move([](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.toEnd(); !s) return passOn(s);
        return true;
    });
}

void ReplayView::toTime(TimeNs at) {
    used_ = true;
    engine_->move([at](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.toTime(at); !s) return passOn(s);
        return true;
    });
}

void ReplayView::toChosen() {
    const std::int64_t finding = selection_->finding();
    const InvocationId call = selection_->call();
    const EventId event = selection_->event();
    if (finding == 0 && !call && !event) {
        say(tr("Nothing is chosen. Choose a finding, a call or an event in another view."));
        return;
    }
    used_ = true;
    engine_->move([finding, call, event](replay::Cursor& cursor) -> Result<bool> {
        Status s = finding != 0 ? cursor.toFinding(finding)
                   : call       ? cursor.toInvocation(call)
                                : cursor.toEvent(event);
        if (!s) return passOn(s);
        return true;
    });
}

void ReplayView::play(double speed) {
    speed_ = speed;
    if (speed > 0) {
        used_ = true;
        play_timer_.start();
    } else {
        play_timer_.stop();
    }
}

void ReplayView::togglePlay() {
    play(play_timer_.isActive() ? 0 : 1);
}

void ReplayView::leave() {
    play(0);
    if (!std::exchange(used_, false)) return;
    say(tr("The other views show all of the session again."));
    emit cursorMoved(std::nullopt);
}

void ReplayView::choose(const QModelIndex& index) {
    const ReplayFact* fact = facts_->fact(index.row());
    if (showing_ || fact == nullptr) return;
    used_ = true;
    engine_->move([to = fact->happening.position](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.to(to); !s) return passOn(s);
        return true;
    });
}

/// Tables search for what is typed and choose with Space; here these keys step and play.
bool ReplayView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress && (watched == journal_ || watched == calls_table_)) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Period || key->key() == Qt::Key_Comma || key->key() == Qt::Key_Space) {
            keyPressEvent(key);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ReplayView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Period:
            step(Direction::Forward);
            break;
        case Qt::Key_Comma:
            step(Direction::Backward);
            break;
        case Qt::Key_Space:
            togglePlay();
            break;
        case Qt::Key_F9:
            run(event->modifiers().testFlag(Qt::ShiftModifier) ? Direction::Backward : Direction::Forward);
            break;
        case Qt::Key_Escape:
            if (!used_) {
                event->ignore();
                return;
            }
            leave();
            break;
        default:
            QWidget::keyPressEvent(event);
            return;
    }
    event->accept();
}

}  // namespace weir::views
