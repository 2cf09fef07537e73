// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/column_fit.h"

#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace weir::views {
namespace {

constexpr int kLeast = 112;  ///< of the column that gives way
constexpr int kButton = 22;

}  // namespace

ColumnFit::ColumnFit(DataTable* table, QString id, int giving, QVector<int> hidden_first)
    : QObject(table),
      table_(table),
      id_(std::move(id)),
      giving_(giving),
      hidden_first_(std::move(hidden_first)),
      button_(new QToolButton(table->horizontalHeader())) {
    for (int c = 0; c < table_->model()->columnCount(); ++c) widths_ << table_->columnWidth(c);
    for (const QString& entry : QSettings().value(QStringLiteral("columns/") + id_).toStringList()) {
        const int column = entry.mid(1).toInt();
        if (column >= 0 && column < widths_.size() && column != giving_)
            by_hand_[column] = entry.startsWith(QLatin1Char('+'));
    }
    button_->setText(QStringLiteral("⋯"));
    button_->setAutoRaise(true);
    button_->setAutoFillBackground(true);
    button_->setFocusPolicy(Qt::TabFocus);
    button_->setAccessibleName(tr("Columns"));
    connect(button_, &QToolButton::clicked, this,
            [this] { showMenu(button_->mapToGlobal(QPoint(0, button_->height()))); });
    QHeaderView* head = table_->horizontalHeader();
    head->installEventFilter(this);
    connect(table_, &DataTable::resized, this, &ColumnFit::fit);
    connect(head, &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (!fitting_ && width > 0) widths_[column] = width;
    });
    table_->cells()->setNameColumn(giving_);
    placeButton();
    fit();
}

void ColumnFit::placeButton() {
    const QHeaderView* head = table_->horizontalHeader();
    button_->setGeometry(head->width() - kButton, 0, kButton, std::max(1, head->height() - 1));
    button_->raise();
}

bool ColumnFit::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) placeButton();
    if (event->type() == QEvent::ContextMenu) {
        showMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
        return true;
    }
    return QObject::eventFilter(watched, event);
}

void ColumnFit::showMenu(const QPoint& at) {
    auto* menu = new QMenu(table_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fill(*menu);
    menu->popup(at);
}

void ColumnFit::fit() {
    const int room = table_->viewport()->width() - kButton;
    const int least = std::min(kLeast, widths_[giving_]);
    QVector<bool> shown(widths_.size(), true);
    int others = 0;
    for (int c = 0; c < widths_.size(); ++c) {
        shown[c] = by_hand_.value(c, true);
        if (shown[c] && c != giving_) others += widths_[c];
    }
    left_out_ = 0;
    for (const int c : hidden_first_) {
        if (others + least <= room) break;
        if (!shown[c] || by_hand_.contains(c)) continue;
        shown[c] = false;
        others -= widths_[c];
        ++left_out_;
    }
    fitting_ = true;
    for (int c = 0; c < widths_.size(); ++c) {
        table_->setColumnHidden(c, !shown[c]);
        if (shown[c] && c != giving_) table_->setColumnWidth(c, widths_[c]);
    }
    table_->setColumnWidth(giving_, std::clamp(room - others, least, std::max(least, widths_[giving_])));
    fitting_ = false;
    button_->setToolTip(left_out_ == 0 ? tr("Columns") : tr("Columns: %n without room", nullptr, left_out_));
}

void ColumnFit::setShown(int column, bool shown) {
    if (column < 0 || column >= widths_.size() || column == giving_) return;
    by_hand_[column] = shown;
    save();
    fit();
}

void ColumnFit::reset() {
    by_hand_.clear();
    save();
    fit();
}

void ColumnFit::save() const {
    QStringList entries;
    for (auto at = by_hand_.begin(); at != by_hand_.end(); ++at)
        entries << (at.value() ? QLatin1Char('+') : QLatin1Char('-')) + QString::number(at.key());
    QSettings().setValue(QStringLiteral("columns/") + id_, entries);
}

/// As a person would say it, where the head is short.
QString ColumnFit::name(int column) const {
    const QString full =
        table_->model()->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString();
    return full.isEmpty() ? table_->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()
                          : full;
}

void ColumnFit::fill(QMenu& menu) {
    menu.clear();
    for (int c = 0; c < widths_.size(); ++c) {
        QAction* action = menu.addAction(name(c));
        action->setCheckable(true);
        action->setChecked(!table_->isColumnHidden(c));
        action->setEnabled(c != giving_);  // something must stay
        connect(action, &QAction::toggled, this, [this, c](bool shown) { setShown(c, shown); });
    }
    menu.addSeparator();
    QAction* again = menu.addAction(tr("As many as fit"));
    again->setEnabled(!by_hand_.isEmpty());
    connect(again, &QAction::triggered, this, &ColumnFit::reset);
}

}  // namespace weir::views
