// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/order_view.h"

#include "order/broken_by_partition.h"
#include "order/broken_events_model.h"
#include "order/findings_model.h"
#include "order/order_picture.h"
#include "order/order_words.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedLayout>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <set>
#include <utility>

namespace weir::views {
namespace {

constexpr int kRefreshMs = 500;  ///< while a recording runs

QString coloured(const QString& words, QRgb colour, bool large) {
    return QStringLiteral("<span style=\"color:%1;font-weight:600;font-size:%2\">%3</span>")
        .arg(QColor(colour).name(), large ? QStringLiteral("large") : QStringLiteral("medium"), words);
}

/// As much of its tool tip as it has room for.
class Headline final : public QLabel {
  protected:
    void resizeEvent(QResizeEvent* event) override {
        QLabel::resizeEvent(event);
        setText(elidedName(toolTip(), fontMetrics(), width()));
    }
};

QWidget* filled(QWidget* widget, QPalette::ColorRole role) {
    widget->setBackgroundRole(role);
    widget->setAutoFillBackground(true);
    return widget;
}

}  // namespace

struct OrderView::Answer {
    Result<FindingsOverview> all;
    std::optional<Result<FindingsOverview>> shown;  ///< with a filter, or at a cursor
};

OrderView::OrderView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      findings_(new FindingsModel(this)),
      events_(new BrokenEventsModel(this)),
      empty_(new QLabel),
      pages_(new QStackedLayout(this)) {
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(buildLeft());
    split->addWidget(buildRight());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setSizes({660, 700});
    connect(split, &QSplitter::splitterMoved, this, &OrderView::fitColumns);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setTextFormat(Qt::PlainText);
    filled(empty_, QPalette::Base);
    pages_->addWidget(empty_);
    pages_->addWidget(split);
    setFocusProxy(tree_);
    refresh_timer_.setSingleShot(true);
    refresh_timer_.setInterval(kRefreshMs);
    connect(&refresh_timer_, &QTimer::timeout, this, &OrderView::refresh);
    connect(selection_, &Selection::changed, this, &OrderView::selectionChanged);
    updateEmpty();
}

QWidget* OrderView::buildLeft() {
    auto* left = filled(new QWidget, QPalette::Base);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 8, 12, 8);
    totals_ = new QLabel;
    totals_->setTextFormat(Qt::RichText);
    displaced_ = new QLabel;
    displaced_->setTextFormat(Qt::RichText);
    row->addWidget(totals_);
    row->addStretch(1);
    row->addWidget(displaced_);
    column->addWidget(head);
    tree_ = new QTreeView;
    tree_->setModel(findings_);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setUniformRowHeights(true);
    tree_->setAllColumnsShowFocus(true);
    tree_->setSelectionBehavior(QAbstractItemView::SelectRows);
    tree_->setAccessibleName(tr("Order findings"));
    auto* cells = new CellDelegate(tree_);
    cells->setToneRole(FindingsModel::ToneRole);
    cells->setGlyphRole(FindingsModel::GlyphRole);
    cells->setTimeRole(FindingsModel::TimeRole);
    tree_->setItemDelegate(cells);
    tree_->setIndentation(14);
    QHeaderView* header = tree_->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(FindingsModel::Scope, QHeaderView::Stretch);
    const QFontMetrics normal(font());
    const QFontMetrics mono(monoFont());
    header->resizeSection(FindingsModel::What,
                          normal.horizontalAdvance(QStringLiteral("output-inversion")) + 74);
    header->resizeSection(FindingsModel::Severity, normal.horizontalAdvance(QStringLiteral("Severity")) + 18);
    header->resizeSection(FindingsModel::FirstAt,
                          mono.horizontalAdvance(QStringLiteral("14:33:02.640")) + 16);
    whenRowChosen(*tree_, this, [this](const QModelIndex& index) { choose(index); });
    connect(tree_, &QTreeView::activated, this, [this] { go(&OrderView::lanesWanted); });
    tree_->setMouseTracking(true);
    tree_->viewport()->installEventFilter(this);
    header->setSectionsClickable(true);
    connect(header, &QHeaderView::sectionClicked, this, &OrderView::sort);
    column->addWidget(tree_, 1);
    verdict_ = new QLabel;
    verdict_->setContentsMargins(12, 8, 12, 8);
    verdict_->setWordWrap(true);
    column->addWidget(verdict_);
    partitions_ = new BrokenByPartition;
    column->addWidget(partitions_);
    return left;
}

