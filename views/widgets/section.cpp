// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/section.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

namespace weir::views {
namespace {
constexpr int kHead = 26;
}

Section::Section(const QString& name, const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent),
      key_(QStringLiteral("inspector/folded/") + name),
      head_(new QToolButton(this)),
      detail_(new QLabel(this)),
      bar_(new QHBoxLayout),
      content_(content) {
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    head_->setFont(bold);
    head_->setText(title);
    head_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    head_->setAutoRaise(true);
    head_->setFixedHeight(kHead - 2);
    head_->setAccessibleName(title);
    detail_->setForegroundRole(QPalette::PlaceholderText);
    bar_->setContentsMargins(4, 1, 8, 1);
    bar_->setSpacing(6);
    bar_->addWidget(head_);
    bar_->addWidget(detail_);
    bar_->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar_);
    layout->addWidget(content_);
    connect(head_, &QToolButton::clicked, this, [this] {
        setFolded(!folded());
        QSettings().setValue(key_, folded());
    });
    setFolded(QSettings().value(key_, false).toBool());
}

void Section::setDetail(const QString& detail) {
    detail_->setText(detail);
}
void Section::addTool(QWidget* tool) {
    bar_->addWidget(tool);
}
bool Section::folded() const {
    return content_->isHidden();
}

void Section::setFolded(bool folded) {
    content_->setHidden(folded);
    head_->setArrowType(folded ? Qt::RightArrow : Qt::DownArrow);
}

void Section::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), kHead), QColor(theme().chrome));
    painter.fillRect(QRect(0, 0, width(), 1), QColor(theme().line));
    painter.fillRect(QRect(0, kHead - 1, width(), 1), QColor(theme().line));
}

}  // namespace weir::views
