// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineage/lineage_view.h"

#include "analysis/lineage/lineage_format.h"
#include "filter/query.h"
#include "lineage/aggregate_canvas.h"
#include "lineage/lineage_canvas.h"
#include "theme/theme.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace weir::views {
namespace {
constexpr int kLiveMs = 1'000;  ///< while a recording runs, more may follow from an event
}

LineageView::LineageView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      note_(new QLabel),
      all_note_(new QLabel(tr("Counts of the whole session: they do not follow the cursor of Replay."))),
      canvas_(new LineageCanvas),
      all_(new AggregateCanvas),
      scroll_(new QScrollArea),
      all_scroll_(new QScrollArea),
      all_page_(new QWidget),
      empty_(new QLabel),
      pages_(new QStackedLayout(this)) {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (QLabel* note : {note_, all_note_}) {
        note->setContentsMargins(14, 6, 14, 6);
        note->setBackgroundRole(QPalette::Base);
        note->setAutoFillBackground(true);
    }
    all_note_->hide();
    scroll_->setWidget(canvas_);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    column->addWidget(note_);
    column->addWidget(scroll_, 1);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true);
    pages_->addWidget(empty_);
    pages_->addWidget(page);
    all_scroll_->setWidget(all_);
    all_scroll_->setWidgetResizable(true);
    all_scroll_->setFrameShape(QFrame::NoFrame);
    auto* all_column = new QVBoxLayout(all_page_);
    all_column->setContentsMargins(0, 0, 0, 0);
    all_column->setSpacing(0);
    all_column->addWidget(all_note_);
    all_column->addWidget(all_scroll_, 1);
    pages_->addWidget(all_page_);
    connect(all_, &AggregateCanvas::topicChosen, selection_, [this](TopicId topic) {
        selection_->choosePlace(PlaceChoice{topic, PlaceChoice::kAll});
    });
    connect(all_, &AggregateCanvas::functionChosen, selection_, &Selection::chooseFunction);
    setFocusProxy(canvas_);
    live_timer_.setSingleShot(true);
    live_timer_.setInterval(kLiveMs);
    connect(&live_timer_, &QTimer::timeout, this, [this] {
        if (aggregate_) {
            askAggregate();
        } else {
            ask();
        }
    });
    connect(selection_, &Selection::changed, this, &LineageView::selectionChanged);
    const auto chosen = [this](std::size_t index) {
        // A look around: the picture stays where it is.
        own_choice_ = true;
        const analysis::EventNode& event = lineage_->events[index];
        if (event.id) selection_->chooseEvent(event.id);
        own_choice_ = false;
    };
    connect(canvas_, &LineageCanvas::eventChosen, this, chosen);
    connect(canvas_, &LineageCanvas::eventOpened, this, [this](std::size_t index) {
        const EventId id = lineage_->events[index].id;
        if (!id) return;
        if (selection_->event() == id) {
            selectionChanged();
        } else {
            selection_->chooseEvent(id);
        }
    });
    connect(canvas_, &LineageCanvas::callChosen, this, [this](std::size_t index) {
        own_choice_ = true;
        selection_->chooseCall(lineage_->calls[index].id);
        own_choice_ = false;
    });
    updateEmpty();
}

void LineageView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    ++generation_;
    asking_ = false;
    asked_ = {};
    lineage_.reset();
    together_.reset();
    asking_all_ = false;
    canvas_->show(nullptr);
    all_->show(nullptr);
    if (session != nullptr) {
        connect(session, &Session::opened, this, &LineageView::selectionChanged);
        connect(session, &Session::opened, this, &LineageView::askAggregate);
        connect(session, &Session::matchesChanged, this, [this] {
            if (session_->filter().text() != filter_) askMatches();
        });
        connect(session, &Session::grew, this, [this] {
            if ((asked_ || aggregate_) && isVisible() && !live_timer_.isActive()) live_timer_.start();
        });
    }
    updateEmpty();
}

void LineageView::setSteps(int up, int down) {
    const analysis::LineageOptions standard;
    options_.up = up < 0 ? standard.up : up;
    options_.down = down < 0 ? standard.down : down;
    ask();
}

void LineageView::setMostInColumn(int most) {
    canvas_->setMostInColumn(static_cast<std::size_t>(std::max(2, most)));
}

void LineageView::setUntil(std::optional<TimeNs> at) {
    if (at == until_) return;
    until_ = at;
    canvas_->setUntil(at);
    all_note_->setVisible(at.has_value());
    updateNote();
}

void LineageView::selectionChanged() {
    const EventId event = selection_->event();
    if (own_choice_ || event == asked_) return;
    asked_ = event;
    if (!event) {
        lineage_.reset();
        canvas_->show(nullptr);
        updateEmpty();
        return;
    }
    ask();
}

