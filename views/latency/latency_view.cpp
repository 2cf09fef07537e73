// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/latency_view.h"

#include "latency/histogram_pane.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/column_fit.h"
#include "widgets/data_table.h"

#include <QComboBox>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace weir::views {
namespace {

constexpr int kAskMs = 250, kLiveMs = 1'000;
constexpr DurationNs kLiveSpan = 120 * kSecond;

QString measureName(LatencyMeasure measure) {
    switch (measure) {
        case LatencyMeasure::Wait:
            return QObject::tr("wait, from arrival to start of call");
        case LatencyMeasure::Run:
            return QObject::tr("run, from start to end of call");
        case LatencyMeasure::Total:
            break;
    }
    return QObject::tr("total, from arrival to end of call");
}

}  // namespace

LatencyView::LatencyView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      plot_(new LatencyPlot(selection)),
      model_(new LatencyRowsModel(this)),
      table_(new DataTable(tr("Comparison"))),
      title_(new QLabel),
      detail_(new HistogramPane(this)) {
    detail_->hide();  // until an inspector takes it
    table_->setModel(model_);
    table_->setSortingEnabled(true);
    const QString time = QStringLiteral("000 ms");
    table_->setWidths({QStringLiteral("auction.eu-west.valid/0"), QStringLiteral("00 000 000"), time, time,
                       time, time, time, time, time, time, time, QStringLiteral("0.05 %"),
                       QStringLiteral("2 min 05 s")});
    using Rows = LatencyRowsModel;
    new ColumnFit(table_, QStringLiteral("latency"), Rows::Name,
                  {Rows::Wait95, Rows::Run95, Rows::Total95, Rows::Cold, Rows::Slowest});
    table_->sortByColumn(LatencyRowsModel::Deliveries, Qt::DescendingOrder);
    title_->setContentsMargins(12, 5, 12, 5);
    title_->setTextFormat(Qt::RichText);
    title_->setBackgroundRole(QPalette::Window);
    title_->setAutoFillBackground(true);
    title_->setFixedHeight(28);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);  // no reason for a wide window
    auto* upper = new QWidget;
    auto* upper_layout = new QVBoxLayout(upper);
    upper_layout->setContentsMargins(0, 0, 0, 0);
    upper_layout->setSpacing(0);
    upper_layout->addWidget(title_);
    upper_layout->addWidget(plot_, 1);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(upper);
    split->addWidget(table_);
    split->setStretchFactor(0, 1);
    split->setSizes({600, 170});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    setFocusProxy(plot_);
    ask_timer_.setSingleShot(true);
    connect(&ask_timer_, &QTimer::timeout, this, &LatencyView::ask);
    connect(selection_, &Selection::changed, this, &LatencyView::later);
    connect(selection_, &Selection::timeChanged, this, &LatencyView::later);
    connect(plot_, &LatencyPlot::columnChosen, this, &LatencyView::updateDetail);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LatencyView::rowChosen);
    updateTitle();
    plot_->showText(tr("No session is open."));
}

QWidget* LatencyView::detail() const {
    return detail_;
}

void LatencyView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    ++generation_;
    asking_ = false;
    picture_.reset();
    model_->setRows({}, {});
    plot_->showText(session == nullptr ? tr("No session is open.") : tr("Reading the figures…"));
    if (session != nullptr) {
        connect(session, &Session::opened, this, &LatencyView::later);
        connect(session, &Session::finished, this, &LatencyView::later);
        connect(session, &Session::matchesChanged, this, &LatencyView::later);
        connect(session, &Session::grew, this, [this] {
            stale_ = true;
            if (isVisible() && !ask_timer_.isActive()) ask_timer_.start(session_->live() ? kLiveMs : kAskMs);
        });
    }
    updateTitle();
}

void LatencyView::setUntil(std::optional<TimeNs> at) {
    if (at == until_) return;
    until_ = at;
    later();
}

void LatencyView::setMeasure(LatencyMeasure measure) {
    measure_ = measure;
    later();
}
void LatencyView::setBy(LatencyBy by) {
    by_ = by;
    later();
}

void LatencyView::later() {
    stale_ = true;
    if (isVisible() && (!ask_timer_.isActive() || ask_timer_.interval() > kAskMs)) ask_timer_.start(kAskMs);
}

void LatencyView::showEvent(QShowEvent*) {
    if (stale_) ask();
}

void LatencyView::resizeEvent(QResizeEvent*) {
    later();
}

LatencyQuestion LatencyView::question() const {
    LatencyQuestion q;
    q.measure = measure_;
    q.columns = plot_->wantedColumns();
    if (selection_->place() && selection_->place()->partition != PlaceChoice::kAll) {
        q.key = {journal::RollupScope::Partition, selection_->place()->topic.value,
                 selection_->place()->partition};
    } else if (selection_->function()) {
        q.key = {journal::RollupScope::Function, selection_->function().value, -1};
    }
    if (const auto& view = selection_->view()) {
        q.range = *view;
    } else {
        const TimeNs to = std::max(session_->horizon(), session_->extent().first_at + kMillisecond);
        q.range = {session_->live() ? std::max(session_->extent().first_at, to - kLiveSpan)
                                    : session_->extent().first_at,
                   to};
    }
    if (until_) {
        q.range.first = std::min(q.range.first, *until_);
        q.range.second = std::max(std::min(q.range.second, *until_ + 1), q.range.first + kMillisecond);
    }
    return q;
}

