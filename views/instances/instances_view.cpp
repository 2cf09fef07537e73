// SPDX-License-Identifier: GPL-3.0-or-later
#include "instances/instances_view.h"

#include "instances/concurrency_chart.h"
#include "lanes/lanes_canvas.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/column_fit.h"
#include "widgets/data_table.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace weir::views {
namespace {
constexpr int kRefreshMs = 300, kChartMs = 40;
}

InstancesView::InstancesView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      chart_(new ConcurrencyChart),
      canvas_(new LanesCanvas(selection, LaneRows::Instances)),
      model_(new InstancesModel(this)),
      table_(new DataTable(tr("Instances"))),
      empty_(new QLabel),
      pages_(new QStackedWidget) {
    table_->setModel(model_);
    table_->cells()->setToneRole(InstancesModel::ToneRole);
    table_->cells()->setTimeRole(InstancesModel::TimeRole);
    table_->setWidths({QStringLiteral("validate-item-1@"), QStringLiteral("validate-item"),
                       QStringLiteral("14:33:02.640"), QStringLiteral("1.24 ms"), QStringLiteral("00 000"),
                       QStringLiteral("100 %"), QStringLiteral("0 000"), QStringLiteral("0 000"),
                       QStringLiteral("1.24 ms"), QStringLiteral("2 min 05 s"), QStringLiteral("1024 MB"),
                       QStringLiteral("stopped")});
    table_->setSortingEnabled(true);
    using Rows = InstancesModel;
    new ColumnFit(
        table_, QStringLiteral("instances"), Rows::Instance,
        {Rows::Memory, Rows::AddedMost, Rows::WaitingBefore, Rows::Function, Rows::Busy, Rows::WorkedOff});
    table_->sortByColumn(InstancesModel::Started, Qt::AscendingOrder);
    chart_->setFixedHeight(96);
    auto* upper = new QWidget;
    auto* upper_layout = new QVBoxLayout(upper);
    upper_layout->setContentsMargins(0, 0, 0, 0);
    upper_layout->setSpacing(0);
    upper_layout->addWidget(chart_);
    upper_layout->addWidget(canvas_, 1);
    auto* lower = new QWidget;
    auto* lower_layout = new QVBoxLayout(lower);
    lower_layout->setContentsMargins(0, 0, 0, 0);
    lower_layout->setSpacing(0);
    auto* title = new PaneTitle(tr("Instances"));
    title->setDetail(tr("each start with the backlog it caused"));
    lower_layout->addWidget(title);
    lower_layout->addWidget(table_, 1);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(upper);
    split->addWidget(lower);
    split->setStretchFactor(0, 1);
    split->setSizes({520, 230});
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true);
    pages_->addWidget(empty_);
    pages_->addWidget(split);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pages_);
    setFocusProxy(canvas_);
    timer_.setSingleShot(true);
    timer_.setInterval(kRefreshMs);
    chart_timer_.setSingleShot(true);
    chart_timer_.setInterval(kChartMs);
    connect(&timer_, &QTimer::timeout, this, &InstancesView::refresh);
    connect(&chart_timer_, &QTimer::timeout, this, &InstancesView::updateChart);
    connect(canvas_, &LanesCanvas::scaleChanged, this, [this] {
        if (isVisible() && !chart_timer_.isActive()) chart_timer_.start();
    });
    connect(selection_, &Selection::changed, this, [this] {
        if (isVisible()) updateChart();
        const int row = model_->rowOf(selection_->instance());
        if (row >= 0 && table_->currentIndex().row() != row) {
            choosing_ = true;
            table_->selectRow(row);
            choosing_ = false;
        }
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &InstancesView::rowChosen);
    refresh();
}

void InstancesView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    ++generation_;
    asking_ = false;
    cold_.clear();
    until_.reset();
    canvas_->setSession(session);
    if (session != nullptr) {
        connect(session, &Session::opened, this, &InstancesView::refresh);
        connect(session, &Session::grew, this, &InstancesView::later);
        connect(session, &Session::catalogChanged, this, &InstancesView::later);
        connect(session, &Session::finished, this, &InstancesView::later);
    }
    refresh();
}

void InstancesView::setFollowing(bool follow) {
    canvas_->setFollowing(follow);
}