void LineageView::ask() {
    if (!session_ || !session_->isOpen() || !asked_ || asking_) return;
    asking_ = true;
    session_->ask(
        this,
        [event = asked_, options = options_](journal::SessionReader& reader) -> Result<analysis::Lineage> {
            auto detail = reader.events(event, 1, 0);
            if (!detail) return passOn(detail);
            auto topics = reader.topics();
            if (!topics) return passOn(topics);
            if (detail->empty() || detail->front().id != event) return analysis::Lineage();
            const journal::EventRow& row = detail->front();
            analysis::EventPlace place;
            for (const journal::TopicRow& topic : *topics) {
                if (topic.id == row.topic) place.topic = topic.name;
            }
            place.partition = row.partition;
            place.offset = row.offset;
            const std::array<journal::SessionReader*, 1> readers{&reader};
            return analysis::lineageOf(readers, place, options);
        },
        [this, event = asked_, generation = generation_](Result<analysis::Lineage> lineage) {
            if (generation != generation_) return;
            asking_ = false;
            if (event != asked_) return ask();
            if (!lineage) {
                emit failed(lineage.error());
                return;
            }
            show(std::move(*lineage));
        });
    updateEmpty();
}

void LineageView::setAggregate(bool on) {
    aggregate_ = on;
    askAggregate();
    updateEmpty();
}

void LineageView::askAggregate() {
    if (!aggregate_ || asking_all_ || !session_ || !session_->isOpen()) return;
    asking_all_ = true;
    session_->ask(
        this, [](journal::SessionReader& reader) { return analysis::aggregateLineage(reader); },
        [this, generation = generation_](Result<analysis::LineageAggregate> together) {
            if (generation != generation_) return;
            asking_all_ = false;
            if (!together) {
                emit failed(together.error());
                return;
            }
            together_ = std::make_shared<const analysis::LineageAggregate>(std::move(*together));
            all_->show(together_);
            updateEmpty();
        });
}

void LineageView::askMatches() {
    if (!session_) return;
    filter_ = session_->filter().text();
    if (filter_.empty() || !lineage_) {
        canvas_->setDimmed({}, {});
        return;
    }
    struct Dimmed {
        std::set<std::size_t> events, calls;
    };
    session_->ask(
        this,
        [lineage = lineage_, filter = session_->filter()](journal::SessionReader& reader) -> Result<Dimmed> {
            Dimmed dimmed;
            filter::Query events(reader, filter, filter::Subject::Events);
            for (std::size_t i = 0; i < lineage->events.size(); ++i) {
                const EventId id = lineage->events[i].id;
                auto holds = id ? events.holdsFor(id.value) : Result<bool>(false);
                if (!holds) return passOn(holds);
                if (!*holds) dimmed.events.insert(i);
            }
            filter::Query calls(reader, filter, filter::Subject::Invocations);
            for (std::size_t i = 0; i < lineage->calls.size(); ++i) {
                auto holds = calls.holdsFor(lineage->calls[i].id.value);
                if (!holds) return passOn(holds);
                if (!*holds) dimmed.calls.insert(i);
            }
            return dimmed;
        },
        [this, lineage = lineage_, filter = filter_](Result<Dimmed> dimmed) {
            if (lineage != lineage_ || filter != filter_) return;
            if (!dimmed) {
                emit failed(dimmed.error());
                return;
            }
            canvas_->setDimmed(std::move(dimmed->events), std::move(dimmed->calls));
        });
}

void LineageView::show(analysis::Lineage lineage) {
    const bool same = lineage_ && lineage_->events.size() == lineage.events.size() &&
                      lineage_->calls.size() == lineage.calls.size() &&
                      lineage_->edges.size() == lineage.edges.size() && !lineage.events.empty() &&
                      lineage_->events.front().place == lineage.events.front().place;
    lineage_ = std::make_shared<const analysis::Lineage>(std::move(lineage));
    if (!same) {
        canvas_->setDimmed({}, {});
        canvas_->show(lineage_);
    }
    askMatches();
    updateNote();
    updateEmpty();
}

/// What the picture says, in a line; with a replay's cursor, as of then.
void LineageView::updateNote() {
    if (!lineage_ || lineage_->events.empty()) return;
    const auto& later = canvas_->later().events;
    std::int64_t causes = 0, effects = 0;
    for (std::size_t i = 0; i < lineage_->events.size(); ++i) {
        if (later.contains(i)) continue;
        const int step = lineage_->events[i].step;
        causes += step < 0 ? 1 : 0;
        effects += step > 0 ? 1 : 0;
    }
    QStringList notes;
    if (later.contains(0)) notes << tr("not yet there at the cursor of Replay");
    notes << (causes == 0 ? tr("no cause recorded")
                          : tr("caused by %1").arg(countedText(causes, tr("%1 event"), tr("%1 events"))));
    if (until_) {
        notes << (effects == 0 ? tr("had caused nothing by the cursor of Replay")
                               : tr("had caused %1 by the cursor of Replay")
                                     .arg(countedText(effects, tr("%1 event"), tr("%1 events"))));
    } else {
        notes << (effects == 0 ? tr("caused nothing that is recorded")
                               : tr("caused %1").arg(countedText(effects, tr("%1 event"), tr("%1 events"))));
    }
    if (lineage_->truncated) notes << tr("there is more beyond the limits of this picture");
    const analysis::EventPlace& place = lineage_->events.front().place;
    note_->setText(QStringLiteral("%1 @ %2: %3")
                       .arg(partitionText(text(place.topic), place.partition), countText(place.offset),
                            notes.join(QStringLiteral(", "))));
}

