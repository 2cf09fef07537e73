// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_painter.h"

#include "theme/glyphs.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr int kMostSquares = 10;
constexpr double kDimmed = 0.35;
constexpr double kSteepRoom = 120;
constexpr double kBulge = 34;  ///< of an edge that goes around nodes

double lineWidth(double rate) {
    return rate <= 0 ? 1 : std::clamp(1 + std::log10(1 + rate) * 0.8, 1.0, 4.0);
}

/// A box has little room.
QString fewDigits(std::int64_t count) {
    return count < 10'000 ? countText(count) : shortCountText(static_cast<double>(count));
}

QString rateWords(double rate) {
    if (rate >= 1'000) return shortCountText(rate) + QStringLiteral("/s");
    return QString::number(rate, 'f', rate < 100 ? 1 : 0) + QStringLiteral("/s");
}

}  // namespace

FlowCurve flowCurve(const QRectF& from, const QRectF& to, bool around) {
    FlowCurve c;
    if (around) {
        const QPointF a(from.right(), from.center().y());
        const QPointF b(to.right(), to.center().y());
        const double x = std::max(a.x(), b.x()) + kBulge;
        const QPointF tip = b + QPointF(7, 0);
        c.end = b;
        c.direction = {-1, 0};
        c.steep = true;
        c.path.moveTo(a);
        c.path.cubicTo(QPointF(x, a.y()), QPointF(x, a.y()), QPointF(x, (a.y() + b.y()) / 2));
        c.path.cubicTo(QPointF(x, b.y()), QPointF(x, b.y()), tip);
        c.label = {x, (a.y() + b.y()) / 2};
        c.room = kSteepRoom;
        return c;
    }
    QPointF a;
    QPointF b;
    QPointF out;
    const double dx = to.center().x() - from.center().x();
    const double dy = to.center().y() - from.center().y();
    if (to.left() > from.right() + 8) {
        a = {from.right(), from.center().y()};
        b = {to.left(), to.center().y()};
        out = {1, 0};
    } else if (to.right() < from.left() - 8) {
        a = {from.left(), from.center().y()};
        b = {to.right(), to.center().y()};
        out = {-1, 0};
    } else if (dy >= 0) {
        a = {from.center().x(), from.bottom()};
        b = {to.center().x(), to.top()};
        out = {0, 1};
    } else {
        a = {from.center().x(), from.top()};
        b = {to.center().x(), to.bottom()};
        out = {0, -1};
    }
    c.steep = out.x() == 0;
    const double reach = c.steep ? std::max(18.0, std::abs(dy) * 0.3) : std::max(24.0, std::abs(dx) * 0.28);
    c.end = b;
    c.direction = out;
    const QPointF tip = b - out * 7;  // the arrow head covers the rest
    c.path.moveTo(a);
    c.path.cubicTo(a + out * reach, tip - out * reach, tip);
    c.label = c.path.pointAtPercent(0.5);
    c.room = c.steep ? kSteepRoom : std::max(0.0, std::abs(b.x() - a.x()) - 8);
    return c;
}

QStringList wrapped(const QString& text, const QFontMetricsF& metrics, double width) {
    QStringList lines;
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const QString longer = lines.isEmpty() ? word : lines.back() + QLatin1Char(' ') + word;
        if (!lines.isEmpty() && metrics.horizontalAdvance(longer) <= width) {
            lines.back() = longer;
        } else {
            lines << metrics.elidedText(word, Qt::ElideRight, width);
        }
    }
    return lines;
}

