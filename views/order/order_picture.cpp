// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/order_picture.h"

#include "lanes/hatch.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

namespace order = analysis::order;
using Role = order::EvidenceCall::Role;

constexpr int kGutter = 116, kPad = 14, kGap = 4, kBox = 26;
constexpr int kTopRow = 48;  ///< of the upper boxes
constexpr int kBelow = 64;   ///< under the lower boxes
constexpr std::size_t kMostStrands = 40;

QFont semibold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

QColor faded(QRgb colour, int alpha) {
    QColor c(colour);
    c.setAlpha(alpha);
    return c;
}

/// What a box needs to know, of a call or of an output.
struct Item {
    std::int64_t first = 0, last = 0, events = 0;
    bool broken = false, against = false;
};

Item itemOf(const order::Evidence& e, std::size_t i) {
    if (!e.outputs.empty()) {
        const order::EvidenceOutput& o = e.outputs[i];
        return {o.place.offset, o.place.offset, 1, o.broken, o.against};
    }
    const order::EvidenceCall& c = e.calls[i];
    return {c.first, c.last, c.events, c.role == Role::Broken, c.role == Role::Against};
}

/// Indices in the order that was expected, and in the one that happened.
std::pair<std::vector<std::size_t>, std::vector<std::size_t>> ordersOf(const order::Evidence& e) {
    std::pair<std::vector<std::size_t>, std::vector<std::size_t>> orders;
    if (e.outputs.empty()) {
        for (std::size_t i = 0; i < e.calls.size(); ++i) orders.first.push_back(i);
        orders.second = e.by_end;
        return orders;
    }
    for (std::size_t i = 0; i < e.outputs.size(); ++i) orders.second.push_back(i);
    orders.first = orders.second;
    std::stable_sort(orders.first.begin(), orders.first.end(),
                     [&e](std::size_t a, std::size_t b) { return e.outputs[a].cause < e.outputs[b].cause; });
    return orders;
}

}  // namespace

OrderStrands strandsOf(const order::Evidence& e, double left, double width) {
    OrderStrands picture;
    const auto [expected, actual] = ordersOf(e);
    if (expected.empty()) return picture;
    const auto count = static_cast<double>(expected.size());
    const double box = std::max(4.0, (width - kGap * (count - 1)) / count);
    const auto place = [&](const std::vector<std::size_t>& items) {
        std::vector<OrderBox> boxes;
        double x = left;
        for (const std::size_t item : items) {
            boxes.push_back({item, x, box});
            x += box + kGap;
        }
        return boxes;
    };
    picture.expected = place(expected);
    picture.actual = place(actual);

    std::int64_t events = 0;
    for (const std::size_t i : expected) events += itemOf(e, i).events;
    const auto most = static_cast<std::int64_t>(kMostStrands);
    picture.events_per_strand = std::max<std::int64_t>(1, (events + most - 1) / most);
    for (const OrderBox& from : picture.expected) {
        const auto to = std::find_if(picture.actual.begin(), picture.actual.end(),
                                     [&from](const OrderBox& b) { return b.item == from.item; });
        if (to == picture.actual.end()) continue;
        const Item item = itemOf(e, from.item);
        const std::int64_t lines = std::max<std::int64_t>(
            1, (item.events + picture.events_per_strand - 1) / picture.events_per_strand);
        for (std::int64_t i = 0; i < lines; ++i) {
            const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(lines);
            picture.strands.push_back(
                {from.left + share * from.width, to->left + share * to->width, item.broken, item.against});
        }
    }
    return picture;
}

OrderPicture::OrderPicture(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(tr("Expected and actual order"));
}

void OrderPicture::show(std::shared_ptr<const order::Evidence> evidence, std::shared_ptr<const Catalog> names,
                        std::set<InvocationId> cold) {
    evidence_ = std::move(evidence);
    names_ = std::move(names);
    cold_ = std::move(cold);
    update();
}

OrderStrands OrderPicture::layout() const {
    return strandsOf(*evidence_, kGutter, std::max(40, width() - kGutter - kPad));
}

