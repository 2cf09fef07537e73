// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/facts_grid.h"

#include "format/format.h"
#include "theme/theme.h"

#include <QGridLayout>
#include <QLabel>

namespace weir::views {
namespace {

constexpr qsizetype kLongest = 400;
constexpr int kLongestRun = 12;

/// Lets a label wrap inside long words.
QString breakable(const QString& text) {
    QString shown = text.left(kLongest);
    if (text.size() > kLongest) shown += QChar(0x2026);
    if (shown.size() < 28) return shown;
    QString result;
    int run = 0;
    for (const QChar c : shown) {
        result += c;
        run = c.isLetterOrNumber() && run < kLongestRun ? run + 1 : 0;
        if (run == 0) result += QChar(0x200B);
    }
    return result;
}

}  // namespace

FactsGrid::FactsGrid(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(8, 4, 8, 6);
    grid_->setHorizontalSpacing(10);
    grid_->setVerticalSpacing(3);
    grid_->setColumnStretch(1, 1);
}

void FactsGrid::setFacts(const QVector<Fact>& facts) {
    while (QLayoutItem* item = grid_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    grid_->setColumnMinimumWidth(0, name_width_);
    for (int i = 0; i < facts.size(); ++i) {
        const Fact& fact = facts[i];
        auto* name = new QLabel(elidedName(fact.name, fontMetrics(), 140), this);
        name->setToolTip(fact.name);
        name->setForegroundRole(QPalette::PlaceholderText);
        name->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        auto* value = new ThemedLabel({}, this);
        value->setWordWrap(true);
        value->setMinimumWidth(1);
        value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::MinimumExpanding);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse |
                                       Qt::LinksAccessibleByKeyboard);
        if (fact.mono) value->setFont(monoFont());
        if (fact.link.isEmpty()) {
            value->setTextFormat(Qt::PlainText);
            value->setText(breakable(fact.value));
        } else {
            value->setText(QStringLiteral("<a href=\"%1\" style=\"text-decoration:none\">%2</a>")
                               .arg(fact.link.toHtmlEscaped(), fact.value.toHtmlEscaped()));
            connect(value, &QLabel::linkActivated, this, &FactsGrid::linkActivated);
        }
        if (fact.value.size() > kLongest / 2) value->setToolTip(fact.value.left(4000).toHtmlEscaped());
        if (fact.colour) value->setColour(fact.colour);
        value->setAccessibleName(fact.name);
        name->setBuddy(value);
        grid_->addWidget(name, i, 0);
        grid_->addWidget(value, i, 1);
    }
}

}  // namespace weir::views
