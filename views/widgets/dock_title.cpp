// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dock_title.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace weir::views {

DockTitle::DockTitle(const QString& name, QWidget* parent)
    : QWidget(parent), name_(new QLabel(name)), detail_(new QLabel), layout_(new QHBoxLayout(this)) {
    setFixedHeight(26);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    name_->setFont(bold);
    detail_->setForegroundRole(QPalette::PlaceholderText);
    layout_->setContentsMargins(10, 0, 4, 0);
    layout_->setSpacing(4);
    layout_->addWidget(name_);
    layout_->addStretch(1);
    layout_->addWidget(detail_);
}

void DockTitle::addButton(Glyph glyph, const QString& name, std::function<void()> pressed) {
    auto* button = new QToolButton;
    button->setIcon(glyphIcon(glyph));
    button->setAutoRaise(true);
    button->setFixedSize(22, 22);
    button->setToolTip(name);
    button->setAccessibleName(name);
    connect(button, &QToolButton::clicked, this, std::move(pressed));
    layout_->addWidget(button);
}

void DockTitle::setDetail(const QString& detail) {
    detail_->setText(detail);
}

void DockTitle::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(theme().chrome));
    painter.fillRect(QRect(0, height() - 1, width(), 1), QColor(theme().line));
}

}  // namespace weir::views
