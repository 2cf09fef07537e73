// SPDX-License-Identifier: GPL-3.0-or-later
// What the view is made of; compare_view.cpp says what it does.
#include "compare/change_delegate.h"
#include "compare/compare_fields_model.h"
#include "compare/compare_rows.h"
#include "compare/compare_view.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/themed_label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {

QWidget* filled(QWidget* widget, QPalette::ColorRole role) {
    widget->setBackgroundRole(role);
    widget->setAutoFillBackground(true);
    return widget;
}

QLabel* quiet(const QString& words = {}) {
    auto* label = new QLabel(words);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

DataTable* tableOf(CompareTable* model, const QString& name, const QStringList& widths, int stretched) {
    auto* table = new DataTable(name);
    table->setModel(model);
    table->cells()->setToneRole(CompareTable::ToneRole);
    table->cells()->setGlyphRole(CompareTable::GlyphRole);
    QFont bold;
    bold.setWeight(QFont::DemiBold);
    for (int c = 0; c < widths.size(); ++c) {
        const QString head = model->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
        table->setColumnWidth(c, 20 + std::max(QFontMetrics(bold).horizontalAdvance(head),
                                               QFontMetrics(monoFont()).horizontalAdvance(widths[c])));
    }
    table->horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    return table;
}

QWidget* titled(PaneTitle* title, QWidget* content) {
    auto* pane = new QWidget;
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(title);
    column->addWidget(content, 1);
    return pane;
}

QSplitter* splitterOf(Qt::Orientation orientation, std::initializer_list<QWidget*> parts) {
    auto* split = new QSplitter(orientation);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    for (QWidget* part : parts) split->addWidget(part);
    return split;
}

}  // namespace

