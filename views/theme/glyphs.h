// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPixmap>
#include <QString>

class QPainter;

namespace weir::views {

/// Our own pictures, one colour, on a 12 px grid. The same glyph for one meaning everywhere.
enum class Glyph {
    Topic,
    Function,
    Success,
    Cold,
    Retry,
    Failed,
    Timeout,
    Waiting,
    Running,
    Partial,
    Warn,
    NotReached,
    Lock,
    Connect,
    Open,
    Flow,
    Play,
    Stop,
    Copy,
    Close,
    Eye,
    EyeOff,
    Fit,
    Live,
    Search,
    Plus,
    Minus,
    Arrow,
    ToStart,
    ToEnd,
    StepBack,
    StepOn,
    Docked,
    Back,
    Forward,
    Menu,
    Filter,
    Processor,
    Outside,
    OrderBreak,
    Regression,
    OutputInversion,
    Overlap,
    Duplicate,
    Gap,
    KeySplit,
    Late,
    Pause,
};

/// Paints a glyph centred in `rect`, at most as large as it.
void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, QRgb colour);

/// An icon that takes its colours from the theme each time it is drawn.
[[nodiscard]] QIcon glyphIcon(Glyph glyph);

/// A pixmap in a fixed colour, for labels.
[[nodiscard]] QPixmap glyphPixmap(Glyph glyph, int size, QRgb colour, qreal device_pixel_ratio);

[[nodiscard]] QIcon applicationIcon();

}  // namespace weir::views