void InstancesView::setUntil(std::optional<TimeNs> at) {
    if (at == until_) return;
    until_ = at;
    canvas_->setUntil(at);
    stale_ = true;
    if (isVisible()) refresh();
}

void InstancesView::later() {
    stale_ = true;
    if (isVisible() && !timer_.isActive()) timer_.start();
}

void InstancesView::showEvent(QShowEvent*) {
    if (stale_) refresh();
    updateChart();
}

void InstancesView::refresh() {
    stale_ = false;
    std::vector<InstanceEntry> entries;
    if (session_) {
        const Catalog& catalog = session_->catalog();
        const LaneStore& store = session_->lanes();
        for (const auto& row : catalog.instances) {
            InstanceEntry e;
            e.row = row;
            e.name = text(row.name);
            e.function = catalog.functionName(row.function);
            if (const auto* function = catalog.function(row.function)) e.memory_mb = function->memory_mb;
            const Lane* lane = store.lane(instanceLane(row.function, row.id));
            if (lane != nullptr) {
                e.calls = static_cast<std::int64_t>(lane->calls.size());
                const TimeNs end = row.ended.value_or(session_->horizon());
                if (row.started > 0)
                    e.busy = store.busyShare(*lane, row.started, std::max(end, row.started + 1),
                                             session_->horizon());
            }
            const auto cold = cold_.find(row.id);
            if (cold != cold_.end()) e.cold = cold->second;
            if (until_) setBack(e, *until_, store, lane);
            entries.push_back(std::move(e));
        }
    }
    if (until_) markNewest(entries);
    const bool any = !entries.empty();
    choosing_ = true;
    model_->setEntries(std::move(entries));
    choosing_ = false;
    pages_->setCurrentIndex(any ? 1 : 0);
    if (!session_) {
        empty_->setText(tr("No session is open."));
    } else if (session_->failure()) {
        empty_->clear();
    } else if (!session_->isOpen()) {
        empty_->setText(tr("Opening the session…"));
    } else if (session_->lanes().calls().empty()) {
        empty_->setText(session_->live() ? tr("No instance has been started yet.")
                                         : tr("No instance was started in this session."));
    } else {
        empty_->setText(tr("Instances unknown: this target does not report them."));
    }
    if (any) {
        updateChart();
        askColdStarts();
    }
}

void InstancesView::updateChart() {
    if (!session_) return;
    chart_->show(concurrencyOf(session_->catalog(), session_->lanes(), selection_->function(),
                               canvas_->scale(), session_->horizon()),
                 canvas_->gutter(),
                 selection_->function() ? session_->catalog().functionName(selection_->function())
                                        : tr("All functions"),
                 until_ ? std::optional(canvas_->scale().column(*until_)) : std::nullopt);
}

void InstancesView::askColdStarts() {
    if (asking_ || cold_.size() >= session_->catalog().instances.size()) {
        bool settled = true;
        for (const auto& [id, cold] : cold_) settled = settled && cold.worked_off;
        if (asking_ || settled) return;
    }
    asking_ = true;
    const std::uint64_t generation = generation_;
    session_->ask(
        this, [](journal::SessionReader& reader) { return reader.coldStarts(); },
        [this, generation](Result<std::vector<journal::ColdStart>> starts) {
            if (generation != generation_) return;
            if (!starts) {
                emit failed(starts.error());
                return;  // asking_ stays: it would fail again
            }
            bool fresh = false;
            for (auto& start : *starts) {
                const auto [at, inserted] = cold_.try_emplace(start.instance, start);
                fresh = fresh || inserted || at->second.worked_off != start.worked_off ||
                        at->second.ready != start.ready;
                at->second = std::move(start);
            }
            if (fresh) later();
            asking_ = false;
        });
}

void InstancesView::rowChosen(const QModelIndex& index) {
    const InstanceEntry* e = model_->entry(index.row());
    if (e == nullptr || choosing_) return;
    choosing_ = true;
    Choice next = selection_->choice();
    next.instance = e->row.id;
    next.function = e->row.function;
    next.place.reset();
    next.event = {};
    next.call = e->cold ? e->cold->invocation : InvocationId{};
    selection_->set(next);
    if (next.call) canvas_->reveal(next.call);
    choosing_ = false;
}

}  // namespace weir::views
