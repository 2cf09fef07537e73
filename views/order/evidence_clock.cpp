// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/hatch.h"
#include "lanes/time_scale.h"
#include "order/order_picture.h"
#include "order/together.h"
#include "theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace weir::views {
namespace {

namespace order = analysis::order;
using Role = order::EvidenceCall::Role;

constexpr int kGutter = 150, kPad = 14, kAxis = 22, kRow = 28, kBar = 18, kFoot = 26;
constexpr std::size_t kMostRows = 6;

}  // namespace

EvidenceClock::EvidenceClock(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("The calls on a common clock"));
}

QSize EvidenceClock::sizeHint() const {
    const int count = evidence_ ? static_cast<int>(rows().size()) : 2;
    return {480, kAxis + std::max(1, count) * kRow + kFoot};
}

void EvidenceClock::show(std::shared_ptr<const order::Evidence> evidence,
                         std::shared_ptr<const Catalog> names, std::set<InvocationId> cold) {
    evidence_ = std::move(evidence);
    names_ = std::move(names);
    cold_ = std::move(cold);
    updateGeometry();
    update();
}

/// The calls that matter, by start: the broken and the overtaking ones, others where there is room.
std::vector<std::size_t> EvidenceClock::rows() const {
    std::vector<std::size_t> chosen;
    for (const bool around : {false, true}) {
        for (std::size_t i = 0; i < evidence_->calls.size() && chosen.size() < kMostRows; ++i) {
            if ((evidence_->calls[i].role == Role::Around) == around) chosen.push_back(i);
        }
    }
    std::sort(chosen.begin(), chosen.end(), [this](std::size_t a, std::size_t b) {
        return std::pair(evidence_->calls[a].start, evidence_->calls[a].id) <
               std::pair(evidence_->calls[b].start, evidence_->calls[b].id);
    });
    return chosen;
}