QString LatencyView::subject() const {
    if (!session_) return {};
    if (selection_->place() && selection_->place()->partition != PlaceChoice::kAll)
        return session_->catalog().place(selection_->place()->topic, selection_->place()->partition);
    if (selection_->function()) return session_->catalog().functionName(selection_->function());
    return tr("all functions");
}

void LatencyView::ask() {
    if (!session_ || !session_->isOpen() || session_->extent().first_at == 0) return;
    if (asking_) {
        stale_ = true;
        return;
    }
    stale_ = false;
    const std::uint64_t generation = generation_;
    std::vector<ColdMark> cold;
    const FunctionId function = selection_->function();
    for (const auto& instance : session_->catalog().instances) {
        if (function && instance.function != function) continue;
        cold.push_back({instance.started, instance.ready ? *instance.ready - instance.started : 0});
    }
    if (const LaneStore* matching = session_->matching()) {
        // Roll-ups know nothing of filters: counted from the calls for which it holds.
        const LatencyQuestion q = question();
        const MatchingFigures figures = matchingFigures(session_->lanes(), *matching, q.range, q.columns);
        every_ = figures.every;
        take({latencyPicture(figures, q), latencyRows(figures, by_), std::move(cold)});
        return;
    }
    every_ = 1;
    asking_ = true;
    session_->ask(
        this,
        [q = question(), by = by_, cold = std::move(cold)](journal::SessionReader& reader) mutable {
            return Answer{latencyPicture(reader, q), latencyRows(reader, by, q.range), std::move(cold)};
        },
        [this, generation](Answer answer) {
            if (generation != generation_) return;
            asking_ = false;
            take(std::move(answer));
            if (stale_) later();
        });
}

void LatencyView::take(Answer answer) {
    for (const Error* error :
         {answer.picture ? nullptr : &answer.picture.error(), answer.rows ? nullptr : &answer.rows.error()}) {
        if (error == nullptr) continue;
        plot_->showText(text(error->message));
        emit failed(*error);
        return;
    }
    picture_ = std::make_shared<const LatencyPicture>(std::move(*answer.picture));
    plot_->show(picture_, std::move(answer.cold));
    choosing_ = true;
    model_->setRows(std::move(*answer.rows), session_->catalog());
    model_->sort(table_->horizontalHeader()->sortIndicatorSection(),
                 table_->horizontalHeader()->sortIndicatorOrder());
    const int row = model_->indexOf(picture_->question.key);
    if (row >= 0) {
        table_->selectRow(row);
    } else {
        table_->clearSelection();
    }
    choosing_ = false;
    updateTitle();
    updateDetail(-1);
}

void LatencyView::changeEvent(QEvent* event) {
    // Its words hold the colours that they were made with.
    if (event->type() == QEvent::PaletteChange && picture_) updateTitle();
    QWidget::changeEvent(event);
}

void LatencyView::updateTitle() {
    const Theme& t = theme();
    QString words = QStringLiteral("<b>%1</b>: %2").arg(subject().toHtmlEscaped(), measureName(measure_));
    if (picture_ && !picture_->empty()) {
        const auto part = [&](const QString& line, const QString& name, double quantile) {
            return QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;%1 %2 <span style=\"color:%3\">%4</span>")
                .arg(line, name, QColor(t.text2).name(), durationText(picture_->all.percentile(quantile)));
        };
        words += part(QStringLiteral("—"), QStringLiteral("p50"), 0.5) +
                 part(QStringLiteral("‒ ‒"), QStringLiteral("p95"), 0.95) +
                 part(QStringLiteral("···"), QStringLiteral("p99"), 0.99);
        words += QStringLiteral(
                     "&nbsp;&nbsp;&nbsp;&nbsp;<span style=\"color:%1\">■</span> %2 <span "
                     "style=\"color:%3\">■</span> %4")
                     .arg(QColor(t.waiting.fill).name(), tr("wait p95"), QColor(t.success.fill).name(),
                          tr("run p95"));
    }
    if (session_ && session_->matching() != nullptr) {
        words += QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;<span style=\"color:%1\">%2</span>")
                     .arg(QColor(t.text2).name(),
                          every_ > 1 ? tr("filtered, every %1th call counted").arg(every_) : tr("filtered"));
    }
    title_->setText(session_ ? words : QString());
}