QRectF labelPlace(const FlowCurve& curve, QSizeF size, double gap, const std::vector<QRectF>& boxes) {
    const auto at = [&](QPointF point, bool left) {
        if (!curve.steep) return QRectF(point - QPointF(size.width() / 2, size.height() / 2), size);
        const double x = left ? point.x() - gap - size.width() : point.x() + gap;
        return QRectF(QPointF(x, point.y() - size.height() / 2), size);
    };
    const auto free = [&](const QRectF& place) {
        return std::none_of(boxes.begin(), boxes.end(),
                            [&](const QRectF& box) { return box.adjusted(-1, -1, 1, 1).intersects(place); });
    };
    for (const double away : {0.0, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3}) {
        const QPointF point = away == 0.0 ? curve.label : curve.path.pointAtPercent(0.5 + away);
        for (const bool left : {false, true}) {
            if (const QRectF place = at(point, left); free(place)) return place;
            if (!curve.steep) break;
        }
    }
    return at(curve.label, false);
}

FlowPainter::FlowPainter(QPainter& painter, const FlowGraph& graph, const std::vector<QRectF>& boxes,
                         const FlowOptions& options)
    : p_(painter),
      graph_(graph),
      boxes_(boxes),
      options_(options),
      t_(theme()),
      small_(smallFont()),
      bold_(QFont()) {
    bold_.setWeight(QFont::DemiBold);
}

void FlowPainter::words(const QRectF& area, Qt::Alignment alignment, QRgb colour, const QString& text,
                        bool bold) {
    p_.setFont(bold ? bold_ : small_);
    p_.setPen(QColor(colour));
    p_.drawText(area, static_cast<int>((alignment | Qt::AlignVCenter).toInt()),
                elidedName(text, p_.fontMetrics(), static_cast<int>(area.width()) + 1));
}

void FlowPainter::paintEdges(const Selection& selection) {
    const auto isChosen = [&](const FlowEdge& e) {
        const FlowNode& from = graph_.nodes[static_cast<std::size_t>(e.from)];
        const FlowNode& to = graph_.nodes[static_cast<std::size_t>(e.to)];
        const auto touches = [&](const FlowNode& node) {
            return (node.function && node.function == selection.function()) ||
                   (node.topic && selection.place() && selection.place()->topic == node.topic);
        };
        return touches(from) || touches(to);
    };
    for (const FlowEdge& e : graph_.edges) paintEdge(e, isChosen(e));
}

void FlowPainter::paintWords() {
    for (const FlowEdge& e : graph_.edges) paintEdgeWords(e);
}

void FlowPainter::paintEdge(const FlowEdge& edge, bool chosen) {
    const QRectF& from = boxes_[static_cast<std::size_t>(edge.from)];
    const QRectF& to = boxes_[static_cast<std::size_t>(edge.to)];
    const FlowCurve curve = flowCurve(from, to, blocked(edge));
    const double width = lineWidth(edge.rate);
    p_.setOpacity(edge.dimmed ? kDimmed : 1);
    const bool broken = options_.order && edge.health.errors > 0;
    const QColor colour(chosen          ? t_.accent
                        : broken        ? t_.broken.fill
                        : edge.rate > 0 ? t_.line_strong
                                        : t_.line);
    p_.setRenderHint(QPainter::Antialiasing);
    p_.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
    p_.setBrush(Qt::NoBrush);
    p_.drawPath(curve.path);
    const QPointF d = curve.direction;
    const QPointF side(-d.y(), d.x());
    const double half = 3.5 + width / 2;
    const QPointF head[] = {curve.end, curve.end - d * 9 + side * half, curve.end - d * 9 - side * half};
    p_.setPen(Qt::NoPen);
    p_.setBrush(colour);
    p_.drawPolygon(head, 3);
    p_.setOpacity(1);
}

/// Another node stands in the way of an edge that runs straight up or down.
bool FlowPainter::blocked(const FlowEdge& edge) const {
    const QRectF& from = boxes_[static_cast<std::size_t>(edge.from)];
    const QRectF& to = boxes_[static_cast<std::size_t>(edge.to)];
    const FlowCurve straight = flowCurve(from, to);
    if (!straight.steep) return false;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        const auto node = static_cast<int>(i);
        if (node != edge.from && node != edge.to && straight.path.intersects(boxes_[i])) return true;
    }
    return false;
}

