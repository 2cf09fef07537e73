// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/recording.h"
#include "session/session.h"

#include <QStatusBar>

#include <optional>

class QLabel;

namespace weir::views {

class ThemedLabel;

/// The bottom line: what is captured, how fast, how far behind, how large the file is.
class StatusLine : public QStatusBar {
    Q_OBJECT
  public:
    explicit StatusLine(QWidget* parent = nullptr);

    /// A recording runs, or has just ended with `end`.
    void showRecording(const invoke::RecordingStatus& status, const std::optional<Error>& end);
    void showSession(const Session& session);
    void showNothing();
    [[nodiscard]] QString stateText() const;

  private:
    void setState(int look, const QString& words, const QString& tip);

    Clock clock_;
    ThemedLabel* glyph_;
    QLabel *state_, *rate_, *lag_, *flight_, *cold_, *events_, *calls_, *size_, *zone_;
    std::int64_t last_lag_ = 0;
    double lag_trend_ = 0;
};

}  // namespace weir::views
