// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QFormLayout;
class QLabel;
class QWidget;

/// What forms that change something have in common.
namespace weir::views {

/// A row with the words before the field, which a screen reader hears too.
void addFormRow(QFormLayout& form, const QString& words, QWidget* field);

/// Makes a label one that says what the form's choice will do: some lines, so that the form keeps its size.
void showConsequence(QLabel& label);

}  // namespace weir::views