void FlowPainter::paintEdgeWords(const FlowEdge& edge) {
    struct Line {
        QString text;
        QRgb colour;
    };
    std::vector<Line> lines;
    if (options_.rates) lines.push_back({rateWords(edge.rate), t_.text});
    if (options_.lag && edge.delivery()) {
        QString lag = QObject::tr("lag %1").arg(countText(edge.lag));
        QRgb colour = t_.text3;
        if (edge.trend == FlowEdge::Trend::Rising) {
            if (edge.lag_time) lag += QStringLiteral(", ") + durationText(*edge.lag_time);
            lag += QObject::tr(", rising ↗");
            colour = t_.warn.text;
        }
        lines.push_back({lag, colour});
    }
    if (options_.errors && edge.failed > 0)
        lines.push_back({QObject::tr("%1 errors").arg(shareText(edge.errorShare())), t_.failed.text});
    if (options_.order && edge.health.errors > 0) {
        lines.push_back({QObject::tr("%1 out of order").arg(countText(edge.health.errors)), t_.broken.text});
    } else if (options_.order && edge.health.notes > 0) {
        lines.push_back(
            {QObject::tr("%1 out of order, as asked").arg(countText(edge.health.notes)), t_.text2});
    }
    if (lines.empty() || edge.dimmed) return;
    const FlowCurve curve = flowCurve(boxes_[static_cast<std::size_t>(edge.from)],
                                      boxes_[static_cast<std::size_t>(edge.to)], blocked(edge));
    p_.setFont(small_);
    const QFontMetricsF metrics(small_);
    std::vector<Line> shown;
    double widest = 0;
    for (const Line& line : lines) {
        for (const QString& part : wrapped(line.text, metrics, curve.room)) {
            shown.push_back({part, line.colour});
            widest = std::max(widest, metrics.horizontalAdvance(part));
        }
    }
    const double height = metrics.height();
    const double gap = lineWidth(edge.rate) / 2 + 2;
    const auto count = static_cast<double>(shown.size());
    // The first line stands above the edge, the others below; beside a steep one. As the edge runs through
    // after the first line, the block is as high below as above.
    const double half = gap + std::max(1.0, count - 1) * height;
    const QRectF place =
        labelPlace(curve, {widest, curve.steep ? count * height : 2 * half}, gap + 5, boxes_);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const double width = metrics.horizontalAdvance(shown[i].text);
        const double middle = place.center().y();
        const double y = curve.steep ? place.top() + static_cast<double>(i) * height
                         : i == 0    ? middle - gap - height
                                     : middle + gap + static_cast<double>(i - 1) * height;
        const double x = curve.steep ? place.left() : place.center().x() - width / 2;
        const QRectF box(x, y, width, height);
        p_.fillRect(box.adjusted(-2, 1, 2, -1), QColor(t_.canvas));
        p_.setPen(QColor(shown[i].colour));
        p_.drawText(box, Qt::AlignCenter, shown[i].text);
    }
}