QWidget* CompareView::buildStart() {
    auto* page = filled(new QWidget, QPalette::Base);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    start_words_ = new QLabel;
    start_words_->setAlignment(Qt::AlignCenter);
    start_words_->setTextFormat(Qt::PlainText);
    start_words_->setWordWrap(true);
    choose_ = new QPushButton(tr("Choose the other session…"));
    connect(choose_, &QPushButton::clicked, this, &CompareView::choose);
    from_parent_ = new QPushButton;
    connect(from_parent_, &QPushButton::clicked, this, [this] { compareWith(parent_); });
    recent_ = new QWidget;
    recent_rows_ = new QGridLayout(recent_);
    recent_rows_->setContentsMargins(0, 8, 0, 0);
    recent_rows_->setHorizontalSpacing(24);
    recent_rows_->setVerticalSpacing(2);
    column->addStretch(2);
    column->addWidget(start_words_);
    column->addWidget(from_parent_, 0, Qt::AlignHCenter);
    column->addWidget(choose_, 0, Qt::AlignHCenter);
    column->addWidget(recent_, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

QWidget* CompareView::buildBusy() {
    auto* page = filled(new QWidget, QPalette::Base);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(12);
    busy_words_ = new QLabel;
    busy_words_->setAlignment(Qt::AlignCenter);
    busy_words_->setTextFormat(Qt::PlainText);
    auto* bar = new QProgressBar;
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedSize(320, 6);
    bar->setAccessibleName(tr("Comparing"));
    busy_time_ = quiet();
    busy_time_->setAlignment(Qt::AlignCenter);
    auto* cancel = new QPushButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &CompareView::cancel);
    column->addStretch(2);
    column->addWidget(busy_words_);
    column->addWidget(bar, 0, Qt::AlignHCenter);
    column->addWidget(busy_time_);
    column->addWidget(cancel, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

QWidget* CompareView::buildHead() {
    auto* head = filled(new QWidget, QPalette::Base);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 10, 8, 10);
    row->setSpacing(24);
    auto* sentence = new QGridLayout;
    sentence->setHorizontalSpacing(8);
    sentence->setVerticalSpacing(4);
    glyph_ = new ThemedLabel;
    verdict_ = new QLabel;
    verdict_->setFont(titleFont());
    verdict_->setTextFormat(Qt::PlainText);
    details_ = new QLabel;
    details_->setTextFormat(Qt::PlainText);
    details_->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {verdict_, details_}) {
        label->setWordWrap(true);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    alone_ = quiet();
    alone_->setWordWrap(true);
    alone_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    match_ = new QPushButton(tr("Match functions…"));
    match_->setToolTip(tr("Say which functions are the same although their names differ"));
    connect(match_, &QPushButton::clicked, this, &CompareView::matchFunctions);
    sentence->addWidget(glyph_, 0, 0, Qt::AlignTop);
    sentence->addWidget(verdict_, 0, 1);
    sentence->addWidget(details_, 1, 1);
    sentence->addWidget(alone_, 2, 1);
    sentence->setColumnStretch(1, 1);
    row->addLayout(sentence, 1);
    auto* sides = new QGridLayout;
    sides->setHorizontalSpacing(10);
    sides->setVerticalSpacing(4);
    for (int side = 0; side < 2; ++side) {
        letters_[side] = new QLabel(side == 0 ? tr("A") : tr("B"));
        letters_[side]->setFont(titleFont());
        names_[side] = new QLabel;
        names_[side]->setTextFormat(Qt::PlainText);
        facts_[side] = quiet();
        sides->addWidget(letters_[side], side, 0);
        sides->addWidget(names_[side], side, 1);
        sides->addWidget(facts_[side], side, 2);
    }
    sides->setRowStretch(2, 1);
    row->addLayout(sides);
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(4);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(6);
    auto* other = new QPushButton(tr("Another session…"));
    connect(other, &QPushButton::clicked, this, &CompareView::choose);
    auto* swapped = new QPushButton(tr("Swap A and B"));
    connect(swapped, &QPushButton::clicked, this, &CompareView::swap);
    upper->addWidget(other);
    upper->addWidget(swapped);
    buttons->addLayout(upper);
    buttons->addWidget(match_);
    buttons->addStretch(1);
    row->addLayout(buttons);
    return head;
}

QWidget* CompareView::buildResult() {
    outputs_title_ = new PaneTitle(tr("Outputs"));
    outputs_title_->setDetail(tr("matched by function, topic, key and cause"));
    outputs_table_ = tableOf(outputs_, tr("Outputs"),
                             {QStringLiteral("validate-bid"), QString(), QStringLiteral("00 000"),
                              QStringLiteral("00 000"), QStringLiteral("00 000"), QStringLiteral("00 000"),
                              QStringLiteral("00 000"), QStringLiteral("00 000")},
                             1);
    order_title_ = new PaneTitle(tr("Order and success"));
    order_table_ = tableOf(
        order_, tr("Order and success"),
        {QString(), QStringLiteral("00 000"), QStringLiteral("00 000"), QStringLiteral("+00 000")}, 0);
    times_title_ = new PaneTitle(tr("Times"));
    times_title_->setDetail(tr("grey bars may be chance"));
    times_table_ = tableOf(
        times_, tr("Times"),
        {QStringLiteral("validate-bid"), QStringLiteral("batch wait"), QStringLiteral("2 min 05 s"),
         QStringLiteral("2 min 05 s"), QStringLiteral("a wide bar, +100 %"), QStringLiteral("2 min 05 s"),
         QStringLiteral("2 min 05 s"), QStringLiteral("a wide bar, +100 %"), QString()},
        8);
    auto* changes = new ChangeDelegate(times_table_);
    changes->setToneRole(CompareTable::ToneRole);
    times_table_->setItemDelegateForColumn(4, changes);
    times_table_->setItemDelegateForColumn(7, changes);
    fields_title_ = new PaneTitle(tr("Fields that changed"));
    fields_table_ = new QTreeView;
    fields_table_->setModel(fields_);
    fields_table_->setFrameShape(QFrame::NoFrame);
    fields_table_->setRootIsDecorated(false);
    fields_table_->setUniformRowHeights(true);
    fields_table_->setAllColumnsShowFocus(true);
    fields_table_->setAccessibleName(tr("Fields that changed"));
    fields_table_->header()->setStretchLastSection(false);
    fields_table_->header()->setSectionResizeMode(CompareFieldsModel::Field, QHeaderView::Stretch);
    fields_table_->setColumnWidth(CompareFieldsModel::Outputs,
                                  fontMetrics().horizontalAdvance(QStringLiteral("Outputs")) + 24);
    examples_title_ = new PaneTitle(tr("Outputs that differ"));
    examples_table_ = tableOf(examples_, tr("Outputs that differ"),
                              {QStringLiteral("xx reordered"), QStringLiteral("validate-bid"),
                               QStringLiteral("valid-bids/0 @ 0 000"), QStringLiteral("valid-bids/0 @ 0 000"),
                               QStringLiteral("item-0000"), QStringLiteral("bids/0 @ 00 000"), QString()},
                              6);
    connect(examples_table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { chooseExample(index.row()); });
    auto* upper = splitterOf(Qt::Horizontal,
                             {titled(outputs_title_, outputs_table_), titled(order_title_, order_table_)});
    upper->setStretchFactor(0, 3);
    upper->setStretchFactor(1, 2);
    upper->setSizes({680, 380});
    fields_pane_ = titled(fields_title_, fields_table_);
    auto* lower = splitterOf(Qt::Horizontal, {fields_pane_, titled(examples_title_, examples_table_)});
    lower->setStretchFactor(0, 0);
    lower->setStretchFactor(1, 1);
    lower->setSizes({250, 830});
    sections_ = splitterOf(Qt::Vertical, {upper, titled(times_title_, times_table_), lower});
    auto* page = filled(new QWidget, QPalette::Base);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHead());
    column->addWidget(sections_, 1);
    return page;
}

}  // namespace weir::views