void OrderPicture::paintBoxes(QPainter& p, const std::vector<OrderBox>& boxes, int top, bool actual) const {
    const Theme& t = theme();
    const bool outputs = !evidence_->outputs.empty();
    const QFont mono = smallMonoFont();
    const QFontMetrics metrics(mono);
    const Hatches hatches(t, devicePixelRatioF());
    for (const OrderBox& box : boxes) {
        const Item item = itemOf(*evidence_, box.item);
        const QRectF rect(box.left, top, box.width, kBox);
        const Tone& tone = item.broken ? t.broken : item.against ? t.success : t.waiting;
        p.fillRect(rect, QColor(tone.fill));
        if (!outputs && cold_.contains(evidence_->calls[box.item].id)) {
            const QRectF strip(rect.left(), rect.bottom() - 6, rect.width(), 6);
            p.fillRect(strip, QColor(t.canvas));
            p.fillRect(strip, hatches.cold());
        }
        p.setFont(mono);
        p.setPen(QColor(tone.label));
        const QString words = outputs ? countText(item.first) : callText(evidence_->calls[box.item].id.value);
        if (metrics.horizontalAdvance(words) + 6 <= box.width) p.drawText(rect, Qt::AlignCenter, words);

        // Beside the box: which events, and when they ended.
        const auto beside = [&](int y, const QString& text, QRgb colour) -> bool {
            // What does not fit over its own box is left out: neighbours would run into each other.
            if (metrics.horizontalAdvance(text) + kGap > box.width + kGap) return false;
            p.setPen(QColor(colour));
            p.drawText(QRectF(box.left - kGap, y, box.width + 2 * kGap, 16), Qt::AlignCenter, text);
            return true;
        };
        if (!actual) {
            const QRgb colour = item.broken ? t.broken.text : t.text2;
            if (outputs) {
                const QString cause = countText(evidence_->outputs[box.item].cause);
                if (!beside(top - 20, tr("cause %1").arg(cause), colour)) beside(top - 20, cause, colour);
            } else if (!beside(top - 20, offsetsText(item.first, item.last), colour)) {
                beside(top - 20, tr("%1 …").arg(countText(item.first)), colour);
            }
            continue;
        }
        if (outputs) continue;
        const order::EvidenceCall& call = evidence_->calls[box.item];
        if (!call.end) {
            beside(top + kBox + 4, tr("no end"), t.text2);
            continue;
        }
        // Seconds are enough: the clock below says the rest.
        beside(top + kBox + 4, clock_.time(*call.end).right(6), item.broken ? t.broken.text : t.text2);
    }
}

void OrderPicture::paintStrands(QPainter& p, const OrderStrands& picture, int top, int bottom) const {
    const Theme& t = theme();
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    const double bend = (bottom - top) * 0.5;
    for (const int layer : {0, 1, 2}) {
        for (const OrderStrand& s : picture.strands) {
            const int own = s.broken ? 2 : s.against ? 1 : 0;
            if (own != layer) continue;
            QPainterPath path(QPointF(s.from, top));
            path.cubicTo(s.from, top + bend, s.to, bottom - bend, s.to, bottom);
            p.setPen(s.broken    ? QPen(QColor(t.broken.fill), 1.6)
                     : s.against ? QPen(faded(t.success.fill, 200), 1)
                                 : QPen(QColor(t.line), 1));
            p.drawPath(path);
        }
    }
    p.setRenderHint(QPainter::Antialiasing, false);
}

