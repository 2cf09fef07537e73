// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lanes_tools.h"

#include "format/format.h"
#include "lanes/lanes_canvas.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace weir::views {

LanesTools::LanesTools(LanesCanvas* canvas, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    const auto button = [&](Glyph glyph, const QString& words, const QString& tip) {
        auto* b = new QToolButton;
        b->setIcon(glyphIcon(glyph));
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setAutoRaise(true);
        b->setFixedHeight(24);
        if (!words.isEmpty()) {
            b->setText(words);
            b->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        }
        layout->addWidget(b);
        return b;
    };
    auto* arrows = button(Glyph::Arrow, tr("Deliveries"), tr("Arrows from lane to instance"));
    arrows->setCheckable(true);
    arrows->setChecked(true);
    auto* out = button(Glyph::Minus, {}, tr("Show more time (S)"));
    auto* span = new QLabel;
    span->setFont(figuresFont());
    span->setAlignment(Qt::AlignCenter);
    span->setMinimumWidth(70);
    layout->addWidget(span);
    auto* in = button(Glyph::Plus, {}, tr("Show less time (W)"));
    auto* fit = button(Glyph::Fit, {}, tr("Fit the whole session (F)"));
    connect(arrows, &QToolButton::toggled, canvas, &LanesCanvas::setArrows);
    connect(out, &QToolButton::clicked, canvas, [canvas] { canvas->zoom(1.6); });
    connect(in, &QToolButton::clicked, canvas, [canvas] { canvas->zoom(1 / 1.6); });
    connect(fit, &QToolButton::clicked, canvas, &LanesCanvas::fit);
    connect(canvas, &LanesCanvas::scaleChanged, span,
            [canvas, span] { span->setText(durationText(std::max<DurationNs>(1, canvas->scale().span()))); });
}

}  // namespace weir::views
