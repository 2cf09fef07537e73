// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/colour_rules.h"

#include "filter_bar/filter_field.h"
#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {
const QString kKey = QStringLiteral("events/rules");
}

QRgb ColourRule::fill(int colour) {
    const Theme& t = theme();
    const QRgb fills[kColours] = {t.accent,     t.success.fill, t.cold.fill,
                                  t.retry.fill, t.warn.fill,    t.failed.fill};
    return fills[std::clamp(colour, 0, kColours - 1)];
}

QString ColourRule::colourName(int colour) {
    const QString names[kColours] = {QObject::tr("blue"),   QObject::tr("green"),  QObject::tr("sky"),
                                     QObject::tr("purple"), QObject::tr("yellow"), QObject::tr("orange")};
    return names[std::clamp(colour, 0, kColours - 1)];
}

QVector<ColourRule> ColourRules::all() {
    QSettings settings;
    QVector<ColourRule> rules;
    const int count = std::min(settings.beginReadArray(kKey), kMost);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        const QString filter = settings.value(QStringLiteral("filter")).toString();
        if (!filter::Filter::parse(utf8(filter))) continue;
        rules.append({settings.value(QStringLiteral("colour")).toInt(), filter});
    }
    settings.endArray();
    return rules;
}

void ColourRules::save(const QVector<ColourRule>& rules) {
    QSettings settings;
    settings.remove(kKey);
    settings.beginWriteArray(kKey, static_cast<int>(rules.size()));
    for (int i = 0; i < rules.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("colour"), rules[i].colour);
        settings.setValue(QStringLiteral("filter"), rules[i].filter);
    }
    settings.endArray();
}

ColourRulesWindow::ColourRulesWindow(const QVector<ColourRule>& rules, QWidget* parent)
    : QDialog(parent), list_(new QVBoxLayout) {
    setWindowTitle(tr("Colour rules"));
    setMinimumWidth(560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    auto* words =
        new QLabel(tr("An event for which a filter holds gets a bar of its colour at the left of its row. "
                      "The first rule that "
                      "holds counts."));
    words->setWordWrap(true);
    layout->addWidget(words);
    list_->setSpacing(6);
    layout->addLayout(list_);
    add_ = new QPushButton(glyphIcon(Glyph::Plus), tr("Add a rule"));
    add_->setAutoDefault(false);
    layout->addWidget(add_, 0, Qt::AlignLeft);
    layout->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    apply_ = buttons->addButton(tr("Apply"), QDialogButtonBox::AcceptRole);
    layout->addWidget(buttons);
    connect(add_, &QPushButton::clicked, this, [this] {
        add({static_cast<int>(rows_.size()) % ColourRule::kColours, {}});
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (const ColourRule& rule : rules) add(rule);
    if (rules.isEmpty()) add({0, {}});
}

void ColourRulesWindow::add(const ColourRule& rule) {
    if (rows_.size() >= ColourRules::kMost) return;
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* colour = new QComboBox;
    for (int c = 0; c < ColourRule::kColours; ++c) {
        QPixmap swatch(12, 12);
        swatch.fill(QColor(ColourRule::fill(c)));
        colour->addItem(QIcon(swatch), ColourRule::colourName(c));
    }
    colour->setCurrentIndex(rule.colour);
    colour->setAccessibleName(tr("Colour"));
    auto* field = new FilterField;
    field->setFilterText(rule.filter);
    field->setAccessibleName(tr("Filter of the rule"));
    auto* remove = new QToolButton;
    remove->setIcon(glyphIcon(Glyph::Close));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Remove this rule"));
    remove->setAccessibleName(tr("Remove this rule"));
    row->addWidget(colour);
    row->addWidget(field, 1);
    row->addWidget(remove);
    list_->addWidget(line);
    rows_.append({line, colour, field});
    connect(field, &QLineEdit::textChanged, this, &ColourRulesWindow::check);
    connect(remove, &QToolButton::clicked, this, [this, line] {
        rows_.erase(
            std::remove_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.widget == line; }),
            rows_.end());
        line->hide();
        line->deleteLater();
        check();
    });
    check();
}

void ColourRulesWindow::check() {
    bool good = true;
    for (const Row& row : rows_) good = good && filter::Filter::parse(utf8(row.filter->text())).has_value();
    apply_->setEnabled(good);
    add_->setEnabled(rows_.size() < ColourRules::kMost);
}

QVector<ColourRule> ColourRulesWindow::rules() const {
    QVector<ColourRule> rules;
    for (const Row& row : rows_) {
        const QString filter = row.filter->text().trimmed();
        if (!filter.isEmpty()) rules.append({row.colour->currentIndex(), filter});
    }
    return rules;
}

}  // namespace weir::views
