// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_view.h"

#include "compare/compare_detail.h"
#include "compare/compare_fields_model.h"
#include "compare/compare_rows.h"
#include "compare/match_functions.h"
#include "format/format.h"
#include "journal/session_parent.h"
#include "shell/recent_sessions.h"
#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/themed_label.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QUrl>

#include <algorithm>

namespace weir::views {
namespace {

enum Page { StartPage, BusyPage, ResultPage };
enum ExampleColumn { ExampleFunction = 1, ExampleCause = 5 };  // of exampleHeads()

constexpr std::size_t kExamples = 200;  ///< of each kind
constexpr int kPatienceMs = 300, kElapsedMs = 100, kMostRecent = 5, kNameWidth = 320, kRow = 22, kHeads = 56;

QString fileName(const QString& path) {
    return QFileInfo(path).fileName();
}

QString droppedSession(const QMimeData* data) {
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && url.toLocalFile().endsWith(QLatin1String(".weir"))) return url.toLocalFile();
    }
    return {};
}

}  // namespace

CompareView::CompareView(QWidget* parent)
    : QWidget(parent),
      engine_(new CompareEngine(this)),
      outputs_(new CompareTable(outputHeads(), this)),
      order_(new CompareTable(orderHeads(), this)),
      times_(new CompareTable(timeHeads(), this)),
      examples_(new CompareTable(exampleHeads(), this)),
      fields_(new CompareFieldsModel(this)),
      detail_(new CompareDetail(this)),
      pages_(new QStackedLayout(this)) {
    detail_->hide();  // until an inspector takes it
    pages_->addWidget(buildStart());
    pages_->addWidget(buildBusy());
    pages_->addWidget(buildResult());
    setAcceptDrops(true);
    setFocusProxy(choose_);
    elapsed_timer_.setInterval(kElapsedMs);
    connect(&elapsed_timer_, &QTimer::timeout, this, &CompareView::showElapsed);
    connect(engine_, &CompareEngine::finished, this, &CompareView::take);
    connect(engine_, &CompareEngine::failed, this, [this](const Error& error) {
        pages_->setCurrentIndex(comparison_ ? ResultPage : StartPage);
        emit failed(error);
    });
    connect(engine_, &CompareEngine::runningChanged, this, [this](bool running) {
        if (running) {
            elapsed_timer_.start();
        } else {
            elapsed_timer_.stop();
        }
    });
    connect(fields_, &CompareFieldsModel::ignoredChanged, this, &CompareView::start);
    connect(detail_, &CompareDetail::eventWanted, this, &CompareView::eventWanted);
    updateStart();
}

QWidget* CompareView::detail() const {
    return detail_;
}

QString CompareView::words() const {
    return pages_->currentIndex() == StartPage  ? start_words_->text()
           : pages_->currentIndex() == BusyPage ? busy_words_->text()
                                                : verdict_->text();
}

void CompareView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    engine_->cancel();
    comparison_.reset();
    other_.clear();
    parent_.clear();
    with_parent_ = false;
    swapped_ = false;
    functions_.clear();
    fields_->clear();
    detail_->clear();
    pages_->setCurrentIndex(StartPage);
    updateStart();
    if (session == nullptr) return;
    connect(session, &Session::opened, this, &CompareView::askParent);
    connect(session, &Session::opened, this, &CompareView::updateStart);
    connect(session, &Session::finished, this, [this] {
        updateStart();
        if (with_parent_) compareWithParent();
    });
}

/// A session that ran events of another one again is best compared with that. Its file lies beside, or was
/// open lately.
void CompareView::askParent() {
    std::vector<std::string> known;
    for (const RecentSession& recent : RecentSessions::all()) known.push_back(utf8(recent.path));
    session_->ask(
        this,
        [known = std::move(known),
         folder = QFileInfo(session_->path()).dir()](journal::SessionReader& reader) -> std::string {
            const auto parent = journal::parentOf(reader);
            if (!parent || !*parent) return {};
            const QString name = text((*parent)->file);
            std::vector<std::string> places{utf8(folder.filePath(name))};
            for (const std::string& path : known) {
                if (fileName(text(path)) == name) places.push_back(path);
            }
            for (const std::string& path : places) {
                if (!QFileInfo::exists(text(path))) continue;
                const auto file = journal::SessionReader::open(path);
                if (!file) continue;
                const auto info = (*file)->info();
                if (info && info->started == (*parent)->started) return path;
            }
            return {};
        },
        [this](const std::string& path) {
            if (path.empty() || !session_) return;
            parent_ = QFileInfo(text(path)).absoluteFilePath();
            updateStart();
            if (with_parent_) compareWithParent();
        });
}

