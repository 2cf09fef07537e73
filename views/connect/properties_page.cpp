// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/properties_page.h"

#include "format/format.h"
#include "theme/theme.h"
#include "widgets/themed_label.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>

namespace weir::views {
namespace {

bool isSecret(const QString& name) {
    return kafka::isSecretProperty(utf8(name));
}

/// Shows dots for the values of secret properties.
class ValueDelegate final : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const QString name = index.siblingAtColumn(0).data().toString();
        if (index.column() == 1 && isSecret(name) && !option->text.isEmpty()) {
            option->text = QString(12, QChar(0x2022));
        }
    }
};

}  // namespace

PropertiesPage::PropertiesPage(QWidget* parent)
    : QWidget(parent), table_(new QTableWidget(0, 2)), problem_(new ThemedLabel) {
    table_->setHorizontalHeaderLabels({tr("Property"), tr("Value")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(24);
    table_->setItemDelegate(new ValueDelegate(this));
    table_->setFont(monoFont());
    table_->setAccessibleName(tr("Client properties"));
    auto* intro = new QLabel(
        tr("Any property of librdkafka. Those that Weir must own, such as group.id, are refused."));
    intro->setForegroundRole(QPalette::PlaceholderText);
    intro->setWordWrap(true);
    problem_->setWordWrap(true);
    problem_->setColour([] { return theme().failed.text; });
    auto* add = new QPushButton(tr("Add"));
    auto* remove = new QPushButton(tr("Remove"));
    auto* row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(remove);
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(intro);
    layout->addWidget(table_, 1);
    layout->addLayout(row);
    layout->addWidget(problem_);
    connect(add, &QPushButton::clicked, this, [this] {
        addRow({}, {});
        table_->setCurrentCell(table_->rowCount() - 1, 0);
        table_->editItem(table_->currentItem());
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        if (table_->currentRow() >= 0) table_->removeRow(table_->currentRow());
        check();
    });
    connect(table_, &QTableWidget::itemChanged, this, &PropertiesPage::check);
}

void PropertiesPage::addRow(const QString& name, const QString& value) {
    const QSignalBlocker quiet(table_);
    const int row = table_->rowCount();
    table_->insertRow(row);
    table_->setItem(row, 0, new QTableWidgetItem(name));
    table_->setItem(row, 1, new QTableWidgetItem(value));
}

void PropertiesPage::setProperties(const QVector<std::pair<QString, QString>>& properties) {
    table_->setRowCount(0);
    for (const auto& [name, value] : properties) addRow(name, value);
    check();
}

void PropertiesPage::setSecret(const QString& name, const QString& value) {
    for (int row = 0; row < table_->rowCount(); ++row) {
        if (table_->item(row, 0)->text().trimmed() == name) {
            table_->item(row, 1)->setText(value);
            return;
        }
    }
    addRow(name, value);
    check();
}

QVector<std::pair<QString, QString>> PropertiesPage::rows() const {
    QVector<std::pair<QString, QString>> result;
    for (int row = 0; row < table_->rowCount(); ++row) {
        const QString name = table_->item(row, 0)->text().trimmed();
        if (!name.isEmpty()) result.append({name, table_->item(row, 1)->text()});
    }
    return result;
}

QVector<std::pair<QString, QString>> PropertiesPage::properties() const {
    auto result = rows();
    result.removeIf([](const auto& property) { return isSecret(property.first); });
    return result;
}

ProfileSecrets PropertiesPage::secrets() const {
    ProfileSecrets result;
    for (const auto& [name, value] : rows()) {
        if (isSecret(name)) result[name] = value;
    }
    return result;
}

int PropertiesPage::count() const {
    return static_cast<int>(rows().size());
}

void PropertiesPage::check() {
    std::map<std::string, std::string> values;
    for (const auto& [name, value] : rows()) values[utf8(name)] = utf8(value);
    const Status status = kafka::checkProperties(values);
    problem_->setText(status ? QString() : errorText(status.error()));
    emit changed();
}

}  // namespace weir::views
