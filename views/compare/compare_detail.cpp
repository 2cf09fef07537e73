// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_detail.h"

#include "compare/compare_rows.h"
#include "format/format.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/facts_grid.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>

namespace weir::views {

CompareDetail::CompareDetail(QWidget* parent)
    : QWidget(parent),
      pages_(new QStackedLayout(this)),
      title_(new PaneTitle(tr("Output"))),
      fields_title_(new PaneTitle(tr("Fields that differ"))),
      facts_(new FactsGrid),
      changes_(new CompareTable(changeHeads(), this)),
      table_(new DataTable(tr("Fields that differ"))),
      note_(new QLabel),
      cause_(new QPushButton(tr("Show the cause"))),
      output_(new QPushButton(tr("Show the output"))) {
    auto* hint = new QLabel(tr("Choose an output to see what differs in it."));
    hint->setAlignment(Qt::AlignCenter);
    hint->setWordWrap(true);
    hint->setMargin(24);
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setBackgroundRole(QPalette::Base);
    hint->setAutoFillBackground(true);
    pages_->addWidget(hint);
    auto* page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(title_);
    auto* inner = new QWidget;
    auto* rows = new QVBoxLayout(inner);
    rows->setContentsMargins(8, 8, 8, 10);
    rows->setSpacing(10);
    facts_->setNameWidth(78);
    rows->addWidget(facts_);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(cause_);
    buttons->addWidget(output_);
    buttons->addStretch(1);
    rows->addLayout(buttons);
    inner->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    column->addWidget(inner);
    column->addWidget(fields_title_);
    table_->setModel(changes_);
    table_->cells()->setToneRole(CompareTable::ToneRole);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Interactive);
    table_->setColumnWidth(
        0, 20 + QFontMetrics(monoFont()).horizontalAdvance(QStringLiteral(".bidder.country")));
    table_->setFocusPolicy(Qt::StrongFocus);
    column->addWidget(table_, 1);
    note_->setWordWrap(true);
    note_->setContentsMargins(8, 8, 8, 8);
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(note_, 1);
    pages_->addWidget(page);
    connect(cause_, &QPushButton::clicked, this, [this] {
        if (cause_place_) emit eventWanted(*cause_place_);
    });
    connect(output_, &QPushButton::clicked, this, [this] {
        if (output_place_) emit eventWanted(*output_place_);
    });
}

void CompareDetail::clear() {
    changes_->setRows({});
    pages_->setCurrentIndex(0);
}

void CompareDetail::show(const compare::Example& e, std::size_t side, bool by_place) {
    using Kind = compare::Example::Kind;
    const auto place = [](const std::optional<compare::Place>& p) {
        return p ? placeText(*p) : notApplicable();
    };
    title_->setTitle(tr("Output, %1").arg(wordOf(e.kind)));
    facts_->setFacts({{tr("Function"), text(e.function)},
                      {tr("In A"), place(e.place[0]), true},
                      {tr("In B"), place(e.place[1]), true},
                      {tr("Key"), bytesText(e.key), true},
                      {tr("Caused by"), place(e.cause), true}});
    changes_->setRows(changeRows(e));
    const bool fields = !e.fields.empty();
    fields_title_->setVisible(fields);
    table_->setVisible(fields);
    note_->setVisible(!fields);
    note_->setText(
        e.kind == Kind::Missing ? tr("Only A has it, although the cause is in B, too.")
        : e.kind == Kind::Extra
            ? tr("Only B has it, although the cause is in A, too.")
            : tr("The value is the same. In B it stands before an output of its key behind which it "
                 "stands in A."));
    // A cause is told by the place in the session that has the output, the first if both have it.
    const std::size_t cause_of = e.place[0] ? 0 : 1;
    cause_place_ = by_place || cause_of == side ? e.cause : std::nullopt;
    output_place_ = e.place.at(side);
    cause_->setEnabled(cause_place_.has_value());
    output_->setEnabled(output_place_.has_value());
    pages_->setCurrentIndex(1);
}

}  // namespace weir::views