void LatencyView::updateDetail(int column) {
    std::vector<HistogramPane::Row> rows;
    std::vector<std::pair<QString, QString>> facts;
    if (!picture_ || picture_->empty()) {
        detail_->show(tr("Distribution"), {}, {});
        return;
    }
    const LatencyPicture& p = *picture_;
    const bool one = column >= 0 && column < static_cast<int>(p.columns.size());
    const double step = (std::log(p.high) - std::log(p.low)) / p.rows;
    for (int r = 0; r < p.rows; ++r) {
        double count = 0;
        for (int c = 0; c < static_cast<int>(p.columns.size()); ++c) {
            if (!one || c == column) count += static_cast<double>(p.cell(c, r));
        }
        rows.push_back({p.low * std::exp(step * r), p.low * std::exp(step * (r + 1)), count});
    }
    const double width = static_cast<double>(p.question.range.second - p.question.range.first) /
                         static_cast<double>(p.columns.size());
    const QString counted = measure_ == LatencyMeasure::Run ? tr("Calls") : tr("Deliveries");
    if (one) {
        const LatencyColumn& c = p.columns[static_cast<std::size_t>(column)];
        const TimeNs at = p.question.range.first + static_cast<TimeNs>(width * column);
        facts = {{tr("From"), clock_.time(at)},
                 {tr("Length"), durationText(static_cast<DurationNs>(width))},
                 {counted, countText(c.count)}};
        if (c.count > 0) {
            facts.emplace_back(tr("p50, p95"), durationText(static_cast<DurationNs>(c.p50)) +
                                                   QStringLiteral(", ") +
                                                   durationText(static_cast<DurationNs>(c.p95)));
        }
        detail_->show(tr("At the cursor"), std::move(facts), std::move(rows));
        return;
    }
    facts = {{counted, countText(static_cast<std::int64_t>(p.all.count()))},
             {tr("p50, p95"), durationText(p.all.percentile(0.5)) + QStringLiteral(", ") +
                                  durationText(p.all.percentile(0.95))},
             {tr("p99, slowest"),
              durationText(p.all.percentile(0.99)) + QStringLiteral(", ") + durationText(p.all.max())},
             {tr("Cold calls"), tr("%1 of %2").arg(countText(p.cold), countText(p.calls))},
             {tr("Not delivered"), countText(p.failed)}};
    detail_->show(tr("In view"), std::move(facts), std::move(rows));
}

void LatencyView::rowChosen(const QModelIndex& index) {
    const LatencyRow* row = model_->row(index.row());
    if (row == nullptr || choosing_) return;
    switch (row->key.scope) {
        case journal::RollupScope::Function:
            selection_->chooseFunction(FunctionId{row->key.id});
            break;
        case journal::RollupScope::Partition:
            selection_->choosePlace(PlaceChoice{TopicId{row->key.id}, row->key.partition});
            break;
        case journal::RollupScope::Instance:
            selection_->chooseInstance(InstanceId{row->key.id});
            break;
        case journal::RollupScope::Session:
            break;
    }
}

Status LatencyView::save(const QString& path) {
    const Error cannot{ErrorCode::FileUnreadable, "The file " + utf8(path) + " cannot be written.",
                       "Choose another folder."};
    if (!picture_)
        return tl::unexpected(Error{ErrorCode::Usage, "There is nothing to save.", "Open a session first."});
    if (!path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive))
        return plot_->save(path) ? Status{} : tl::unexpected(cannot);
    QFile file(path);
    const QByteArray csv = latencyCsv(*picture_);
    if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size()) return tl::unexpected(cannot);
    return {};
}

LatencyTools::LatencyTools(LatencyView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    const auto choice = [&](const QString& name, const QStringList& items) {
        auto* label = new QLabel(name);
        label->setForegroundRole(QPalette::PlaceholderText);
        auto* box = new QComboBox;
        box->addItems(items);
        box->setFixedHeight(24);
        box->setAccessibleName(name);
        label->setBuddy(box);
        layout->addWidget(label);
        layout->addWidget(box);
        return box;
    };
    auto* measure = choice(tr("Measure"), {tr("total"), tr("wait"), tr("run")});
    auto* by = choice(tr("Compare"), {tr("functions"), tr("partitions"), tr("instances")});
    auto* save = new QToolButton;
    save->setText(tr("Export…"));
    save->setAutoRaise(true);
    save->setFixedHeight(24);
    save->setToolTip(tr("Save the picture (PNG, PDF) or its data (CSV)"));
    layout->addWidget(save);
    connect(measure, &QComboBox::currentIndexChanged, view,
            [view](int index) { view->setMeasure(static_cast<LatencyMeasure>(index)); });
    connect(by, &QComboBox::currentIndexChanged, view,
            [view](int index) { view->setBy(static_cast<LatencyBy>(index)); });
    connect(save, &QToolButton::clicked, view, [view] {
        const QString path =
            QFileDialog::getSaveFileName(view, LatencyView::tr("Export"), QStringLiteral("latency.png"),
                                         LatencyView::tr("Picture (*.png *.pdf);;Data (*.csv)"));
        if (path.isEmpty()) return;
        if (const Status saved = view->save(path); !saved) emit view->failed(saved.error());
    });
}

}  // namespace weir::views