void OrderPicture::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const Theme& t = theme();
    p.fillRect(rect(), QColor(t.canvas));
    if (!evidence_ || (evidence_->calls.empty() && evidence_->outputs.empty())) return;
    const bool outputs = !evidence_->outputs.empty();
    const OrderStrands picture = layout();
    const int upper = kTopRow;
    const int lower = height() - kBelow - kBox;
    paintStrands(p, picture, upper + kBox + 2, lower - 2);
    paintBoxes(p, picture.expected, upper, false);
    paintBoxes(p, picture.actual, lower, true);

    const auto label = [&](int top, const QString& name, const QString& detail) {
        p.setFont(semibold(smallFont()));
        p.setPen(QColor(t.text));
        p.drawText(QRect(kPad, top - 2, kGutter - kPad - 6, 16), Qt::AlignLeft | Qt::AlignVCenter, name);
        p.setFont(smallFont());
        p.setPen(QColor(t.text2));
        p.drawText(QRect(kPad, top + 14, kGutter - kPad - 6, 16), Qt::AlignLeft | Qt::AlignVCenter, detail);
    };
    label(upper, tr("Expected"), outputs ? tr("by cause") : tr("by offset"));
    label(lower, tr("Actual"), outputs ? tr("by offset") : tr("by end time"));
    p.setPen(QColor(t.text2));
    p.setFont(smallFont());
    QString scale = picture.events_per_strand == 1
                        ? tr("1 line = 1 event")
                        : tr("1 line = %1 events").arg(countText(picture.events_per_strand));
    if (outputs) scale = tr("1 line = 1 output");
    p.drawText(QRect(kPad, height() - 24, kGutter - 4, 16), Qt::AlignLeft | Qt::AlignVCenter, scale);
    QStringList remarks;
    if (!outputs && std::any_of(evidence_->calls.begin(), evidence_->calls.end(),
                                [this](const order::EvidenceCall& c) { return cold_.contains(c.id); }))
        remarks << tr("hatched: began with a cold start");
    if (evidence_->calls_cut) remarks << tr("only the calls around are shown");
    p.drawText(QRect(kGutter, height() - 24, width() - kGutter - kPad, 16), Qt::AlignRight | Qt::AlignVCenter,
               remarks.join(QStringLiteral("; ")));

    // What it came to, in the words of the picture.
    const order::Finding& f = evidence_->finding;
    const bool overtaken = f.kind == order::Kind::Regression || f.kind == order::Kind::Inversion;
    DurationNs behind = 0;
    for (const order::BrokenEvent& b : overtaken ? evidence_->broken : std::vector<order::BrokenEvent>())
        behind = std::max(behind, b.behind());
    if (behind > 0) {
        p.setFont(semibold(smallFont()));
        for (const OrderBox& box : picture.actual) {
            if (!itemOf(*evidence_, box.item).broken) continue;
            p.setPen(QColor(t.broken.text));
            p.drawText(QRectF(box.left - 60, lower + kBox + 20, box.width + 120, 16), Qt::AlignCenter,
                       tr("%1 behind").arg(durationText(behind)));
            break;
        }
    }
    if (overtaken) {
        const QString words = countedText(f.units(), tr("%1 event overtaken"), tr("%1 events overtaken"));
        const QFont font = semibold(smallFont());
        const int wide = QFontMetrics(font).horizontalAdvance(words) + 26;
        // Beside the crossing: over the middle of the first broken strand.
        const auto crossing = std::find_if(picture.strands.begin(), picture.strands.end(),
                                           [](const OrderStrand& s) { return s.broken; });
        const double middle = crossing == picture.strands.end() ? (kGutter + width() - kPad) / 2.0
                                                                : (crossing->from + crossing->to) / 2;
        const int left = static_cast<int>(middle) + 14;
        const int most_left = width() - kPad - wide;
        const QRect ground(left <= most_left ? left : std::max(kGutter, static_cast<int>(middle) - wide - 14),
                           (upper + kBox + lower) / 2 - 10, wide, 20);
        p.fillRect(ground, QColor(t.canvas));
        paintGlyph(p, f.kind == order::Kind::Regression ? Glyph::Regression : Glyph::OrderBreak,
                   QRectF(ground.left() + 4, ground.top() + 4, 12, 12), t.broken.text);
        p.setFont(font);
        p.setPen(QColor(t.broken.text));
        p.drawText(ground.adjusted(20, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, words);
    }
}

void OrderPicture::mousePressEvent(QMouseEvent* event) {
    if (!evidence_ || event->button() != Qt::LeftButton) return;
    const OrderStrands picture = layout();
    const bool upper = event->position().y() < height() / 2.0;
    for (const OrderBox& box : upper ? picture.expected : picture.actual) {
        if (event->position().x() < box.left || event->position().x() > box.left + box.width) continue;
        emit callChosen(evidence_->outputs.empty() ? evidence_->calls[box.item].id
                                                   : evidence_->outputs[box.item].call);
        return;
    }
}

}  // namespace weir::views
