// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/match_functions.h"

#include "format/format.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <set>

namespace weir::views {

MatchFunctionsWindow::MatchFunctionsWindow(const compare::Both<std::vector<std::string>>& alone,
                                           const std::map<std::string, std::string>& known, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Match functions"));
    std::set<std::string> of_a(alone[0].begin(), alone[0].end());
    std::set<std::string> of_b(alone[1].begin(), alone[1].end());
    for (const auto& [a, b] : known) {
        of_a.insert(a);
        of_b.insert(b);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(new QLabel(tr("Functions of A and what they are called in B:")));
    auto* form = new QFormLayout;
    for (const std::string& a : of_a) {
        auto* choice = new QComboBox;
        choice->addItem(tr("not compared"));
        for (const std::string& b : of_b) choice->addItem(text(b), QByteArray::fromStdString(b));
        const auto said = known.find(a);
        if (said != known.end())
            choice->setCurrentIndex(choice->findData(QByteArray::fromStdString(said->second)));
        choice->setAccessibleName(text(a));
        form->addRow(text(a), choice);
        rows_.emplace_back(a, choice);
    }
    column->addLayout(form);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Compare"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

std::map<std::string, std::string> MatchFunctionsWindow::functions() const {
    std::map<std::string, std::string> result;
    for (const auto& [a, choice] : rows_) {
        const QByteArray b = choice->currentData().toByteArray();
        if (!b.isEmpty()) result[a] = b.toStdString();
    }
    return result;
}

}  // namespace weir::views
