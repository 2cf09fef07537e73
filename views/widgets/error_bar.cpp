// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error_bar.h"

#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace weir::views {

ErrorBar::ErrorBar(QWidget* parent) : QWidget(parent), words_(new QLabel) {
    words_->setWordWrap(true);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* copy = new QPushButton(tr("Copy"));
    auto* close = new QToolButton;
    close->setIcon(glyphIcon(Glyph::Close));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close this message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(34, 6, 8, 6);
    layout->setSpacing(8);
    layout->addWidget(words_, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text_); });
    connect(close, &QToolButton::clicked, this, &ErrorBar::clear);
    setAccessibleName(tr("Error"));
    hide();
}

void ErrorBar::showError(const Error& error) {
    text_ = errorText(error);
    QString html = QStringLiteral("<b>%1</b>").arg(text(error.message).toHtmlEscaped());
    if (!error.hint.empty()) html += QStringLiteral("<br>") + text(error.hint).toHtmlEscaped();
    words_->setText(html.replace(QLatin1Char('\n'), QStringLiteral("<br>")));
    show();
}

void ErrorBar::clear() {
    text_.clear();
    hide();
}

QString ErrorBar::shownText() const {
    return text_;
}

void ErrorBar::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.fillRect(rect(), QColor(t.canvas));
    painter.fillRect(QRect(0, 0, 4, height()), QColor(t.failed.fill));
    painter.fillRect(QRect(0, height() - 1, width(), 1), QColor(t.failed.fill));
    paintGlyph(painter, Glyph::Failed, QRectF(13, 9, 13, 13), t.failed.text);
}

}  // namespace weir::views
