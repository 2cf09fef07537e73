// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form_parts.h"

#include <QFormLayout>
#include <QLabel>

namespace weir::views {

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
