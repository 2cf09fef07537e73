// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_view.h"

#include "flow/flow_canvas.h"
#include "theme/glyphs.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace weir::views {
namespace {

constexpr int kRefreshMs = 250;
constexpr DurationNs kLiveSpan = 10 * kSecond;

}  // namespace

FlowView::FlowView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      canvas_(new FlowCanvas(selection)),
      model_(new FlowEdgesModel(this)),
      table_(new DataTable(tr("Deliveries by edge"))) {
    table_->setModel(model_);
    table_->cells()->setToneRole(FlowEdgesModel::ToneRole);
    table_->setWidths({QStringLiteral("auction.eu-west.valid"), QStringLiteral("validate-item-x"),
                       QStringLiteral("partition"), QStringLiteral("25.0 k"), QStringLiteral("0 000 000"),
                       QStringLiteral("2 min 05 s"), QStringLiteral("falling ↘"), QStringLiteral("0.05 %"),
                       QStringLiteral("000 000"), QStringLiteral("1.24 ms")});
    auto* lower = new QWidget;
    auto* lower_layout = new QVBoxLayout(lower);
    lower_layout->setContentsMargins(0, 0, 0, 0);
    lower_layout->setSpacing(0);
    lower_layout->addWidget(new PaneTitle(tr("Deliveries by edge")));
    lower_layout->addWidget(table_, 1);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(canvas_);
    split->addWidget(lower);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 0);
    split->setSizes({600, 190});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    setFocusProxy(canvas_);
    refresh_timer_.setSingleShot(true);
    refresh_timer_.setInterval(kRefreshMs);
    connect(&refresh_timer_, &QTimer::timeout, this, &FlowView::refresh);
    connect(canvas_, &FlowCanvas::opened, this, &FlowView::lanesWanted);
    connect(table_, &QTableView::activated, this, &FlowView::lanesWanted);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FlowView::rowChosen);
    connect(selection_, &Selection::changed, this, &FlowView::selectionChanged);
    connect(selection_, &Selection::timeChanged, this, [this] {
        if (!refresh_timer_.isActive()) refresh_timer_.start();
    });
    refresh();
}

void FlowView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    ++generation_;
    asking_ = false;
    known_.clear();
    shown_.clear();
    findings_.clear();
    outputs_read_ = 0;
    outputs_range_ = {0, 0};
    if (session != nullptr) {
        const auto later = [this] {
            if (!refresh_timer_.isActive()) refresh_timer_.start();
        };
        connect(session, &Session::opened, this, [this] {
            canvas_->setStore(text(session_->catalog().info.name));
            refresh();
        });
        connect(session, &Session::grew, this, later);
        connect(session, &Session::catalogChanged, this, later);
        connect(session, &Session::finished, this, later);
        connect(session, &Session::matchesChanged, this, later);
    }
    refresh();
}

void FlowView::setFindings(std::vector<FindingGroup> findings) {
    findings_ = std::move(findings);
    refresh();
}

void FlowView::setUntil(std::optional<TimeNs> at) {
    if (at == until_) return;
    until_ = at;
    if (!refresh_timer_.isActive()) refresh_timer_.start();
}

TimeRange FlowView::range() const {
    if (!session_) return {0, 1};
    if (until_) {
        const TimeNs from = selection_->view() ? selection_->view()->first : session_->extent().first_at;
        return {std::min(from, *until_), std::max(*until_, std::min(from, *until_) + 1)};
    }
    if (const auto& view = selection_->view()) return *view;
    const TimeNs to = session_->horizon();
    const TimeNs first = session_->extent().first_at;
    if (session_->live()) return {std::max(first, to - kLiveSpan), to};
    return {first, std::max(to, first + 1)};
}

QString FlowView::caption() const {
    if (!session_) return tr("No session is open.");
    if (session_->failure()) return {};
    if (!session_->isOpen()) return tr("Opening the session…");
    const auto& catalog = session_->catalog();
    if (catalog.topics.empty() && catalog.functions.empty()) {
        return session_->live() ? tr("Nothing has arrived yet. Topics appear with the first event.")
                                : tr("This session names no topic and no function.");
    }
    const auto& view = selection_->view();
    QString words;
    if (until_) {
        words = tr("Up to the cursor of Replay, %1").arg(durationText(range().second - range().first));
    } else if (view) {
        words = tr("In view, %1").arg(durationText(view->second - view->first));
    } else if (session_->live()) {
        words = tr("Live, last 10 s");
    } else {
        words = tr("Whole session, %1")
                    .arg(durationText(session_->extent().last_at - session_->extent().first_at));
    }
    if (session_->matching() != nullptr) {
        const auto [calls, done] = session_->matchesFound();
        words += tr("    Filter: figures of %1 calls for which it holds%2")
                     .arg(countText(calls), done ? QString() : QStringLiteral(" …"));
    }
    return words + tr("    Line width follows the rate. A square is one instance.");
}

