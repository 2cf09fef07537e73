// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineage/aggregate_canvas.h"

#include "flow/flow_painter.h"
#include "flow/layered_layout.h"
#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace weir::views {
namespace {
constexpr double kWidth = 168, kPad = 28;
}

AggregateCanvas::AggregateCanvas(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Lineage of all events"));
}

void AggregateCanvas::show(std::shared_ptr<const analysis::LineageAggregate> lineage) {
    lineage_ = std::move(lineage);
    layOut();
    QStringList lines;
    if (lineage_) {
        for (const auto& d : lineage_->delivered) {
            lines << tr("%1 to %2: %3 deliveries")
                         .arg(text(lineage_->topics[d.topic].name),
                              text(lineage_->functions[d.function].name), countText(d.deliveries));
        }
    }
    setAccessibleDescription(lines.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

std::size_t AggregateCanvas::functionAt(std::size_t index) const {
    return lineage_->topics.size() + index;
}

void AggregateCanvas::layOut() {
    boxes_.clear();
    size_ = {};
    if (!lineage_) return;
    LayeredGraph graph;
    const double height = 2 * QFontMetrics(smallFont()).height() + 18;
    graph.nodes.assign(lineage_->topics.size() + lineage_->functions.size(), QSizeF(kWidth, height));
    for (const auto& d : lineage_->delivered)
        graph.edges.emplace_back(static_cast<int>(d.topic), static_cast<int>(functionAt(d.function)));
    for (const auto& p : lineage_->produced)
        graph.edges.emplace_back(static_cast<int>(functionAt(p.function)), static_cast<int>(p.topic));
    for (const auto& n : lineage_->named)
        graph.edges.emplace_back(static_cast<int>(n.from), static_cast<int>(n.to));
    LayeredOptions options;
    options.gap_x = 128;
    options.gap_y = 44;
    options.layers_a_row =
        std::max(2, static_cast<int>((width() - 2 * kPad + options.gap_x) / (kWidth + options.gap_x)));
    boxes_ = layOutLayers(graph, options);
    QRectF all;
    for (const QRectF& box : boxes_) all |= box;
    size_ = all.size();
}

QSize AggregateCanvas::sizeHint() const {
    return {static_cast<int>(kWidth * 2 + 128 + 2 * kPad), static_cast<int>(size_.height() + 2 * kPad)};
}

QPointF AggregateCanvas::origin() const {
    return {std::max(kPad, (width() - size_.width()) / 2), std::max(kPad, (height() - size_.height()) / 2)};
}

void AggregateCanvas::resizeEvent(QResizeEvent*) {
    layOut();
    updateGeometry();
}

void AggregateCanvas::paintEvent(QPaintEvent*) {
    QPainter p(this);
    paintOn(p);
}

void AggregateCanvas::paintOn(QPainter& p) const {
    const Theme& t = theme();
    p.fillRect(rect(), QColor(t.canvas));
    if (!lineage_ || boxes_.empty()) return;
    p.translate(origin());
    for (const auto& n : lineage_->named) paintEdge(p, n.from, n.to, true, {{tr("named"), t.text2}});
    for (const auto& made : lineage_->produced)
        paintEdge(p, functionAt(made.function), made.topic, false,
                  {{countedText(made.outputs, tr("%1 output"), tr("%1 outputs")), t.text}});
    for (const auto& d : lineage_->delivered) {
        std::vector<Words> words{{tr("%1 delivered").arg(countText(d.succeeded)), t.text}};
        if (d.failed > 0) words.push_back({tr("%1 failed").arg(countText(d.failed)), t.failed.text});
        if (d.in_flight > 0) words.push_back({tr("%1 in flight").arg(countText(d.in_flight)), t.text2});
        for (const auto& [reason, events] : d.skipped)
            words.push_back({QStringLiteral("%1 %2").arg(countText(events), text(reason)), t.warn.text});
        paintEdge(p, d.topic, functionAt(d.function), false, words);
    }
    for (std::size_t i = 0; i < boxes_.size(); ++i) paintBox(p, i);
}

void AggregateCanvas::paintEdge(QPainter& p, std::size_t from, std::size_t to, bool named,
                                const std::vector<Words>& words) const {
    const Theme& t = theme();
    const FlowCurve curve = flowCurve(boxes_[from], boxes_[to]);
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    QPen pen(QColor(t.line_strong), 1.5, named ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap);
    p.setPen(pen);
    p.setBrush(Qt::NoBrush);
    p.drawPath(curve.path);
    const QPointF d = curve.direction;
    const QPointF side(-d.y(), d.x());
    const QPointF head[] = {curve.end, curve.end - d * 9 + side * 4.5, curve.end - d * 9 - side * 4.5};
    p.setPen(Qt::NoPen);
    p.setBrush(QColor(t.line_strong));
    p.drawPolygon(head, 3);
    p.restore();
    p.setFont(smallFont());
    const QFontMetricsF metrics(smallFont());
    const double height = metrics.height();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const double wide = metrics.horizontalAdvance(words[i].text);
        // The first line above the edge, the others below; beside a steep one.
        QRectF box(
            curve.label.x() - wide / 2,
            i == 0 ? curve.label.y() - height - 3 : curve.label.y() + 3 + static_cast<double>(i - 1) * height,
            wide, height);
        if (curve.steep)
            box.moveTopLeft(
                {curve.label.x() + 7, curve.label.y() - height + static_cast<double>(i) * height});
        p.fillRect(box.adjusted(-2, 1, 2, -1), QColor(t.canvas));
        p.setPen(QColor(words[i].colour));
        p.drawText(box, Qt::AlignCenter, words[i].text);
    }
}

void AggregateCanvas::paintBox(QPainter& p, std::size_t index) const {
    const Theme& t = theme();
    const QRectF& box = boxes_[index];
    const bool topic = index < lineage_->topics.size();
    p.save();
    p.setRenderHint(QPainter::Antialiasing, !topic);
    p.setPen(QPen(QColor(t.line_strong), 1));
    p.setBrush(QColor(topic ? t.base : t.header));
    const QRectF edge = box.adjusted(0.5, 0.5, -0.5, -0.5);
    if (topic) {
        p.drawRect(edge);
        p.fillRect(QRectF(box.left(), box.top(), 3, box.height()), QColor(t.line_strong));
    } else {
        p.drawRoundedRect(edge, 8, 8);
    }
    p.restore();
    QString name;
    QString count;
    if (topic) {
        const auto& node = lineage_->topics[index];
        name = text(node.name);
        count = countedText(node.events, tr("%1 event"), tr("%1 events"));
    } else {
        const std::size_t function = index - lineage_->topics.size();
        name = text(lineage_->functions[function].name);
        std::int64_t calls = 0;
        for (const auto& d : lineage_->delivered) calls += d.function == function ? d.calls : 0;
        count = countedText(calls, tr("%1 call"), tr("%1 calls"));
        if (lineage_->functions[function].observed) count += QStringLiteral(", ") + tr("observed");
    }
    const int line = QFontMetrics(smallFont()).height();
    const QRectF first(box.left() + 28, box.top() + 7, box.width() - 36, line);
    paintGlyph(p, topic ? Glyph::Topic : Glyph::Function, QRectF(box.left() + 9, first.top(), 13, line),
               t.text2);
    QFont bold = smallFont();
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    p.drawText(first, Qt::AlignVCenter | Qt::AlignLeft,
               elidedName(name, QFontMetrics(bold), static_cast<int>(first.width())));
    p.setFont(smallFont());
    p.setPen(QColor(t.text2));
    p.drawText(first.translated(0, line + 2), Qt::AlignVCenter | Qt::AlignLeft, count);
}

void AggregateCanvas::mousePressEvent(QMouseEvent* event) {
    if (!lineage_) return;
    const QPointF at = event->position() - origin();
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        if (!boxes_[i].contains(at)) continue;
        if (i < lineage_->topics.size()) {
            emit topicChosen(lineage_->topics[i].id);
        } else {
            emit functionChosen(lineage_->functions[i - lineage_->topics.size()].id);
        }
        return;
    }
}

}  // namespace weir::views