void FlowPainter::paintNode(int index, bool chosen, bool focused, bool dimmed) {
    const FlowNode& node = graph_.nodes[static_cast<std::size_t>(index)];
    const QRectF& box = boxes_[static_cast<std::size_t>(index)];
    p_.setOpacity(dimmed || node.dimmed ? kDimmed : 1);
    p_.setRenderHint(QPainter::Antialiasing);
    const QColor border(chosen ? t_.accent : t_.line_strong);
    const QRectF inner = box.adjusted(0.5, 0.5, -0.5, -0.5);
    if (node.kind == FlowNode::Kind::Topic) {
        p_.setRenderHint(QPainter::Antialiasing, false);
        p_.fillRect(box, QColor(t_.base));
        p_.setPen(QPen(border, 1));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(inner);
        p_.fillRect(QRectF(box.left(), box.top(), 3, box.height()), border);
        p_.setRenderHint(QPainter::Antialiasing);
    } else {
        const double radius = node.kind == FlowNode::Kind::Outside ? box.height() / 2 : 8;
        p_.setPen(QPen(border, 1));
        p_.setBrush(QColor(node.kind == FlowNode::Kind::Outside ? t_.canvas : t_.header));
        p_.drawRoundedRect(inner, radius, radius);
    }
    if (chosen || focused) {
        p_.setPen(QPen(QColor(t_.accent), 2, focused && !chosen ? Qt::DotLine : Qt::SolidLine));
        p_.setBrush(Qt::NoBrush);
        const double radius = node.kind == FlowNode::Kind::Topic ? 0 : 10;
        p_.drawRoundedRect(box.adjusted(-2, -2, 2, 2), radius, radius);
    }
    if (node.isTopic()) {
        paintTopic(node, box);
    } else {
        paintFunction(node, box);
    }
    p_.setOpacity(1);
}

void FlowPainter::paintTopic(const FlowNode& node, const QRectF& box) {
    const bool outside = node.kind == FlowNode::Kind::Outside;
    const QRectF head(box.left() + (outside ? 16 : 10), box.top() + 7, box.width() - (outside ? 32 : 18), 18);
    paintGlyph(p_, outside ? Glyph::Outside : Glyph::Topic, QRectF(head.left(), head.top(), 13, 18),
               t_.text2);
    p_.setFont(small_);
    const QString parts = outside ? QString() : QObject::tr("%1 part.").arg(node.partitions);
    const double parts_width = parts.isEmpty() ? 0 : QFontMetricsF(small_).horizontalAdvance(parts) + 6;
    words(head.adjusted(19, 0, -parts_width, 0), Qt::AlignLeft, t_.text, node.name, true);
    words(head, Qt::AlignRight, t_.text3, parts);
    const QRectF line(head.left(), head.bottom() + 1, head.width(), 16);
    words(outside ? line.translated(19, 0) : line, Qt::AlignLeft, node.rate > 0 ? t_.text : t_.text3,
          rateText(node.rate));
    if (!outside) paintSpark(node, QRectF(head.left(), line.bottom() + 2, head.width(), 17));
}

void FlowPainter::paintSpark(const FlowNode& node, const QRectF& area) {
    const auto peak = std::max_element(node.spark.begin(), node.spark.end());
    if (peak == node.spark.end()) return;
    QPolygonF line;
    const double step = area.width() / static_cast<double>(node.spark.size() - 1);
    for (std::size_t i = 0; i < node.spark.size(); ++i) {
        const double share = *peak > 0 ? static_cast<double>(node.spark[i] / *peak) : 0;
        line << QPointF(area.left() + static_cast<double>(i) * step,
                        area.bottom() - share * (area.height() - 2));
    }
    QColor fill(t_.waiting.fill);
    fill.setAlpha(t_.dark ? 90 : 60);
    QPolygonF ground = line;
    ground << area.bottomRight() << area.bottomLeft();
    p_.setPen(Qt::NoPen);
    p_.setBrush(fill);
    p_.drawPolygon(ground);
    p_.setBrush(Qt::NoBrush);
    p_.setPen(QPen(QColor(t_.text3), 1));
    p_.drawPolyline(line);
}

