// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QDialog;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;
class QWidget;

/// What forms that change something have in common.
namespace weir::views {

/// The column of such a dialog, at least `width` wide, with `head` in large at its top and what explains it.
QVBoxLayout* startForm(QDialog& dialog, int width, const QString& head, const QString& tip = {});
/// The rows of such a dialog.
[[nodiscard]] QFormLayout* formRows();

/// A row for a file, with a button that is returned: it lets one choose it.
QPushButton* addFileRow(QFormLayout& form, const QString& words, QLineEdit* path);

/// A row with the words before the field, which a screen reader hears too.
void addFormRow(QFormLayout& form, const QString& words, QWidget* field);

/// Makes a label one that says what the form's choice will do: some lines, so that the form keeps its size.
void showConsequence(QLabel& label);

}  // namespace weir::views