void OrderView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // After the splitter has had its say.
    QMetaObject::invokeMethod(this, &OrderView::fitColumns, Qt::QueuedConnection);
}

/// Where a finding stands matters more than when it was first seen: with little room the time gives way.
void OrderView::fitColumns() {
    tree_->setColumnHidden(FindingsModel::FirstAt, tree_->width() < 640);
    const QFontMetrics mono(monoFont());
    int units = mono.horizontalAdvance(QStringLiteral("0 000 000"));
    const auto widen = [&](const QModelIndex& index) {
        units = std::max(units, mono.horizontalAdvance(index.data().toString()));
    };
    for (int branch = 0; branch < findings_->rowCount(); ++branch) {
        const QModelIndex parent = findings_->index(branch, 0);
        widen(findings_->index(branch, FindingsModel::Units));
        for (int row = 0; row < std::min(findings_->rowCount(parent), 200); ++row)
            widen(findings_->index(row, FindingsModel::Units, parent));
    }
    tree_->header()->resizeSection(FindingsModel::Units, units + 14);
    headline_->setText(
        elidedName(headline_->toolTip(), headline_->fontMetrics(), std::max(60, headline_->width())));
}

QWidget* OrderView::buildRight() {
    auto* right = new QWidget;
    right_pages_ = new QStackedLayout(right);
    nothing_chosen_ = new QLabel(tr("Choose a finding to see what was expected and what happened."));
    nothing_chosen_->setAlignment(Qt::AlignCenter);
    filled(nothing_chosen_, QPalette::Base);
    right_pages_->addWidget(nothing_chosen_);

    auto* page = filled(new QWidget, QPalette::Base);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = filled(new QWidget, QPalette::Window);
    auto* rows = new QVBoxLayout(head);
    rows->setContentsMargins(12, 8, 8, 8);
    rows->setSpacing(4);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    glyph_ = new QLabel;
    headline_ = new Headline;
    headline_->setFont(titleFont());
    headline_->setTextFormat(Qt::PlainText);
    // A long name must not widen the window.
    headline_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    severity_ = new QLabel;
    severity_->setTextFormat(Qt::RichText);
    first->addWidget(glyph_);
    first->addWidget(headline_, 1);
    first->addWidget(severity_);
    first->addSpacing(8);
    const auto button = [&](const QString& words, const QString& tip, Wanted signal) {
        auto* b = new QPushButton(words);
        b->setToolTip(tip);
        b->setFixedWidth(b->fontMetrics().horizontalAdvance(words) + 24);  // the headline needs the room
        connect(b, &QPushButton::clicked, this, [this, signal] { go(signal); });
        first->addWidget(b);
        return b;
    };
    lanes_ = button(tr("Lanes"), tr("Show it in Lanes"), &OrderView::lanesWanted);
    lineage_ = button(tr("Lineage"), tr("Show its lineage"), &OrderView::lineageWanted);
    button(tr("Events"), tr("Show it in Events"), &OrderView::eventsWanted);
    rows->addLayout(first);
    sentence_ = new QLabel;
    sentence_->setTextFormat(Qt::RichText);
    sentence_->setWordWrap(true);
    sentence_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    rows->addWidget(sentence_);
    column->addWidget(head);
    key_places_ = new QLabel;
    key_places_->setTextFormat(Qt::PlainText);
    key_places_->setWordWrap(true);
    key_places_->setContentsMargins(12, 8, 12, 8);
    key_places_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(key_places_);
    picture_ = new OrderPicture;
    clock_title_ = new PaneTitle(tr("Evidence"));
    clock_ = new EvidenceClock;
    events_title_ = new PaneTitle(tr("Broken events"));
    table_ = new DataTable(tr("Broken events"));
    table_->setModel(events_);
    table_->cells()->setToneRole(BrokenEventsModel::ToneRole);
    table_->setWidths(events_->samples());
    column->addWidget(picture_, 3);
    column->addWidget(clock_title_);
    column->addWidget(clock_);
    column->addWidget(events_title_);
    column->addWidget(table_, 2);
    filler_ = new QWidget;
    column->addWidget(filler_, 1);
    const auto chooseCall = [this](InvocationId call) { selection_->chooseCall(call); };
    connect(picture_, &OrderPicture::callChosen, this, chooseCall);
    connect(clock_, &EvidenceClock::callChosen, this, chooseCall);
    whenRowChosen(*table_, this, [this](const QModelIndex& index) {
        const order::BrokenEvent* event = events_->event(index.row());
        if (event != nullptr && event->event) selection_->choose(event->event, event->call);
    });
    connect(table_, &QTableView::activated, this, [this] { go(&OrderView::eventsWanted); });
    right_pages_->addWidget(page);
    return right;
}