void FlowPainter::paintFunction(const FlowNode& node, const QRectF& box) {
    const QRectF head(box.left() + 10, box.top() + 7, box.width() - 20, 18);
    const bool native = node.kind == FlowNode::Kind::Processor;
    paintGlyph(p_, native ? Glyph::Processor : Glyph::Function, QRectF(head.left(), head.top(), 13, 18),
               t_.text2);
    words(head.adjusted(19, 0, 0, 0), Qt::AlignLeft, t_.text, node.name, true);
    QRectF line(head.left(), head.bottom() + 1, head.width(), 16);
    const QString rate = node.rate >= 1'000
                             ? QObject::tr("%1 calls/s").arg(shortCountText(node.rate))
                             : QObject::tr("%1 calls/s").arg(QString::number(node.rate, 'f', 1));
    const QString p95 = node.run_p95 ? QObject::tr("p95 %1").arg(durationText(*node.run_p95)) : QString();
    const double p95_width = p95.isEmpty() ? 0 : QFontMetricsF(small_).horizontalAdvance(p95) + 6;
    words(line.adjusted(0, 0, -p95_width, 0), Qt::AlignLeft, node.rate > 0 ? t_.text : t_.text3, rate);
    words(line, Qt::AlignRight, t_.text2, p95);
    line.translate(0, 17);
    paintBusy(node, line);
    line.translate(0, 17);
    paintState(node, line);
}

void FlowPainter::paintBusy(const FlowNode& node, const QRectF& line) {
    const int limit = std::max(node.limit, node.running);
    const QString count = limit == 0 ? notApplicable() : QObject::tr("%1 of %2").arg(node.running).arg(limit);
    words(line, Qt::AlignRight, node.limit > 0 && node.running >= node.limit ? t_.warn.text : t_.text2,
          count);
    if (limit == 0) return;
    p_.setRenderHint(QPainter::Antialiasing, false);
    const double y = std::round(line.center().y()) - 4;
    const double x = std::round(line.left());
    if (limit <= kMostSquares) {
        for (int i = 0; i < limit; ++i) {
            const QRectF square(x + i * 9, y, 7, 8);
            if (i < node.running) {
                p_.fillRect(square, QColor(t_.success.fill));
            } else {
                p_.setPen(QColor(t_.line_strong));
                p_.setBrush(Qt::NoBrush);
                p_.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5));
            }
        }
    } else {
        const QRectF bar(x, y, 90, 8);
        p_.fillRect(QRectF(x, y, 90.0 * node.running / limit, 8), QColor(t_.success.fill));
        p_.setPen(QColor(t_.line_strong));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    p_.setRenderHint(QPainter::Antialiasing);
}

void FlowPainter::paintState(const FlowNode& node, const QRectF& line) {
    Glyph glyph = Glyph::Success;
    QRgb colour = t_.text2;
    QRgb glyph_colour = t_.success.text;
    QString state = QObject::tr("no errors");
    const auto say = [&](Glyph g, QRgb c, const QString& text) {
        glyph = g;
        colour = glyph_colour = c;
        state = text;
    };
    if (node.health.errors > 0 && options_.order) {
        say(Glyph::OrderBreak, t_.broken.text,
            QObject::tr("%1 out of order").arg(fewDigits(node.health.errors)));
    } else if (node.failed > 0 && options_.errors) {
        say(Glyph::Failed, t_.failed.text, QObject::tr("%1 errors").arg(shareText(node.errorShare())));
    } else if (node.health.warnings > 0 && options_.order) {
        say(Glyph::Warn, t_.warn.text,
            countedText(node.health.warnings, QObject::tr("%1 order warning"),
                        QObject::tr("%1 order warnings")));
    } else if (node.health.notes > 0 && options_.order) {
        // Grey, not loud: it was asked for.
        say(Glyph::OrderBreak, t_.text2, QObject::tr("%1 out of order").arg(fewDigits(node.health.notes)));
    } else if (node.cold > 0) {
        say(Glyph::Cold, t_.cold.text,
            countedText(node.cold, QObject::tr("%1 cold start"), QObject::tr("%1 cold starts")));
    } else if (node.calls == 0) {
        say(Glyph::Waiting, t_.text3, QObject::tr("no calls"));
    }
    paintGlyph(p_, glyph, QRectF(line.left(), line.top(), 12, line.height()), glyph_colour);
    words(line.adjusted(18, 0, 0, 0), Qt::AlignLeft, colour, state);
}

}  // namespace weir::views
