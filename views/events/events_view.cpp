// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_view.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <QHeaderView>
#include <QLabel>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStackedLayout>

#include <algorithm>

namespace weir::views {
namespace {
constexpr int kRowHeight = 22;
}

EventsTable::EventsTable(QWidget* parent) : QTableView(parent), delegate_(new CellDelegate(this)) {
    delegate_->setOutcomeColumn(EventsModel::Outcome, EventsModel::OutcomeKindRole);
    delegate_->setQuietRole(EventsModel::QuietRole);
    setItemDelegate(delegate_);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setHorizontalScrollMode(ScrollPerPixel);
    setCornerButtonEnabled(false);
    setAccessibleName(tr("Events"));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setMinimumSectionSize(28);
}

void EventsTable::hover(int row) {
    if (row == delegate_->hoveredRow()) return;
    delegate_->setHoveredRow(row);
    viewport()->update();
}

void EventsTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    emit resized();
}

void EventsTable::mouseMoveEvent(QMouseEvent* event) {
    hover(rowAt(event->pos().y()));
    QTableView::mouseMoveEvent(event);
}

void EventsTable::leaveEvent(QEvent* event) {
    hover(-1);
    QTableView::leaveEvent(event);
}

EventsView::EventsView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      model_(new EventsModel(this)),
      table_(new EventsTable(this)),
      empty_(new QLabel(this)),
      pages_(new QStackedLayout(this)) {
    table_->setModel(model_);
    setColumnWidths();
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true);
    pages_->addWidget(empty_);
    pages_->addWidget(table_);
    setFocusProxy(table_);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &EventsView::currentChanged);
    connect(table_, &QTableView::activated, this, &EventsView::lanesWanted);
    connect(table_->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] { setFollowing(false); });
    connect(model_, &EventsModel::failed, this, &EventsView::failed);
    connect(model_, &QAbstractItemModel::modelReset, this, &EventsView::updateEmpty);
    connect(model_, &QAbstractItemModel::rowsInserted, this, [this] {
        updateEmpty();
        if (follow_) table_->scrollToBottom();
    });
    connect(selection_, &Selection::changed, this, &EventsView::selectionChanged);
    connect(table_->horizontalHeader(), &QHeaderView::sectionResized, this,
            [this] { columns_moved_ = columns_moved_ || !fitting_; });
    connect(table_, &EventsTable::resized, this, &EventsView::fitValueColumn);
    updateEmpty();
}

void EventsView::setColumnWidths() {
    const QFontMetrics mono(monoFont());
    const QFontMetrics normal(font());
    const int pad = 14;
    const auto set = [&](int column, int width) { table_->setColumnWidth(column, width + pad); };
    set(EventsModel::Time, mono.horizontalAdvance(QStringLiteral("14:33:02.640")));
    set(EventsModel::Topic, normal.horizontalAdvance(QStringLiteral("notifications")));
    set(EventsModel::Partition, mono.horizontalAdvance(QStringLiteral("000")));
    set(EventsModel::Offset, mono.horizontalAdvance(QStringLiteral("0 000 000")));
    set(EventsModel::Key, mono.horizontalAdvance(QStringLiteral("item-1835")));
    set(EventsModel::Type, normal.horizontalAdvance(QStringLiteral("bid.accepted")));
    set(EventsModel::Value, mono.horizontalAdvance(QStringLiteral("{\"bid\":\"bid-0418590\",\"ite")));
    set(EventsModel::DeliveredTo, normal.horizontalAdvance(QStringLiteral("validate-bid #11 369")));
    set(EventsModel::Outcome, normal.horizontalAdvance(QStringLiteral("success, try 2")) + 18);
    set(EventsModel::Wait, mono.horizontalAdvance(QStringLiteral("0.00 ms")));
    set(EventsModel::Run, mono.horizontalAdvance(QStringLiteral("0.00 ms")));
}

void EventsView::fitValueColumn() {
    if (columns_moved_) return;
    int others = 0;
    for (int c = 0; c < EventsModel::Columns; ++c) {
        if (c != EventsModel::Value) others += table_->columnWidth(c);
    }
    fitting_ = true;
    table_->setColumnWidth(EventsModel::Value, std::clamp(table_->viewport()->width() - others, 96, 640));
    fitting_ = false;
}

void EventsView::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    model_->setSession(session);
    setFollowing(session != nullptr && session->live());
    if (session != nullptr) {
        connect(session, &Session::opened, this, &EventsView::updateEmpty);
        connect(session, &Session::finished, this, [this] { setFollowing(false); });
    }
    updateEmpty();
}

void EventsView::updateEmpty() {
    if (model_->rowCount() > 0) {
        pages_->setCurrentWidget(table_);
        return;
    }
    if (!session_) {
        empty_->setText(tr("No session is open."));
    } else if (session_->failure()) {
        empty_->clear();
    } else if (!session_->isOpen()) {
        empty_->setText(tr("Opening the session…"));
    } else if (session_->live()) {
        empty_->setText(tr("No event has arrived yet."));
    } else {
        empty_->setText(tr("This session holds no event."));
    }
    pages_->setCurrentWidget(empty_);
}

void EventsView::setFollowing(bool follow) {
    if (follow == follow_) return;
    follow_ = follow;
    if (follow) table_->scrollToBottom();
    emit followingChanged(follow);
}

void EventsView::currentChanged(const QModelIndex& current) {
    if (!current.isValid()) return;
    setFollowing(false);
    selection_->chooseEvent(model_->idAt(current.row()));
}

void EventsView::selectionChanged() {
    const EventId event = selection_->event();
    if (!event) {
        const QSignalBlocker quiet(table_->selectionModel());
        table_->clearSelection();
        table_->viewport()->update();
        return;
    }
    if (table_->currentIndex().row() != model_->rowOf(event)) show(event);
}

void EventsView::show(EventId event) {
    const int row = model_->rowOf(event);
    if (row < 0 || row >= model_->rowCount()) return;
    setFollowing(false);
    {
        const QSignalBlocker quiet(table_->selectionModel());
        table_->setCurrentIndex(model_->index(row, 0));
        table_->selectRow(row);
    }
    table_->scrollTo(model_->index(row, 0), QAbstractItemView::PositionAtCenter);
    table_->viewport()->update();
}

}  // namespace weir::views