void OrderView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    ++generation_;
    asking_ = dirty_ = false;
    shown_ = drawn_ = 0;
    wanted_ = nullptr;
    evidence_.reset();
    tally_ = std::make_shared<FindingsTally>();
    matching_.reset();
    until_.reset();
    all_.reset();
    right_pages_->setCurrentIndex(0);
    mark();
    take({});
    if (session != nullptr) {
        connect(session, &Session::opened, this, &OrderView::refresh);
        connect(session, &Session::grew, this, [this] {
            if (!refresh_timer_.isActive()) refresh_timer_.start();
        });
        connect(session, &Session::finished, this, &OrderView::refresh);
        connect(session, &Session::matchesChanged, this, &OrderView::filterChanged);
        if (session->isOpen()) refresh();
    }
}

void OrderView::refresh() {
    if (!session_ || !session_->isOpen()) return;
    if (asking_) {
        dirty_ = true;
        return;
    }
    asking_ = true;
    session_->ask(
        this,
        [tally = tally_, matching = matching_, filter = session_->filter(),
         until = until_ ? std::optional(until_->position) : std::nullopt](journal::SessionReader& reader) {
            Answer answer{findingsOverview(reader, *tally), std::nullopt};
            if (matching) {
                answer.shown = findingsOverview(reader, *matching, filter, until);
            } else if (until) {
                answer.shown = findingsOverview(reader, *tally, {}, until);
            }
            return answer;
        },
        [this, generation = generation_](Answer answer) {
            if (generation != generation_) return;
            asking_ = false;
            if (!answer.all || (answer.shown && !*answer.shown)) {
                emit failed(answer.all ? answer.shown->error() : answer.all.error());
            } else {
                const bool news = !all_ || all_->groups != answer.all->groups;
                all_ = std::move(*answer.all);
                if (news) {
                    emit errorsChanged(all_->totals.errors);
                    emit findingsChanged(*all_);
                }
                take(answer.shown ? std::move(**answer.shown) : *all_);
            }
            if (std::exchange(dirty_, false)) refresh();
        });
}

void OrderView::setUntil(const std::optional<AsOf>& until) {
    if (until == until_) return;
    until_ = until;
    if (evidence_) markLater();
    refresh();
}

void OrderView::filterChanged() {
    const bool filtered = !session_->filter().matchesAll();
    // More calls were found: that says nothing new of findings.
    if (filtered == (matching_ != nullptr) && session_->filter().text() == filter_) return;
    filter_ = session_->filter().text();
    matching_ = filtered ? std::make_shared<FindingsTally>() : nullptr;
    ++generation_;
    asking_ = dirty_ = false;
    refresh();
}

