// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/glyphs.h"

#include "theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace weir::views {
namespace {

const char* fileName(Glyph glyph) {
    switch (glyph) {
        case Glyph::Topic:
            return "topic";
        case Glyph::Function:
            return "function";
        case Glyph::Success:
            return "success";
        case Glyph::Cold:
            return "cold";
        case Glyph::Retry:
            return "retry";
        case Glyph::Failed:
            return "failed";
        case Glyph::Timeout:
            return "timeout";
        case Glyph::Waiting:
            return "waiting";
        case Glyph::Running:
            return "running";
        case Glyph::Partial:
            return "partial";
        case Glyph::Warn:
            return "warn";
        case Glyph::NotReached:
            return "not-reached";
        case Glyph::Lock:
            return "lock";
        case Glyph::Connect:
            return "connect";
        case Glyph::Open:
            return "open";
        case Glyph::Flow:
            return "flow";
        case Glyph::Play:
            return "play";
        case Glyph::Stop:
            return "stop";
        case Glyph::Copy:
            return "copy";
        case Glyph::Close:
            return "close";
        case Glyph::Eye:
            return "eye";
        case Glyph::EyeOff:
            return "eye-off";
        case Glyph::Fit:
            return "fit";
        case Glyph::Live:
            return "live";
        case Glyph::Search:
            return "search";
        case Glyph::Plus:
            return "plus";
        case Glyph::Minus:
            return "minus";
        case Glyph::Arrow:
            return "arrow";
        case Glyph::ToStart:
            return "to-start";
        case Glyph::ToEnd:
            return "to-end";
        case Glyph::StepBack:
            return "step-back";
        case Glyph::StepOn:
            return "step-on";
        case Glyph::Docked:
            return "docked";
        case Glyph::Back:
            return "back";
        case Glyph::Forward:
            return "forward";
        case Glyph::Menu:
            return "menu";
        case Glyph::Filter:
            return "filter";
        case Glyph::Processor:
            return "processor";
        case Glyph::Outside:
            return "outside";
        case Glyph::OrderBreak:
            return "order-break";
        case Glyph::Regression:
            return "regression";
        case Glyph::OutputInversion:
            return "output-inversion";
        case Glyph::Overlap:
            return "overlap";
        case Glyph::Duplicate:
            return "duplicate";
        case Glyph::Gap:
            return "gap";
        case Glyph::KeySplit:
            return "key-split";
        case Glyph::Late:
            return "late";
        case Glyph::Pause:
            return "pause";
    }
    return "";
}

QByteArray source(Glyph glyph) {
    static QHash<int, QByteArray> cache;
    QByteArray& bytes = cache[static_cast<int>(glyph)];
    if (bytes.isEmpty()) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(QLatin1String(fileName(glyph))));
        if (file.open(QIODevice::ReadOnly)) bytes = file.readAll();
    }
    return bytes;
}

class GlyphEngine final : public QIconEngine {
  public:
    explicit GlyphEngine(Glyph glyph) : glyph_(glyph) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const Theme& t = theme();
        QRgb colour = state == QIcon::On ? t.accent_text : t.text2;
        if (mode == QIcon::Disabled) colour = t.text3;
        if (mode == QIcon::Selected) colour = t.sel_text;
        paintGlyph(*painter, glyph_, rect, colour);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    [[nodiscard]] QIconEngine* clone() const override { return new GlyphEngine(*this); }

  private:
    Glyph glyph_;
};

}  // namespace

QPixmap glyphPixmap(Glyph glyph, int size, QRgb colour, qreal dpr) {
    const QString key =
        QStringLiteral("weir/%1/%2/%3/%4").arg(static_cast<int>(glyph)).arg(size).arg(colour).arg(dpr);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QByteArray svg = source(glyph);
    svg.replace("currentColor", QColor(colour).name().toLatin1());
    pixmap = QPixmap(QSize(size, size) * dpr);
    pixmap.setDevicePixelRatio(dpr);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(svg);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, QRgb colour) {
    const int side = static_cast<int>(std::min(rect.width(), rect.height()));
    if (side <= 0) return;
    const QPixmap pixmap = glyphPixmap(glyph, side, colour, painter.device()->devicePixelRatioF());
    const QPointF at(std::round(rect.center().x() - side / 2.0), std::round(rect.center().y() - side / 2.0));
    painter.drawPixmap(at, pixmap);
}

QIcon glyphIcon(Glyph glyph) {
    return QIcon(new GlyphEngine(glyph));
}

QIcon applicationIcon() {
    return QIcon(QStringLiteral(":/icons/weir.svg"));
}

}  // namespace weir::views
