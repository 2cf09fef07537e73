// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_view.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>

namespace weir::views {
namespace {
constexpr int kTypingMs = 300;
}

LogView::LogView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      model_(new LogModel(this)),
      table_(new DataTable(tr("Log"))),
      whole_(new QPlainTextEdit),
      empty_(new QLabel),
      pages_(new QStackedLayout(this)) {
    table_->setModel(model_);
    table_->cells()->setToneRole(LogModel::ToneRole);
    table_->cells()->setTimeRole(LogModel::TimeRole);
    table_->setWidths({QStringLiteral("14:33:02.640"), QStringLiteral("validate-item"),
                       QStringLiteral("validate-item-12"), QStringLiteral("#000 000"),
                       QStringLiteral("stderr"), QStringLiteral("text")});
    table_->horizontalHeader()->setStretchLastSection(true);
    whole_->setReadOnly(true);
    whole_->setFont(monoFont());
    whole_->setFrameShape(QFrame::NoFrame);
    whole_->setAccessibleName(tr("The whole line"));
    whole_->setPlaceholderText(tr("Choose a line to see all of it."));
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(table_);
    split->addWidget(whole_);
    split->setStretchFactor(0, 1);
    split->setSizes({600, 110});
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true);
    pages_->addWidget(empty_);
    pages_->addWidget(split);
    setFocusProxy(table_);
    type_timer_.setSingleShot(true);
    type_timer_.setInterval(kTypingMs);
    connect(&type_timer_, &QTimer::timeout, this, &LogView::applyFilter);
    whenRowChosen(*table_, this, [this](const QModelIndex& row) { rowChosen(row); });
    connect(table_, &QTableView::activated, this, &LogView::lanesWanted);
    connect(table_->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] { setFollowing(false); });
    connect(model_, &LogModel::failed, this, &LogView::failed);
    connect(model_, &QAbstractItemModel::modelReset, this, &LogView::updateEmpty);
    connect(model_, &LogModel::searchChanged, this, &LogView::updateEmpty);
    connect(model_, &QAbstractItemModel::rowsInserted, this, [this] {
        updateEmpty();
        if (follow_) table_->scrollToBottom();
    });
    connect(selection_, &Selection::changed, this, [this] {
        if (linked_ && !choosing_) applyFilter();
    });
    updateEmpty();
}

void LogView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    model_->setSession(session);
    whole_->clear();
    setFollowing(session != nullptr && session->live());
    if (session != nullptr) {
        connect(session, &Session::opened, this, &LogView::updateEmpty);
        connect(session, &Session::finished, this, [this] { setFollowing(false); });
    }
    updateEmpty();
}

void LogView::setFollowing(bool follow) {
    follow_ = follow;
    if (follow) table_->scrollToBottom();
}

void LogView::setUntil(const std::optional<AsOf>& until) {
    model_->setUntil(until);
    if (isVisible()) showCursor();
}

void LogView::showCursor() {
    const int row = model_->cursorRow();
    if (row >= 0) keepInView(*table_, row);
}

void LogView::setLinked(bool linked) {
    linked_ = linked;
    applyFilter();
}

void LogView::setWords(const QString& words) {
    words_ = words;
    type_timer_.start();
}

void LogView::applyFilter() {
    LogFilter filter;
    filter.words = words_;
    if (linked_) {
        filter.call = selection_->call();
        if (!filter.call) filter.instance = selection_->instance();
        if (!filter.call && !filter.instance) filter.function = selection_->function();
    }
    model_->setFilter(filter);
    updateEmpty();
}

void LogView::updateEmpty() {
    if (model_->rowCount() > 0) {
        pages_->setCurrentIndex(1);
        return;
    }
    if (!session_) {
        empty_->setText(tr("No session is open."));
    } else if (session_->failure()) {
        empty_->clear();
    } else if (!session_->isOpen()) {
        empty_->setText(tr("Opening the session…"));
    } else if (model_->searching()) {
        empty_->setText(tr("Searching…"));
    } else if (!model_->filter().words.isEmpty()) {
        empty_->setText(tr("No line holds “%1”.").arg(model_->filter().words));
    } else if (!model_->filter().empty()) {
        empty_->setText(tr("What is chosen wrote nothing. Esc takes the choice back."));
    } else {
        empty_->setText(tr("No function has written anything to its standard output or error."));
    }
    pages_->setCurrentIndex(0);
}

void LogView::rowChosen(const QModelIndex& row) {
    setFollowing(false);
    const journal::LogRow* line = model_->line(row.row());
    if (line == nullptr) return;
    whole_->setPlainText(text(line->text));
    if (!line->invocation) return;
    choosing_ = true;  // the choice must not filter the table under the pointer
    selection_->chooseCall(line->invocation);
    choosing_ = false;
}

LogTools::LogTools(LogView* view, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* count = new QLabel;
    count->setForegroundRole(QPalette::PlaceholderText);
    auto* linked = new QToolButton;
    linked->setText(tr("Of the selection"));
    linked->setToolTip(tr("Only lines of the call, instance or function that is chosen"));
    linked->setCheckable(true);
    linked->setChecked(true);
    linked->setAutoRaise(true);
    linked->setFixedHeight(24);
    auto* words = new QLineEdit;
    words->setPlaceholderText(tr("Lines that hold…"));
    words->setAccessibleName(tr("Search the log"));
    words->setClearButtonEnabled(true);
    words->setFixedWidth(220);
    words->setFixedHeight(24);
    layout->addStretch();
    layout->addWidget(count);
    layout->addWidget(linked);
    layout->addWidget(words);
    connect(linked, &QToolButton::toggled, view, &LogView::setLinked);
    connect(words, &QLineEdit::textChanged, view, &LogView::setWords);
    const auto update = [view, count] {
        const LogModel* model = view->model();
        const QString lines = countedText(model->rowCount(), tr("%1 line"), tr("%1 lines"));
        count->setText(model->cut()         ? tr("first %1").arg(lines)
                       : model->searching() ? tr("%1, searching…").arg(lines)
                                            : lines);
    };
    connect(view->model(), &QAbstractItemModel::rowsInserted, count, update);
    connect(view->model(), &QAbstractItemModel::modelReset, count, update);
    connect(view->model(), &LogModel::searchChanged, count, update);
    update();
}

}  // namespace weir::views
