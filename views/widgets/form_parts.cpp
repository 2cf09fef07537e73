// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form_parts.h"

#include "theme/theme.h"

#include <QCoreApplication>
#include <QDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace weir::views {

QVBoxLayout* startForm(QDialog& dialog, int width, const QString& words, const QString& tip) {
    dialog.setMinimumWidth(width);
    auto* layout = new QVBoxLayout(&dialog);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    auto* head = new QLabel(words);
    head->setTextFormat(Qt::PlainText);
    head->setFont(titleFont());
    head->setToolTip(tip);
    layout->addWidget(head);
    return layout;
}

QFormLayout* formRows() {
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignRight | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(10);
    form->setVerticalSpacing(6);
    return form;
}

QPushButton* addFileRow(QFormLayout& form, const QString& words, QLineEdit* path) {
    auto* field = new QWidget;
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    auto* choose = new QPushButton(QCoreApplication::translate("Forms", "Choose…"));
    choose->setAutoDefault(false);
    row->addWidget(path, 1);
    row->addWidget(choose);
    path->setAccessibleName(words);
    form.addRow(words, field);
    return choose;
}

void addFormRow(QFormLayout& form, const QString& words, QWidget* field) {
    field->setAccessibleName(words);
    form.addRow(words, field);
}

void showConsequence(QLabel& label) {
    label.setWordWrap(true);
    label.setTextFormat(Qt::PlainText);
    label.setMinimumHeight(label.fontMetrics().lineSpacing() * 4);
    label.setAlignment(Qt::AlignTop);
}

}  // namespace weir::views
