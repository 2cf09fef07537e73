// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/data_table.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>

#include <utility>

namespace weir::views {
namespace {
constexpr int kRowHeight = 22, kTitleHeight = 26;
}

DataTable::DataTable(const QString& name, QWidget* parent)
    : QTableView(parent), cells_(new CellDelegate(this)) {
    setItemDelegate(cells_);
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
    setAccessibleName(name);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setMinimumSectionSize(28);
}

void DataTable::setWidths(const QStringList& samples) {
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const int indicator = isSortingEnabled() ? 18 : 0;
    for (int c = 0; c < samples.size() && c < model()->columnCount(); ++c) {
        const QString head = model()->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
        const int cell =
            std::max(QFontMetrics(font()).horizontalAdvance(samples[c]),
                     samples[c].contains(QLatin1Char(':')) || samples[c].contains(QLatin1Char('@'))
                         ? QFontMetrics(monoFont()).horizontalAdvance(samples[c])
                         : 0);
        setColumnWidth(c, std::max(cell, QFontMetrics(bold).horizontalAdvance(head) + 14 + indicator) + 18);
    }
}

void DataTable::hover(int row) {
    if (row == cells_->hoveredRow()) return;
    cells_->setHoveredRow(row);
    viewport()->update();
}

void DataTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    emit resized();
}

void DataTable::mouseMoveEvent(QMouseEvent* event) {
    hover(rowAt(event->pos().y()));
    QTableView::mouseMoveEvent(event);
}

void DataTable::leaveEvent(QEvent* event) {
    hover(-1);
    QTableView::leaveEvent(event);
}

void whenRowChosen(QAbstractItemView& view, QObject* context,
                   std::function<void(const QModelIndex&)> chosen) {
    QItemSelectionModel* const model = view.selectionModel();
    QObject::connect(model, &QItemSelectionModel::selectionChanged, context,
                     [model, chosen = std::move(chosen)](const QItemSelection& selected) {
                         if (!selected.isEmpty()) chosen(selected.indexes().front());
                     });
}

void keepInView(QTableView& table, int row) {
    const QModelIndex index = table.model()->index(row, 0);
    const QRect inner = table.viewport()->rect().adjusted(0, 2 * kRowHeight, 0, -2 * kRowHeight);
    const QRect at = table.visualRect(index);
    if (at.top() < inner.top() || at.bottom() > inner.bottom())
        table.scrollTo(index, QAbstractItemView::PositionAtCenter);
}

PaneTitle::PaneTitle(const QString& title, QWidget* parent) : QWidget(parent), title_(title) {
    setFixedHeight(kTitleHeight);
    setAccessibleName(title);
}

void PaneTitle::setTitle(const QString& title) {
    title_ = title;
    setAccessibleName(title);
    update();
}
void PaneTitle::setDetail(const QString& detail) {
    detail_ = detail;
    update();
}
void PaneTitle::setRight(const QString& right) {
    right_ = right;
    update();
}

void PaneTitle::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.chrome));
    p.fillRect(QRect(0, 0, width(), 1), QColor(t.line));
    p.fillRect(QRect(0, height() - 1, width(), 1), QColor(t.line));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    QRect area = rect().adjusted(10, 0, -10, 0);
    p.drawText(area, Qt::AlignVCenter, title_);
    area.setLeft(area.left() + p.fontMetrics().horizontalAdvance(title_) + 8);
    p.setFont(font());
    p.setPen(QColor(t.text3));
    p.drawText(area, Qt::AlignVCenter | Qt::AlignRight, right_);
    const int room = area.width() - p.fontMetrics().horizontalAdvance(right_) - 12;
    p.drawText(area, Qt::AlignVCenter, p.fontMetrics().elidedText(detail_, Qt::ElideRight, room));
}

}  // namespace weir::views