void OrderView::take(FindingsOverview overview) {
    const bool same = overview.groups == overview_.groups && overview.totals == overview_.totals;
    overview_ = std::move(overview);
    if (!same || overview_.groups.empty()) {
        const auto names = std::make_shared<const Catalog>(session_ ? session_->catalog() : Catalog());
        const FindingGroup* chosen = findings_->group(tree_->currentIndex());
        const std::optional<FindingGroup> kept = chosen == nullptr ? std::nullopt : std::optional(*chosen);
        findings_->show(overview_.groups, names, looksAtRows());
        tree_->expandAll();
        fitColumns();
        partitions_->show(overview_.groups, names);
        if (kept && !tree_->currentIndex().isValid()) {
            const QSignalBlocker quiet(tree_->selectionModel());  // it was chosen before
            tree_->setCurrentIndex(findings_->indexOf(*kept));
        }
    }
    const QModelIndex cursor = findings_->cursorIndex();
    if (cursor.isValid()) tree_->scrollTo(cursor);
    updateTotals();
    updateEmpty();
    if (overview_.groups.empty() || shown_ != 0) return;
    // The worst is in the picture without being asked for; it is not chosen, so nothing else is filtered.
    if (selection_->finding() != 0) {
        ask(selection_->finding());
    } else {
        const auto drawn =
            std::find_if(overview_.groups.begin(), overview_.groups.end(), [](const FindingGroup& g) {
                return g.kind == order::Kind::Regression || g.kind == order::Kind::Inversion;
            });
        ask((drawn == overview_.groups.end() ? overview_.groups.front() : *drawn).worst);
    }
}

void OrderView::updateTotals() {
    const Theme& t = theme();
    const FindingTotals& n = overview_.totals;
    const auto part = [&](std::int64_t count, const QString& words, QRgb colour) {
        return QStringLiteral("%1&nbsp;<span style=\"color:%2\">%3</span>")
            .arg(coloured(countText(count), count == 0 ? t.text2 : colour, true), QColor(t.text2).name(),
                 words);
    };
    totals_->setText(part(n.errors, tr("errors"), t.broken.text) + QStringLiteral("&nbsp;&nbsp;&nbsp;") +
                     part(n.warnings, tr("warnings"), t.warn.text) + QStringLiteral("&nbsp;&nbsp;&nbsp;") +
                     part(n.notes, tr("notes"), t.text2));
    displaced_->setText(
        tr("displaced %1 of %2 deliveries checked")
            .arg(coloured(countText(n.displaced), n.displaced == 0 ? t.text2 : t.broken.text, false),
                 countText(n.deliveries)));
    displaced_->setVisible(!n.replayed);
    bool gaps = false;
    for (const FindingGroup& g : overview_.groups) gaps = gaps || g.kind == order::Kind::Gap;
    QString verdict;
    if (n.replayed) {
        verdict = tr("Up to the cursor of Replay; what was found later is grey.");
    } else if (!gaps && n.finished) {
        verdict =
            tr("✓ No gaps: every recorded event succeeded, is open, or has a recorded reason for being "
               "skipped.");
    } else if (!n.finished) {
        verdict = tr("Gaps are known when the recording ends; %1 events are open.").arg(countText(n.open));
    }
    if (n.bounded) verdict += QLatin1Char(' ') + tr("Memory's bound was met: counts are at least these.");
    verdict_->setText(verdict);
    verdict_->setVisible(!verdict.isEmpty());
}

QString OrderView::sentence() const {
    return sentence_->text();
}

QString OrderView::emptyText() const {
    return pages_->currentIndex() == 0 ? empty_->text() : QString();
}

void OrderView::updateEmpty() {
    if (!overview_.groups.empty()) {
        pages_->setCurrentIndex(1);
        return;
    }
    if (!session_) {
        empty_->setText(tr("No session is open."));
    } else if (session_->failure()) {
        empty_->clear();
    } else if (!session_->isOpen() || asking_) {
        empty_->setText(tr("Reading findings…"));
    } else if (!overview_.totals.known) {
        empty_->setText(tr("The order of this session was not checked yet. weir-cli check does it."));
    } else if (matching_) {
        empty_->setText(tr("No order finding matches the filter."));
    } else {
        empty_->setText(
            tr("✓  No order findings. %1 deliveries checked.").arg(countText(overview_.totals.deliveries)));
    }
    pages_->setCurrentIndex(0);
}