void CompareView::compareWithParent() {
    with_parent_ = true;
    if (!session_ || session_->live() || parent_.isEmpty()) return;
    with_parent_ = false;
    compareWith(parent_);
}

void CompareView::showEvent(QShowEvent*) {
    updateStart();
}

void CompareView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    QMetaObject::invokeMethod(this, &CompareView::fitSections, Qt::QueuedConnection);
}

void CompareView::updateStart() {
    const bool ready = session_ && session_->isOpen() && !session_->live();
    start_words_->setText(
        !session_             ? tr("No session is open.")
        : !session_->isOpen() ? tr("Opening the session…")
        : session_->live() ? tr("A recording can be compared when it has ended: Recording, Stop recording.")
                           : tr("What the same events caused in %1 and in another session: outputs field by "
                                "field, order, times.\n"
                                "Choose the other session, or drop its file here.")
                                 .arg(fileName(session_->path())));
    choose_->setVisible(ready);
    from_parent_->setVisible(ready && !parent_.isEmpty());
    from_parent_->setText(tr("Compare with %1, whose events it ran again").arg(fileName(parent_)));
    recent_->setVisible(ready);
    if (pages_->currentIndex() != StartPage || !ready) return;
    while (QLayoutItem* item = recent_rows_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int listed = 0;
    for (const RecentSession& recent : RecentSessions::all()) {
        if (recent.path == session_->path() || listed == kMostRecent || !QFileInfo::exists(recent.path))
            continue;
        auto* button = new QToolButton;
        button->setAutoRaise(true);
        button->setText(elidedName(fileName(recent.path), button->fontMetrics(), kNameWidth));
        button->setToolTip(recent.path);
        connect(button, &QToolButton::clicked, this, [this, path = recent.path] { compareWith(path); });
        auto* events = new QLabel(countedText(recent.events, tr("%1 event"), tr("%1 events")));
        events->setForegroundRole(QPalette::PlaceholderText);
        recent_rows_->addWidget(button, listed, 0, Qt::AlignLeft);
        recent_rows_->addWidget(events, listed, 1, Qt::AlignRight | Qt::AlignVCenter);
        ++listed;
    }
}

void CompareView::choose() {
    if (!session_) return;
    auto* dialog = new QFileDialog(this, tr("The other session"), QFileInfo(session_->path()).path(),
                                   tr("Weir sessions (*.weir)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &CompareView::compareWith);
    dialog->open();
}

void CompareView::compareWith(const QString& path) {
    if (!session_ || !session_->isOpen() || session_->live()) return;
    other_ = QFileInfo(path).absoluteFilePath();
    swapped_ = !parent_.isEmpty() && other_ == parent_;  // what was first is A
    functions_.clear();
    fields_->clear();
    comparison_.reset();
    start();
}

void CompareView::swap() {
    if (other_.isEmpty()) return;
    swapped_ = !swapped_;
    std::map<std::string, std::string> turned;
    for (const auto& [a, b] : functions_) turned[b] = a;
    functions_ = std::move(turned);
    start();
}

void CompareView::cancel() {
    engine_->cancel();
    pages_->setCurrentIndex(comparison_ ? ResultPage : StartPage);
    updateStart();
}

void CompareView::start() {
    if (!session_ || other_.isEmpty()) return;
    compare::Options options;
    options.examples = kExamples;
    options.ignore = fields_->ignored();
    options.functions = functions_;
    const QString a = swapped_ ? other_ : session_->path();
    const QString b = swapped_ ? session_->path() : other_;
    busy_words_->setText(tr("Comparing %1 with %2…").arg(fileName(a), fileName(b)));
    busy_time_->clear();
    since_.start();
    engine_->compare(a, b, options);
}

/// What is quick comes without a page of its own.
void CompareView::showElapsed() {
    if (since_.elapsed() < kPatienceMs) return;
    pages_->setCurrentIndex(BusyPage);
    busy_time_->setText(durationText(since_.elapsed() / kElapsedMs * kElapsedMs * kMillisecond));
}

void CompareView::take(const std::shared_ptr<const compare::Comparison>& comparison) {
    comparison_ = comparison;
    outputs_->setRows(outputRows(*comparison));
    order_->setRows(orderRows(*comparison));
    times_->setRows(timeRows(*comparison));
    examples_->setRows(exampleRows(*comparison));
    fields_->show(comparison->fields);
    detail_->clear();
    updateHead();
    pages_->setCurrentIndex(ResultPage);
    // After the head has its height.
    QMetaObject::invokeMethod(this, &CompareView::fitSections, Qt::QueuedConnection);
    if (!comparison->examples.empty()) examples_table_->setCurrentIndex(examples_->index(0, 0));
}

void CompareView::updateHead() {
    const compare::Comparison& c = *comparison_;
    const bool differ = c.differ();
    glyph_->setGlyph(differ ? Glyph::OrderBreak : Glyph::Success, 16,
                     [differ] { return differ ? theme().broken.text : theme().success.text; });
    verdict_->setText(verdictOf(c));
    details_->setText(detailsOf(c));
    const Clock clock;
    for (std::size_t side = 0; side < 2; ++side) {
        const compare::Side& s = c.sides.at(side);
        const QString name = fileName(text(s.path));
        names_[side]->setText(elidedName(name, names_[side]->fontMetrics(), 200));
        names_[side]->setToolTip(text(s.path));
        facts_[side]->setText(tr("%1, %2").arg(clock.dateTime(s.started).section(QLatin1Char('.'), 0, 0),
                                               countedText(s.events, tr("%1 event"), tr("%1 events"))));
        facts_[side]->setToolTip(tr("Events of topics that functions of both sessions read"));
    }
    QStringList alone;
    for (std::size_t side = 0; side < 2; ++side) {
        QStringList names;
        for (const std::string& name : c.alone.at(side)) names << text(name);
        if (!names.isEmpty())
            alone << tr("Only in %1, not compared: %2")
                         .arg(side == 0 ? tr("A") : tr("B"), names.join(QStringLiteral(", ")));
    }
    alone_->setText(alone.join(QStringLiteral("   ")));
    alone_->setVisible(!alone.isEmpty());
    match_->setVisible((!c.alone[0].empty() && !c.alone[1].empty()) || !functions_.empty());
    const auto listed = static_cast<std::int64_t>(c.examples.size());
    std::int64_t all = 0;
    for (const compare::OutputPair& o : c.outputs) all += o.changed + o.missing + o.extra + o.reordered;
    examples_title_->setDetail(all == 0       ? tr("none")
                               : listed < all ? tr("%1 of %2").arg(countText(listed), countText(all))
                                              : countText(all));
    fields_pane_->setVisible(fields_->rowCount() > 0);
    fields_title_->setDetail(
        c.other_fields > 0 ? tr("and %1 changes of others").arg(countText(c.other_fields)) : QString());
    order_title_->setDetail(order_->rowCount() == 0 ? tr("no finding in either") : QString());
}

/// Each part as high as its rows, while there is room; what is left is for the outputs that differ.
void CompareView::fitSections() {
    // What differs comes first; the inspector tells the rest, too.
    examples_table_->setColumnHidden(ExampleFunction, examples_table_->width() < 1000);
    examples_table_->setColumnHidden(ExampleCause, examples_table_->width() < 900);
    const int room = sections_->height();
    const auto high = [](const QAbstractItemModel* model) { return kHeads + kRow * model->rowCount(); };
    const int upper = std::clamp(std::max(high(outputs_), high(order_)), kHeads + 3 * kRow,
                                 std::max(kHeads + 3 * kRow, room / 3));
    const int rest = room - upper;
    const bool few = examples_->rowCount() + fields_->rowCount() == 0;
    const int times = std::min(high(times_), few ? rest - kHeads - 2 * kRow : rest * 6 / 10);
    sections_->setSizes({upper, times, rest - times});
}

void CompareView::chooseExample(int row) {
    if (!comparison_ || row < 0 || row >= static_cast<int>(comparison_->examples.size())) return;
    detail_->show(comparison_->examples[static_cast<std::size_t>(row)], side(), comparison_->by_place);
}

void CompareView::matchFunctions() {
    auto* window = new MatchFunctionsWindow(comparison_->alone, functions_, this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    connect(window, &QDialog::accepted, this, [this, window] {
        functions_ = window->functions();
        start();
    });
    window->open();
}

void CompareView::dragEnterEvent(QDragEnterEvent* event) {
    if (choose_->isVisibleTo(this) && !droppedSession(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void CompareView::dropEvent(QDropEvent* event) {
    const QString path = droppedSession(event->mimeData());
    if (!path.isEmpty()) compareWith(path);
}

}  // namespace weir::views
