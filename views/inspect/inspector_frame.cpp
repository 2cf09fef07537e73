// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/inspector_frame.h"

#include "theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace weir::views {

InspectorFrame::InspectorFrame(QWidget* parent)
    : QScrollArea(parent),
      title_(new QLabel),
      glyph_(new QLabel),
      outcome_(new QLabel),
      buttons_(new QHBoxLayout) {
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget;
    body->setBackgroundRole(QPalette::Base);
    body->setAutoFillBackground(true);
    parts_ = new QVBoxLayout(body);
    parts_->setContentsMargins(0, 0, 0, 0);
    parts_->setSpacing(0);
    title_->setFont(titleFont());
    title_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    title_->setContentsMargins(8, 8, 8, 4);
    buttons_->setContentsMargins(8, 0, 8, 4);
    buttons_->setSpacing(6);
    buttons_->addStretch(1);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 0, 8, 8);
    line->setSpacing(6);
    outcome_->setWordWrap(true);
    outcome_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line->addWidget(glyph_, 0, Qt::AlignTop);
    line->addWidget(outcome_, 1);
    parts_->addWidget(title_);
    parts_->addLayout(buttons_);
    parts_->addLayout(line);
    setWidget(body);
}

void InspectorFrame::setTitle(const QString& title) {
    whole_title_ = title;
    title_->setToolTip(title);
    showTitle();
}

/// The middle goes first: both the name and the offset tell which one it is.
void InspectorFrame::showTitle() {
    const QMargins around = title_->contentsMargins();
    const int room = viewport()->width() - around.left() - around.right();
    title_->setText(title_->fontMetrics().elidedText(whole_title_, Qt::ElideMiddle, room));
}

void InspectorFrame::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    showTitle();
}

void InspectorFrame::setOutcome(const EventOutcome& outcome, const QString& more) {
    shown_ = outcome;
    more_ = more;
    showOutcome();
}

void InspectorFrame::showOutcome() {
    const auto glyph = glyphOf(shown_.kind);
    glyph_->setVisible(glyph.has_value());
    if (glyph) glyph_->setPixmap(glyphPixmap(*glyph, 13, colourOf(shown_.kind, false), devicePixelRatioF()));
    glyph_->setContentsMargins(0, 2, 0, 0);
    const QString colour = QColor(colourOf(shown_.kind, true)).name();
    outcome_->setText(
        QStringLiteral("<span style=\"color:%1\">%2</span>%3")
            .arg(colour, shown_.words.toHtmlEscaped(),
                 more_.isEmpty() ? QString() : QStringLiteral("&nbsp; ") + more_.toHtmlEscaped()));
}

void InspectorFrame::addButton(QWidget* button) {
    buttons_->insertWidget(buttons_->count() - 1, button);
}
void InspectorFrame::addPart(QWidget* part) {
    parts_->addWidget(part);
}
void InspectorFrame::addStretch() {
    parts_->addStretch(1);
}

void InspectorFrame::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) showOutcome();
    QScrollArea::changeEvent(event);
}

}  // namespace weir::views
