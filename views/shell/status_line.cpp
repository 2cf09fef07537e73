// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/status_line.h"

#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/themed_label.h"

#include <QLabel>

#include <cmath>

namespace weir::views {
namespace {

enum Look { Quiet, Capturing, Trouble, Stopped };

QString trendWord(double trend, std::int64_t lag) {
    if (lag == 0 || std::abs(trend) < 0.02 * static_cast<double>(lag) + 1) return QObject::tr("steady");
    return trend > 0 ? QObject::tr("rising ↗") : QObject::tr("falling ↘");
}

}  // namespace

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent),
      glyph_(new ThemedLabel),
      state_(new QLabel),
      rate_(new QLabel),
      lag_(new QLabel),
      flight_(new QLabel),
      cold_(new QLabel),
      events_(new QLabel),
      calls_(new QLabel),
      size_(new QLabel),
      zone_(new QLabel) {
    setSizeGripEnabled(false);
    setContentsMargins(6, 0, 6, 0);
    setFixedHeight(24);
    state_->setAccessibleName(tr("State of the capture"));
    for (QLabel* label :
         {static_cast<QLabel*>(glyph_), state_, events_, calls_, rate_, lag_, flight_, cold_}) {
        label->setFont(smallFont());
        label->setContentsMargins(label == glyph_ ? 4 : 2, 0, label == glyph_ ? 0 : 8, 0);
        addWidget(label);
    }
    for (QLabel* label : {size_, zone_}) {
        label->setFont(smallFont());
        label->setForegroundRole(QPalette::PlaceholderText);
        addPermanentWidget(label);
    }
    showNothing();
}

QString StatusLine::stateText() const {
    return state_->text();
}

void StatusLine::setState(int look, const QString& words, const QString& tip) {
    glyph_->setVisible(look != Quiet);
    if (look == Capturing) glyph_->setGlyph(Glyph::Live, 12, [] { return theme().success.text; });
    if (look == Trouble) glyph_->setGlyph(Glyph::Warn, 12, [] { return theme().warn.text; });
    if (look == Stopped) glyph_->setGlyph(Glyph::Failed, 12, [] { return theme().failed.text; });
    state_->setText(words);
    state_->setToolTip(tip);
}

void StatusLine::showRecording(const invoke::RecordingStatus& s, const std::optional<Error>& end) {
    if (end) {
        setState(Stopped, tr("capture stopped: %1").arg(elidedName(text(end->message), fontMetrics(), 460)),
                 errorText(*end));
    } else if (!s.capturing) {
        setState(Stopped, tr("capture stopped: %1").arg(text(s.trouble)), text(s.trouble_hint));
    } else if (!s.trouble.empty()) {
        setState(Trouble, tr("capturing; %1").arg(text(s.trouble)), text(s.trouble_hint));
    } else {
        switch (s.phase) {
            case invoke::RecordingStatus::Phase::Starting:
                setState(Capturing, tr("starting"), {});
                break;
            case invoke::RecordingStatus::Phase::Running:
                setState(Capturing, tr("capturing"), {});
                break;
            case invoke::RecordingStatus::Phase::Draining:
                setState(Capturing, tr("ending in order"), {});
                break;
            case invoke::RecordingStatus::Phase::Ended:
                setState(Quiet, tr("ended"), {});
                break;
        }
    }
    lag_trend_ = 0.8 * lag_trend_ + 0.2 * static_cast<double>(s.lag - last_lag_);
    last_lag_ = s.lag;
    rate_->setText(rateText(s.events_per_second));
    QString lag = tr("lag %1").arg(countText(s.lag));
    if (s.lag > 0) {
        if (s.events_per_second > 0.5) {
            const double seconds = static_cast<double>(s.lag) / s.events_per_second;
            lag += QStringLiteral(", ") + durationText(static_cast<DurationNs>(seconds * 1e9));
        }
        lag += QStringLiteral(", ") + trendWord(lag_trend_, s.lag);
    }
    lag_->setText(lag);
    flight_->setText(tr("%1 in flight").arg(countText(s.in_flight)));
    cold_->setText(countedText(s.cold_starts, tr("%1 cold start"), tr("%1 cold starts")));
    for (QLabel* label : {rate_, lag_, flight_, cold_}) label->show();
}

void StatusLine::showSession(const Session& session) {
    const journal::SessionExtent& extent = session.extent();
    events_->setText(tr("%1 events").arg(countText(extent.events)));
    calls_->setText(tr("%1 calls").arg(countText(extent.invocations)));
    size_->setText(tr("%1 on disk").arg(sizeText(session.catalog().info.file_bytes)));
    zone_->setText(clock_.zoneName(extent.last_at == 0 ? now() : extent.last_at));
    events_->show();
    calls_->show();
    size_->show();
    if (session.live()) return;
    for (QLabel* label : {rate_, lag_}) label->hide();
    const std::int64_t open = session.lanes().openCalls();
    flight_->setText(tr("%1 in flight at the end").arg(countText(open)));
    flight_->setVisible(open > 0);
    cold_->setText(countedText(session.lanes().coldCalls(), tr("%1 cold start"), tr("%1 cold starts")));
    cold_->show();
    if (!session.caughtUp()) {
        setState(Quiet, tr("%1 read").arg(shareText(session.readShare())), {});
    } else if (!session.catalog().info.ended && session.isOpen()) {
        setState(Trouble, tr("not closed"),
                 tr("Another program is still writing it, or its writer was killed."));
    } else {
        setState(Quiet, text(facts::word(session.catalog().info.mode)), {});
    }
}

void StatusLine::showNothing() {
    setState(Quiet, tr("Not connected"), {});
    for (QLabel* label : {rate_, lag_, flight_, cold_, events_, calls_, size_}) label->hide();
    zone_->setText(clock_.zoneName(now()));
}

}  // namespace weir::views