QString LineageView::note() const {
    return note_->text();
}

QString LineageView::emptyText() const {
    return pages_->currentIndex() == 0 ? empty_->text() : QString();
}

void LineageView::updateEmpty() {
    if (aggregate_ && together_ && !together_->topics.empty()) {
        pages_->setCurrentWidget(all_page_);
        return;
    }
    if (aggregate_ && session_) {
        empty_->setText(together_ ? tr("No topic is recorded yet.") : tr("Counting all events…"));
        pages_->setCurrentIndex(0);
        return;
    }
    if (lineage_ && !lineage_->events.empty()) {
        pages_->setCurrentIndex(1);
        return;
    }
    if (!session_) {
        empty_->setText(tr("No session is open."));
    } else if (asking_) {
        empty_->setText(tr("Following the event…"));
    } else if (!asked_) {
        empty_->setText(
            tr("Choose an event in Events, Lanes or Order to see what caused it and what it caused."));
    } else {
        empty_->setText(tr("Nothing is known of this event."));
    }
    pages_->setCurrentIndex(0);
}

QString LineageView::exportTo(const QString& path) const {
    const bool together = aggregate_ && together_;
    if (!together && (!lineage_ || lineage_->events.empty())) return tr("There is nothing to export.");
    if (path.endsWith(QLatin1String(".dot"))) {
        QSaveFile file(path);
        const std::string dot =
            together ? analysis::aggregateDot(*together_) : analysis::lineageDot(*lineage_);
        const auto size = static_cast<qint64>(dot.size());
        if (!file.open(QIODevice::WriteOnly) || file.write(dot.data(), size) != size || !file.commit()) {
            return file.errorString();
        }
        return {};
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return file.errorString();
    QSvgGenerator svg;
    svg.setOutputDevice(&file);
    const QWidget* shown = together ? static_cast<const QWidget*>(all_) : canvas_;
    svg.setSize(shown->size());
    svg.setViewBox(shown->rect());
    svg.setTitle(together ? tr("Lineage of all events") : note_->text());
    QPainter painter(&svg);
    if (together) {
        all_->paintOn(painter);
    } else {
        canvas_->paintOn(painter);
    }
    painter.end();
    return file.commit() ? QString() : file.errorString();
}

LineageTools::LineageTools(LineageView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto* together = new QToolButton;
    together->setText(tr("All events"));
    together->setCheckable(true);
    together->setAutoRaise(true);
    together->setFixedHeight(24);
    together->setToolTip(tr("All events together: a box for each topic and function, with counts"));
    connect(together, &QToolButton::toggled, view, &LineageView::setAggregate);
    layout->addWidget(together);
    const auto steps = [&](const QString& name, const QString& tip) {
        auto* box = new QComboBox;
        box->addItem(tr("%1: all").arg(name), -1);
        for (const int n : {1, 2, 3, 5}) box->addItem(QStringLiteral("%1: %2").arg(name).arg(n), n);
        box->setToolTip(tip);
        box->setAccessibleName(name);
        layout->addWidget(box);
        return box;
    };
    QComboBox* up = steps(tr("Causes"), tr("How many steps to look back"));
    QComboBox* down = steps(tr("Effects"), tr("How many steps to look ahead"));
    const auto apply = [view, up, down] {
        view->setSteps(up->currentData().toInt(), down->currentData().toInt());
    };
    connect(up, &QComboBox::currentIndexChanged, view, apply);
    connect(down, &QComboBox::currentIndexChanged, view, apply);
    auto* fold = new QComboBox;
    for (const int n : {6, 12, 24}) fold->addItem(tr("Fold over %1").arg(n - 1), n);
    fold->setAccessibleName(tr("Fold siblings"));
    fold->setToolTip(tr("Siblings beyond so many are folded into one"));
    connect(fold, &QComboBox::currentIndexChanged, view,
            [view, fold] { view->setMostInColumn(fold->currentData().toInt()); });
    layout->addWidget(fold);
    auto* save = new QPushButton(tr("Export…"));
    connect(save, &QPushButton::clicked, view, [view] {
        QString kind;
        QString path = QFileDialog::getSaveFileName(
            view, LineageView::tr("Export the lineage"), QStringLiteral("lineage.svg"),
            LineageView::tr("Picture (*.svg);;Graphviz (*.dot)"), &kind);
        if (path.isEmpty()) return;
        if (QFileInfo(path).suffix().isEmpty())
            path += kind.contains(QLatin1String("*.dot")) ? QStringLiteral(".dot") : QStringLiteral(".svg");
        if (const QString problem = view->exportTo(path); !problem.isEmpty()) {
            QMessageBox::warning(view, LineageView::tr("Export the lineage"), problem);
        }
    });
    layout->addWidget(save);
}

}  // namespace weir::views