void OrderView::choose(const QModelIndex& index) {
    const FindingGroup* group = findings_->group(index);
    if (group == nullptr) return;
    selection_->chooseFinding(group->worst);
    ask(group->worst);
}

void OrderView::selectionChanged() {
    const std::int64_t finding = selection_->finding();
    if (finding != 0 && finding != shown_) ask(finding);
    if (finding == 0) tree_->clearSelection();
    mark();
}

void OrderView::ask(std::int64_t finding) {
    if (!session_ || finding == 0 || finding == shown_) return;
    shown_ = finding;
    session_->ask(
        this,
        [finding](journal::SessionReader& reader) -> Result<order::Evidence> {
            auto found = order::findingAt(reader, finding);
            if (!found) return passOn(found);
            return order::evidenceOf(reader, *found);
        },
        [this, finding, generation = generation_](Result<order::Evidence> evidence) {
            if (generation != generation_ || finding != shown_) return;
            if (!evidence) {
                emit failed(evidence.error());
                return;
            }
            drawn_ = finding;
            showEvidence(std::move(*evidence));
        },
        true);
}

void OrderView::markLater() {
    const bool later = until_ && evidence_->finding.at > until_->at;
    clock_title_->setRight(later ? tr("found after the cursor") : QString());
}

/// Glyph and words in the colours of the theme.
void OrderView::showHead() {
    const order::Finding& f = evidence_->finding;
    const Theme& t = theme();
    const Tone& tone = toneOf(f.severity, t);
    glyph_->setPixmap(glyphPixmap(glyphOf(f.kind), 14, tone.text, devicePixelRatioF()));
    severity_->setText(coloured(wordOf(f.severity), tone.text, false));
}

void OrderView::showEvidence(order::Evidence evidence) {
    const bool other_kind = !evidence_ || evidence_->finding.kind != evidence.finding.kind;
    evidence_ = std::make_shared<const order::Evidence>(std::move(evidence));
    const auto names = std::make_shared<const Catalog>(session_->catalog());
    const order::Finding& f = evidence_->finding;
    showHead();
    headline_->setToolTip(headlineOf(f, *names));
    fitColumns();
    markLater();
    sentence_->setText(sentenceOf(*evidence_, *names));
    std::set<InvocationId> cold;
    for (const order::EvidenceCall& c : evidence_->calls) {
        if (const Call* call = session_->lanes().call(c.id); call != nullptr && call->cold) cold.insert(c.id);
    }
    picture_->show(evidence_, names, cold);
    const bool drawn = !evidence_->calls.empty() || !evidence_->outputs.empty();
    picture_->setVisible(drawn);
    clock_->show(evidence_, names, cold);
    clock_->setVisible(!evidence_->calls.empty());
    clock_title_->setVisible(!evidence_->calls.empty());
    clock_title_->setDetail(tr("the calls on a common clock"));
    events_->show(evidence_, names);
    if (other_kind) table_->setWidths(events_->samples());
    table_->scrollToTop();
    table_->horizontalScrollBar()->setValue(0);
    events_title_->setTitle(BrokenEventsModel::title(f.kind));
    events_title_->setDetail(countText(f.units()));
    const auto listed = static_cast<std::int64_t>(evidence_->broken.size());
    events_title_->setVisible(listed > 0);
    table_->setVisible(listed > 0);
    events_title_->setRight(listed < f.units()
                                ? tr("the first %1 of %2").arg(countText(listed), countText(f.units()))
                                : QString());
    filler_->setVisible(!drawn && listed == 0);
    const bool split = f.kind == order::Kind::KeySplit;
    key_places_->setVisible(split);
    for (QPushButton* b : {lanes_, lineage_}) b->setVisible(!split);  // a key has neither
    if (split) showKeyPlaces();
    right_pages_->setCurrentIndex(1);
    mark();
    if (wanted_ != nullptr) go(std::exchange(wanted_, nullptr));
}

}  // namespace weir::views