void FlowView::refresh() {
    canvas_->setEmptyText(caption());
    if (!session_ || !session_->isOpen()) {
        canvas_->setGraph({});
        model_->setGraph({});
        return;
    }
    canvas_->setGraph(flowGraph(session_->catalog(), session_->lanes(), session_->matching(), range(), known_,
                                shown_, findings_));
    model_->setGraph(canvas_->graph());
    selectionChanged();
    askOutputs();
    if (session_->live() && !refresh_timer_.isActive()) refresh_timer_.start();
}

void FlowView::askOutputs() {
    const TimeRange shown = range();
    const bool grown = session_->extent().outputs > outputs_read_;
    if (asking_ || (!grown && shown == outputs_range_)) return;
    asking_ = true;
    const std::uint64_t generation = generation_;
    const std::int64_t all = session_->extent().outputs;
    session_->ask(
        this,
        [known = known_, read = outputs_read_, all, shown](journal::SessionReader& reader) mutable {
            OutputAnswer answer{std::move(known), {}, all, false};
            const auto add = [](OutputCounts& to, const std::vector<journal::OutputCountRow>& rows) {
                for (const auto& row : rows) to[{row.function, row.topic}] += row.outputs;
            };
            const auto fresh = reader.outputCounts(read + 1, all);
            const auto first = reader.firstOutputAt(shown.first);
            const auto last = reader.firstOutputAt(shown.second);
            if (!fresh || !first || !last) return answer;
            const auto in_view = reader.outputCounts(*first, *last - 1);
            if (!in_view) return answer;
            add(answer.known, *fresh);
            add(answer.shown, *in_view);
            answer.good = true;
            return answer;
        },
        [this, generation, shown](OutputAnswer answer) {
            if (generation != generation_) return;
            asking_ = false;
            if (!answer.good) return;
            known_ = std::move(answer.known);
            shown_ = std::move(answer.shown);
            outputs_read_ = answer.read;
            outputs_range_ = shown;
            if (!refresh_timer_.isActive()) refresh_timer_.start();
        });
}

void FlowView::rowChosen(const QModelIndex& row) {
    if (!row.isValid()) return;
    const FlowEdge* edge = model_->edge(row.row());
    if (edge == nullptr) return;
    selection_->chooseFunction(model_->ends(row.row()).second);
}

void FlowView::selectionChanged() {
    const QSignalBlocker quiet(table_->selectionModel());
    int row = -1;
    for (int r = 0; r < model_->rowCount(); ++r) {
        const auto [topic, function] = model_->ends(r);
        if ((selection_->function() && function == selection_->function()) ||
            (selection_->place() && selection_->place()->topic == topic)) {
            row = r;
            break;
        }
    }
    if (row < 0) {
        table_->clearSelection();
    } else if (table_->currentIndex().row() != row || !table_->selectionModel()->isRowSelected(row)) {
        table_->setCurrentIndex(model_->index(row, 0));
        table_->selectRow(row);
    }
    table_->viewport()->update();
}

FlowTools::FlowTools(FlowView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    FlowCanvas* canvas = view->canvas();
    const auto toggle = [&](const QString& words, bool FlowOptions::*part) {
        auto* button = new QToolButton;
        button->setText(words);
        button->setCheckable(true);
        button->setChecked(true);
        button->setAutoRaise(true);
        button->setFixedHeight(24);
        connect(button, &QToolButton::toggled, canvas, [canvas, part](bool on) {
            FlowOptions options = canvas->options();
            options.*part = on;
            canvas->setOptions(options);
        });
        layout->addWidget(button);
    };
    toggle(tr("Rates"), &FlowOptions::rates);
    toggle(tr("Lag"), &FlowOptions::lag);
    toggle(tr("Errors"), &FlowOptions::errors);
    toggle(tr("Order"), &FlowOptions::order);
    layout->addSpacing(8);
    auto* arrange = new QToolButton;
    arrange->setText(tr("Arrange again"));
    arrange->setAutoRaise(true);
    arrange->setFixedHeight(24);
    connect(arrange, &QToolButton::clicked, canvas, &FlowCanvas::arrange);
    layout->addWidget(arrange);
    auto* fit = new QToolButton;
    fit->setIcon(glyphIcon(Glyph::Fit));
    fit->setAutoRaise(true);
    fit->setFixedHeight(24);
    fit->setToolTip(tr("All in view (F)"));
    fit->setAccessibleName(tr("All in view"));
    connect(fit, &QToolButton::clicked, canvas, &FlowCanvas::fit);
    layout->addWidget(fit);
}

}  // namespace weir::views
