// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/topics_page.h"

#include "format/format.h"
#include "theme/glyphs.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace weir::views {

TopicsPage::TopicsPage(QWidget* parent)
    : QWidget(parent),
      model_(new TopicsModel(this)),
      filter_(new TopicsFilter(this)),
      search_(new QLineEdit),
      internal_(new QCheckBox(tr("Internal topics"))),
      table_(new QTreeView),
      line_(new QLabel),
      refresh_(new QPushButton(tr("List again"))) {
    filter_->setSourceModel(model_);
    filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    filter_->setSortRole(TopicsModel::SortRole);
    search_->setPlaceholderText(tr("Topics that contain…"));
    search_->setClearButtonEnabled(true);
    search_->setAccessibleName(tr("Filter of the topics"));
    search_->addAction(glyphIcon(Glyph::Search), QLineEdit::LeadingPosition);
    table_->setModel(filter_);
    table_->setRootIsDecorated(false);
    table_->setUniformRowHeights(true);
    table_->setSortingEnabled(true);
    table_->sortByColumn(TopicsModel::Topic, Qt::AscendingOrder);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setAllColumnsShowFocus(true);
    table_->setAccessibleName(tr("Topics"));
    table_->header()->setStretchLastSection(false);
    table_->header()->setSectionResizeMode(TopicsModel::Topic, QHeaderView::Stretch);
    for (int c = TopicsModel::Partitions; c < TopicsModel::Columns; ++c) table_->setColumnWidth(c, 92);
    line_->setWordWrap(true);
    line_->setForegroundRole(QPalette::PlaceholderText);

    auto* top = new QHBoxLayout;
    top->addWidget(search_, 1);
    top->addWidget(internal_);
    top->addWidget(refresh_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(table_, 1);
    layout->addWidget(line_);
    connect(search_, &QLineEdit::textChanged, filter_, &QSortFilterProxyModel::setFilterFixedString);
    connect(internal_, &QCheckBox::toggled, filter_, &TopicsFilter::setShowInternal);
    connect(refresh_, &QPushButton::clicked, this, &TopicsPage::refreshWanted);
    connect(model_, &TopicsModel::chosenChanged, this, &TopicsPage::updateLine);
    invalidate();
}

void TopicsPage::showLoading() {
    refresh_->setEnabled(false);
    line_->setText(tr("Asking the cluster for its topics…"));
}

void TopicsPage::showTopics(std::vector<kafka::TopicInfo> topics) {
    listed_ = true;
    refresh_->setEnabled(true);
    model_->setTopics(std::move(topics));
    updateLine();
}

void TopicsPage::showError(const Error& error) {
    listed_ = false;
    refresh_->setEnabled(true);
    line_->setText(errorText(error));
}

void TopicsPage::invalidate() {
    listed_ = false;
    refresh_->setText(tr("List topics"));
    if (model_->rowCount() == 0) line_->setText(tr("The topics are listed once the cluster answers."));
}

void TopicsPage::updateLine() {
    if (!listed_) return;
    refresh_->setText(tr("List again"));
    const QStringList chosen = model_->chosen();
    if (model_->rowCount() == 0) {
        line_->setText(tr("The cluster shows no topic to this user."));
    } else if (chosen.isEmpty()) {
        line_->setText(tr("Tick the topics to watch. They are read from their beginning."));
    } else {
        line_->setText(
            countedText(chosen.size(), tr("%1 topic will be watched: "), tr("%1 topics will be watched: ")) +
            elidedName(chosen.join(QStringLiteral(", ")), fontMetrics(), 420));
    }
}

}  // namespace weir::views
