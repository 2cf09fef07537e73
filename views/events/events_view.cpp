// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_view.h"

#include "events/event_copy.h"
#include "filter_bar/filter_scope.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {
constexpr int kRowHeight = 22;
}

EventsTable::EventsTable(QWidget* parent) : QTableView(parent), delegate_(new CellDelegate(this)) {
    delegate_->setOutcomeColumn(EventsModel::Outcome, EventsModel::OutcomeKindRole);
    delegate_->setQuietRole(EventsModel::QuietRole);
    delegate_->setBarRole(EventsModel::BarRole);
    delegate_->setTimeRole(EventsModel::TimeRole);
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

void EventsTable::focusInEvent(QFocusEvent* event) {
    // As in DataTable: to have the focus is no choice.
    if (currentIndex().isValid()) {
        QTableView::focusInEvent(event);
    } else {
        QAbstractScrollArea::focusInEvent(event);
    }
    viewport()->update();
}

EventsView::EventsView(Selection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      model_(new EventsModel(this)),
      table_(new EventsTable(this)),
      empty_(new QLabel(this)),
      pages_(new QStackedLayout(this)),
      clear_(new QPushButton(tr("Clear filter"))) {
    model_->setPlaces(JsonColumns::all());
    model_->setRules(ColourRules::all());
    table_->setModel(model_);
    setColumnWidths();
    restoreColumns();
    auto* empty = new QWidget;
    empty->setBackgroundRole(QPalette::Base);
    empty->setAutoFillBackground(true);
    auto* empty_layout = new QVBoxLayout(empty);
    empty_layout->addStretch();
    empty_layout->addWidget(empty_);
    empty_layout->addWidget(clear_, 0, Qt::AlignHCenter);
    empty_layout->addStretch();
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    pages_->addWidget(empty);
    pages_->addWidget(table_);
    setFocusProxy(table_);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &EventsView::currentChanged);
    connect(table_, &QTableView::activated, this, &EventsView::lanesWanted);
    table_->setContextMenuPolicy(Qt::CustomContextMenu);
    table_->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(table_, &QWidget::customContextMenuRequested, this, &EventsView::showRowMenu);
    connect(table_->horizontalHeader(), &QWidget::customContextMenuRequested, this,
            &EventsView::showColumnMenu);
    connect(clear_, &QPushButton::clicked, this, &EventsView::clearFilterWanted);
    connect(model_, &EventsModel::searchChanged, this, &EventsView::updateEmpty);
    connect(selection_, &Selection::timeChanged, this, &EventsView::applyFilter);
    connect(table_->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] { setFollowing(false); });
    connect(model_, &EventsModel::failed, this, &EventsView::failed);
    connect(model_, &QAbstractItemModel::modelReset, this, &EventsView::updateEmpty);
    connect(model_, &QAbstractItemModel::rowsInserted, this, [this] {
        updateEmpty();
        if (awaited_ && awaited_ == selection_->event()) show(awaited_);
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
    const int pad = 18;
    fitting_ = true;  // not by the user
    const auto set = [&](int column, int width) { table_->setColumnWidth(column, width + pad); };
    set(EventsModel::Time, mono.horizontalAdvance(QStringLiteral("14:33:02.640")));
    set(EventsModel::Topic, normal.horizontalAdvance(QStringLiteral("notifications")));
    set(EventsModel::Partition, mono.horizontalAdvance(QStringLiteral("000")));
    set(EventsModel::Offset, mono.horizontalAdvance(QStringLiteral("0 000 000")));
    set(EventsModel::Key, mono.horizontalAdvance(QStringLiteral("item-183500")));
    set(EventsModel::Type, normal.horizontalAdvance(QStringLiteral("bid.accepted")));
    set(EventsModel::Value, mono.horizontalAdvance(QStringLiteral("{\"bid\":\"bid-0418590\",\"ite")));
    set(EventsModel::DeliveredTo, normal.horizontalAdvance(QStringLiteral("validate-bid #11 369")));
    set(EventsModel::Outcome, normal.horizontalAdvance(QStringLiteral("success, try 2")) + 18);
    set(EventsModel::Wait, mono.horizontalAdvance(QStringLiteral("2 min 05 s")));
    set(EventsModel::Run, mono.horizontalAdvance(QStringLiteral("2 min 05 s")));
    for (int c = EventsModel::Columns; c < model_->columnCount(); ++c)
        set(c, std::max(mono.horizontalAdvance(QStringLiteral("item-1835-x")),
                        normal.horizontalAdvance(
                            model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString())));
    fitting_ = false;
}

bool EventsView::addPlace(const QString& typed) {
    auto place = JsonColumn::parse(typed);
    if (!place) return false;
    auto places = model_->places();
    for (const JsonColumn& known : places) {
        if (known.name == place->name) return true;
    }
    places.push_back(std::move(*place));
    JsonColumns::save(places);
    const EventId event = selection_->event();
    model_->setPlaces(std::move(places));
    setColumnWidths();
    restoreColumns();
    fitValueColumn();
    if (event) show(event);
    return true;
}

void EventsView::removePlace(int place) {
    auto places = model_->places();
    if (place < 0 || place >= static_cast<int>(places.size())) return;
    places.erase(places.begin() + place);
    JsonColumns::save(places);
    model_->setPlaces(std::move(places));
    setColumnWidths();
    restoreColumns();
    fitValueColumn();
}

void EventsView::setRules(const QVector<ColourRule>& rules) {
    ColourRules::save(rules);
    const EventId event = selection_->event();
    model_->setRules(rules);
    if (event) show(event);
}

void EventsView::editRules() {
    auto* window = new ColourRulesWindow(model_->rules(), this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    connect(window, &QDialog::accepted, this, [this, window] { setRules(window->rules()); });
    window->open();
}

void EventsView::fitValueColumn() {
    if (columns_moved_) return;
    int others = 0;
    for (int c = 0; c < model_->columnCount(); ++c) {
        if (c != EventsModel::Value && !table_->isColumnHidden(c)) others += table_->columnWidth(c);
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
    clear_->hide();
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
    } else if (model_->searching()) {
        empty_->setText(tr("Searching…"));
    } else if (!model_->filter().matchesAll() && session_->extent().events > 0) {
        empty_->setText(tr("No event of %1 passes the filter:\n%2")
                            .arg(countText(session_->extent().events), text(model_->filter().text())));
        clear_->show();
    } else if (session_->live()) {
        empty_->setText(tr("No event has arrived yet."));
    } else {
        empty_->setText(tr("This session holds no event."));
    }
    pages_->setCurrentIndex(0);
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
    applyFilter();
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
    // Not found yet, as long as a filter is being looked through.
    awaited_ = row < 0 || row >= model_->rowCount() ? event : EventId{};
    if (awaited_) return;
    setFollowing(false);
    {
        const QSignalBlocker quiet(table_->selectionModel());
        table_->setCurrentIndex(model_->index(row, 0));
        table_->selectRow(row);
    }
    table_->scrollTo(model_->index(row, 0), QAbstractItemView::PositionAtCenter);
    table_->viewport()->update();
}

void EventsView::setUntil(const std::optional<AsOf>& until) {
    model_->setUntil(until);
    if (isVisible()) showCursor();
}

void EventsView::showCursor() {
    const int row = model_->cursorRow();
    if (row >= 0) keepInView(*table_, row);
}

void EventsView::setFilter(const filter::Filter& filter) {
    filter_ = filter;
    applyFilter();
}

void EventsView::setNarrowed(bool narrowed) {
    narrowed_ = narrowed;
    applyFilter();
}

void EventsView::applyFilter() {
    if (!session_ || !session_->isOpen()) return;
    Choice scope = selection_->choice();
    const std::string wanted =
        narrowed_ ? bothFilters(filter_.text(), scopeFilter(scope, session_->catalog())) : std::string();
    auto filter = filter::Filter::parse(wanted);
    if (!filter || filter->text() == model_->filter().text()) return;
    model_->setFilter(*filter);
    if (selection_->event()) show(selection_->event());
}

void EventsView::find(int direction) {
    if (!session_ || !session_->isOpen() || finding_) return;
    const std::int64_t now = selection_->event().value;
    const std::int64_t all = session_->extent().events;
    const std::int64_t from = now == 0 ? (direction > 0 ? 1 : all) : now + direction;
    if (from < 1 || from > all) {
        emit nothingFound(direction);
        return;
    }
    finding_ = true;
    session_->ask(
        this,
        [filter = filter_, from, direction](journal::SessionReader& reader) {
            filter::Query query(reader, filter, filter::Subject::Events);
            return query.page(
                {from, 1, direction > 0 ? filter::Direction::Forward : filter::Direction::Backward, 0});
        },
        [this, direction](const Result<filter::Page>& page) {
            finding_ = false;
            if (!page) {
                emit failed(page.error());
            } else if (page->ids.empty()) {
                emit nothingFound(direction);
            } else {
                show(EventId{page->ids.front()});
                selection_->chooseEvent(EventId{page->ids.front()});
            }
        },
        true);
}

void EventsView::copy(CopyAs form) {
    if (!session_ || !selection_->event()) return;
    session_->ask(
        this, [id = selection_->event()](journal::SessionReader& reader) { return reader.event(id); },
        [this, form](const Result<journal::EventDetail>& event) {
            if (!event) {
                emit failed(event.error());
                return;
            }
            const QString topic = session_->catalog().topicName(event->row.topic);
            QString words;
            switch (form) {
                case CopyAs::Value:
                    words = bytesText(event->value);
                    break;
                case CopyAs::Json:
                    words = eventAsJson(*event, topic);
                    break;
                case CopyAs::Curl:
                    words = eventAsCurl(*event, topic);
                    break;
                case CopyAs::Kcat:
                    words = eventAsKcat(*event, topic, text(session_->catalog().info.cluster));
                    break;
            }
            QGuiApplication::clipboard()->setText(words);
        },
        true);
}

void EventsView::showRowMenu(const QPoint& at) {
    const int row = table_->rowAt(at.y());
    if (row >= 0) table_->selectRow(row);
    const EventEntry* entry = model_->entry(table_->currentIndex().row());
    QMenu menu(this);
    connect(menu.addAction(tr("Show in Lanes")), &QAction::triggered, this, &EventsView::lanesWanted);
    connect(menu.addAction(tr("Show lineage")), &QAction::triggered, this, &EventsView::lineageWanted);
    if (entry != nullptr) {
        const auto& event = entry->row;
        connect(
            menu.addAction(tr("Only this partition")), &QAction::triggered, this,
            [this, place = PlaceChoice{event.topic, event.partition}] { selection_->choosePlace(place); });
        if (event.key)
            connect(menu.addAction(tr("Only this key")), &QAction::triggered, this,
                    [this, key = event.key] { selection_->chooseKey(key); });
    }
    menu.addSeparator();
    const std::pair<CopyAs, QString> forms[] = {{CopyAs::Value, tr("Copy the value")},
                                                {CopyAs::Json, tr("Copy as JSON")},
                                                {CopyAs::Curl, tr("Copy as curl command")},
                                                {CopyAs::Kcat, tr("Copy as kcat command")}};
    for (const auto& [form, words] : forms)
        connect(menu.addAction(words), &QAction::triggered, this, [this, form = form] { copy(form); });
    menu.exec(table_->viewport()->mapToGlobal(at));
}

void EventsView::showColumnMenu(const QPoint& at) {
    QMenu menu(this);
    for (int c = 0; c < EventsModel::Columns; ++c) {
        QAction* action = menu.addAction(model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!table_->isColumnHidden(c));
        action->setEnabled(c != EventsModel::Offset);  // something must stay
        connect(action, &QAction::toggled, this, [this, c](bool shown) { setColumnShown(c, shown); });
    }
    menu.addSeparator();
    for (int place = 0; place < static_cast<int>(model_->places().size()); ++place) {
        QAction* action =
            menu.addAction(tr("Remove %1").arg(model_->places()[static_cast<std::size_t>(place)].name));
        connect(action, &QAction::triggered, this, [this, place] { removePlace(place); });
    }
    connect(menu.addAction(tr("A place in the value…")), &QAction::triggered, this, &EventsView::askPlace);
    connect(menu.addAction(tr("Colour rules…")), &QAction::triggered, this, &EventsView::editRules);
    menu.exec(table_->horizontalHeader()->mapToGlobal(at));
}

void EventsView::askPlace() {
    auto* window = new QInputDialog(this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setWindowTitle(tr("A place in the value as a column"));
    window->setLabelText(tr("As in filters: value.price, value.items[0].sku, value.items[*].sku"));
    window->setTextValue(QStringLiteral("value."));
    connect(window, &QInputDialog::textValueSelected, this, [this](const QString& typed) {
        if (!addPlace(typed))
            emit failed({ErrorCode::Usage, utf8(typed) + " is no place in a value.",
                         "Write it as in filters: value.price or value.items[*].sku."});
    });
    window->open();
}

void EventsView::setColumnShown(int column, bool shown) {
    table_->setColumnHidden(column, !shown);
    QStringList hidden;
    for (int c = 0; c < EventsModel::Columns; ++c) {
        if (table_->isColumnHidden(c)) hidden << QString::number(c);
    }
    QSettings().setValue(QStringLiteral("events/hidden"), hidden);
    fitValueColumn();
}

void EventsView::restoreColumns() {
    for (const QString& column : QSettings().value(QStringLiteral("events/hidden")).toStringList()) {
        const int c = column.toInt();
        if (c >= 0 && c < EventsModel::Columns && c != EventsModel::Offset) table_->setColumnHidden(c, true);
    }
}

}  // namespace weir::views
