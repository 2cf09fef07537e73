// SPDX-License-Identifier: GPL-3.0-or-later
// What the Order view does with the finding that is shown; order_view.cpp builds and fills it.
#include "order/broken_by_partition.h"
#include "order/broken_events_model.h"
#include "order/findings_model.h"
#include "order/order_view.h"
#include "order/order_words.h"
#include "widgets/data_table.h"

#include <QEvent>
#include <QLabel>
#include <QTreeView>

#include <algorithm>

namespace weir::views {
/// The choice is of this finding already: then it is more exact than any guess.
bool OrderView::choseOfFinding() const {
    const auto& broken = evidence_->broken;
    if (selection_->event())
        return std::any_of(broken.begin(), broken.end(),
                           [this](const order::BrokenEvent& b) { return b.event == selection_->event(); });
    return selection_->call() &&
           std::any_of(evidence_->calls.begin(), evidence_->calls.end(),
                       [this](const order::EvidenceCall& c) { return c.id == selection_->call(); });
}

void OrderView::go(Wanted signal) {
    if (!evidence_ || !session_) return;
    wanted_ = drawn_ == shown_ ? nullptr : signal;
    if (wanted_ != nullptr) return;
    const order::Finding& f = evidence_->finding;
    if (f.kind == order::Kind::KeySplit) {
        // Its events are all with that key, wherever they stand.
        Choice next = selection_->choice();
        next.key = f.key;
        next.place = PlaceChoice{f.topic, PlaceChoice::kAll};
        next.event = {};
        next.call = {};
        selection_->set(next);
        emit(this->*signal)();
        return;
    }
    if (!evidence_->outputs.empty()) {
        chooseOutput(signal);
        return;
    }
    if (!choseOfFinding()) {
        const auto first =
            std::find_if(evidence_->broken.begin(), evidence_->broken.end(),
                         [](const order::BrokenEvent& b) { return static_cast<bool>(b.event); });
        const bool of_call = f.kind == order::Kind::Overlap || f.kind == order::Kind::Duplicate;
        if (first != evidence_->broken.end()) {
            selection_->choose(first->event, of_call ? f.invocation : first->call);
        } else if (f.invocation) {
            selection_->chooseCall(f.invocation);
        }
    }
    emit(this->*signal)();
}

/// Of an output-inversion the first output that is broken, as an event of its topic.
void OrderView::chooseOutput(Wanted signal) {
    const auto output = std::find_if(evidence_->outputs.begin(), evidence_->outputs.end(),
                                     [](const order::EvidenceOutput& o) { return o.broken; });
    if (output == evidence_->outputs.end()) return;
    session_->ask(
        this,
        [place = output->place](journal::SessionReader& reader) {
            return reader.findEvent(place.topic, place.partition, place.offset);
        },
        [this, signal, call = output->call](const Result<EventId>& event) {
            selection_->choose(event ? *event : EventId{}, call);
            emit(this->*signal)();
        },
        true);
}

/// Tells the other views which calls the chosen finding is about.
void OrderView::mark() {
    std::vector<MarkedCall> calls;
    const bool chosen =
        session_ && evidence_ && selection_->finding() != 0 && selection_->finding() == drawn_;
    if (chosen) {
        for (const std::size_t i : evidence_->by_end) {
            const order::EvidenceCall& call = evidence_->calls[i];
            if (call.role == order::EvidenceCall::Role::Around) continue;
            calls.push_back({call.id, call.role == order::EvidenceCall::Role::Broken,
                             static_cast<int>(calls.size()) + 1});
        }
    }
    emit callsMarked(calls);
}

/// Rows must not move under the pointer, nor away from what was chosen.
bool OrderView::looksAtRows() const {
    return tree_->viewport()->underMouse() || tree_->selectionModel()->hasSelection();
}

void OrderView::sort() {
    const FindingGroup* chosen = findings_->group(tree_->currentIndex());
    const std::optional<FindingGroup> kept = chosen == nullptr ? std::nullopt : std::optional(*chosen);
    const bool selected = tree_->selectionModel()->hasSelection();
    findings_->show(overview_.groups,
                    std::make_shared<const Catalog>(session_ ? session_->catalog() : Catalog()));
    tree_->expandAll();
    fitColumns();
    if (!kept) return;
    // Where it stands now; no choice of its own.
    const QSignalBlocker quiet(tree_->selectionModel());
    const QModelIndex index = findings_->indexOf(*kept);
    if (selected) tree_->setCurrentIndex(index);
    tree_->viewport()->update();
}

bool OrderView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == tree_->viewport() && event->type() == QEvent::Leave &&
        !tree_->selectionModel()->hasSelection())
        sort();
    return QWidget::eventFilter(watched, event);
}

void OrderView::changeEvent(QEvent* event) {
    // Rich text and pixmaps hold the colours that they were made with.
    if (event->type() == QEvent::PaletteChange && tree_ != nullptr) {
        updateTotals();
        if (evidence_) showHead();
    }
    QWidget::changeEvent(event);
}

/// Which partitions the key of a key-split stands in.
void OrderView::showKeyPlaces() {
    QStringList lines;
    for (const order::KeyPlace& place : evidence_->key_places) {
        lines << tr("%1: %2, the first at offset %3")
                     .arg(session_->catalog().place(evidence_->finding.topic, place.partition),
                          countedText(place.events, tr("%1 event"), tr("%1 events")), countText(place.first));
    }
    if (evidence_->key_places_cut) lines << tr("There may be more: only the first events were looked at.");
    key_places_->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace weir::views