std::pair<TimeNs, TimeNs> EvidenceClock::range() const {
    TimeNs from = 0;
    TimeNs to = 0;
    for (const std::size_t i : rows()) {
        const order::EvidenceCall& c = evidence_->calls[i];
        if (from == 0 || c.start < from) from = c.start;
        to = std::max(to, c.end.value_or(c.start));
    }
    const DurationNs margin = std::max<DurationNs>(1'000, (to - from) / 16);
    return {from - margin, to + margin};
}

double EvidenceClock::xOf(TimeNs at) const {
    const auto [from, to] = range();
    const double share =
        static_cast<double>(at - from) / static_cast<double>(std::max<DurationNs>(1, to - from));
    return kGutter + share * (width() - kGutter - kPad);
}

void EvidenceClock::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const Theme& t = theme();
    p.fillRect(rect(), QColor(t.canvas));
    if (!evidence_ || evidence_->calls.empty()) return;
    const auto chosen = rows();
    const auto [from, to] = range();
    const int bottom = kAxis + static_cast<int>(chosen.size()) * kRow;
    const Hatches hatches(t, devicePixelRatioF());

    const TimeScale scale(from, static_cast<double>(to - from) / std::max(1, width() - kGutter - kPad),
                          std::max(1, width() - kGutter - kPad));
    const AxisTicks ticks = axisTicks(scale, 110, clock_.offset(from));
    p.setFont(smallMonoFont());
    bool full = true;
    for (const TimeNs at : ticks.at) {
        const int x = static_cast<int>(xOf(at));
        p.setPen(QColor(t.line));
        p.drawLine(x, kAxis, x, bottom);
        p.setPen(QColor(t.text2));
        p.drawText(QRect(x - 70, 2, 140, kAxis - 4), Qt::AlignCenter, clock_.axisTime(at, ticks.step, full));
        full = false;
    }
    for (const order::EvidenceAssignment& a : evidence_->assignments) {
        if (a.at < from || a.at > to) continue;
        const int x = static_cast<int>(xOf(a.at));
        p.setPen(QPen(QColor(t.line_strong), 2));
        p.drawLine(x, kAxis, x, bottom);
        p.setFont(smallFont());
        p.setPen(QColor(t.text2));
        p.drawText(QRect(x + 4, bottom + 4, 160, 16), Qt::AlignLeft | Qt::AlignVCenter,
                   QStringLiteral("%1, %2").arg(QString::fromLatin1(facts::word(a.state)),
                                                tr("epoch %1").arg(a.epoch)));
    }
    const order::EvidenceCall* broken = nullptr;
    const order::EvidenceCall* against = nullptr;
    int row = 0;
    for (const std::size_t i : chosen) {
        const order::EvidenceCall& c = evidence_->calls[i];
        const int top = kAxis + row++ * kRow + (kRow - kBar) / 2;
        const QFontMetrics names(smallFont());
        p.setFont(smallFont());
        p.setPen(QColor(t.text));
        const QString instance = c.instance ? names_->instanceName(c.instance) : callText(c.id.value);
        p.drawText(QRect(kPad, top, 86, kBar), Qt::AlignVCenter | Qt::AlignLeft,
                   elidedName(instance, names, 86));
        p.setPen(QColor(t.text2));
        p.drawText(QRect(kPad + 90, top, kGutter - kPad - 94, kBar), Qt::AlignVCenter | Qt::AlignLeft,
                   c.attempt > 1 ? tr("try %1").arg(c.attempt)
                   : c.epoch > 0 ? tr("epoch %1").arg(c.epoch)
                                 : QString());
        const double left = xOf(c.start);
        const double right = std::max(left + 3, xOf(c.end.value_or(to)));
        const QRectF bar(left, top, right - left, kBar);
        const bool failed =
            c.outcome && *c.outcome != facts::Outcome::Success && *c.outcome != facts::Outcome::Partial;
        const Tone& tone = c.role == Role::Broken ? t.broken : failed ? t.failed : t.success;
        if (c.role == Role::Broken) {
            p.fillRect(bar, QColor(t.success.fill));
            p.setPen(QPen(QColor(t.broken.fill), 2));
            p.drawRect(bar.adjusted(1, 1, -1, -1));
            broken = broken == nullptr ? &c : broken;
        } else {
            p.fillRect(bar, failed ? hatches.failed() : QBrush(QColor(tone.fill)));
            if (c.role == Role::Against && against == nullptr) against = &c;
        }
        double free = bar.left();  // of the bar, after its cold start
        if (cold_.contains(c.id)) {
            const auto* instance_row = names_->instance(c.instance);
            const TimeNs ready =
                instance_row != nullptr && instance_row->ready ? *instance_row->ready : c.end.value_or(to);
            const QRectF init(bar.left(), bar.top(),
                              std::clamp(xOf(ready) - bar.left(), std::min(3.0, bar.width()), bar.width()),
                              kBar);
            p.fillRect(init, QColor(t.canvas));
            p.setBrushOrigin(init.topLeft());
            p.fillRect(init, hatches.cold());
            p.setPen(QColor(c.role == Role::Broken ? t.broken.fill : t.cold.fill));
            p.drawRect(init.adjusted(0, 0, -1, -1));
            free = init.right();
        }
        p.setFont(smallMonoFont());
        const QString words =
            QStringLiteral("%1  %2").arg(callText(c.id.value), offsetsText(c.first, c.last));
        const QFontMetrics mono(smallMonoFont());
        const double wide = mono.horizontalAdvance(words);
        if (wide + 12 <= bar.right() - free) {
            p.setPen(QColor(t.success.label));
            p.drawText(QRectF(free + 6, bar.top(), wide + 1, kBar), Qt::AlignVCenter | Qt::AlignLeft, words);
        } else {
            // A narrow bar has its number beside it, on the side where there is room.
            const bool after = bar.right() + 8 + wide <= width() - 2;
            const QRectF beside(after ? bar.right() + 5 : bar.left() - 5 - wide, bar.top(), wide + 1, kBar);
            p.fillRect(beside.adjusted(-2, 1, 2, -1), QColor(t.canvas));
            p.setPen(QColor(c.role == Role::Broken ? t.broken.text : t.text));
            p.drawText(beside, Qt::AlignVCenter | Qt::AlignLeft, words);
        }
    }
    // How far behind, or for how long at once.
    std::optional<std::pair<TimeNs, TimeNs>> span;
    const bool overlap = evidence_->finding.kind == order::Kind::Overlap;
    if (overlap) {
        const Together both = togetherOf(*evidence_);
        if (both.time()) span = {*both.from, *both.to};
    } else if (broken != nullptr && against != nullptr && broken->end && against->end &&
               *broken->end > *against->end) {
        span = {*against->end, *broken->end};
    }
    if (span) {
        const Tone& tone = overlap ? t.warn : t.broken;
        const int y = bottom + 12;
        const double left = xOf(span->first);
        const double right = xOf(span->second);
        p.setPen(QPen(QColor(tone.fill), 1, Qt::DashLine));
        p.drawLine(QPointF(left, kAxis), QPointF(left, y + 4));
        p.drawLine(QPointF(right, kAxis), QPointF(right, y + 4));
        p.setPen(QPen(QColor(tone.fill), 1));
        p.drawLine(QPointF(left, y), QPointF(right, y));
        p.setFont(smallFont());
        const QString length = durationText(span->second - span->first);
        const QString words = overlap ? tr("%1 at once").arg(length) : length;
        const int wide = QFontMetrics(smallFont()).horizontalAdvance(words) + 10;
        const QRectF ground((left + right) / 2 - wide / 2.0, y - 8, wide, 16);
        p.fillRect(ground, QColor(t.canvas));
        p.setPen(QColor(tone.text));
        p.drawText(ground, Qt::AlignCenter, words);
    }
}

void EvidenceClock::mousePressEvent(QMouseEvent* event) {
    if (!evidence_ || event->button() != Qt::LeftButton) return;
    const int row = (static_cast<int>(event->position().y()) - kAxis) / kRow;
    const auto chosen = rows();
    if (event->position().y() < kAxis || row >= static_cast<int>(chosen.size())) return;
    emit callChosen(evidence_->calls[chosen[static_cast<std::size_t>(row)]].id);
}

}  // namespace weir::views
