// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "instances/instances_model.h"
#include "session/selection.h"
#include "session/session.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;

namespace weir::views {

class ConcurrencyChart;
class DataTable;
class LanesCanvas;

/// Instances over time: how many ran against the limit, each one's init and calls, and what every cold start
/// cost.
class InstancesView : public QWidget {
    Q_OBJECT
  public:
    explicit InstancesView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void setFollowing(bool follow);
    /// A replay's cursor: everything as it was then. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    [[nodiscard]] const InstancesModel* model() const { return model_; }
    [[nodiscard]] DataTable* table() const { return table_; }
    [[nodiscard]] LanesCanvas* canvas() const { return canvas_; }
    [[nodiscard]] ConcurrencyChart* chart() const { return chart_; }

  signals:
    void failed(const weir::Error& error);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void later();
    void refresh();
    void askColdStarts();
    void updateChart();
    void rowChosen(const QModelIndex& index);

    QPointer<Session> session_;
    Selection* const selection_;
    ConcurrencyChart* chart_;
    LanesCanvas* canvas_;
    InstancesModel* model_;
    DataTable* table_;
    QLabel* empty_;
    QStackedWidget* pages_;
    QTimer timer_, chart_timer_;
    std::map<InstanceId, journal::ColdStart> cold_;
    std::optional<TimeNs> until_;
    std::uint64_t generation_ = 0;
    bool asking_ = false, stale_ = true, choosing_ = false;
};

}  // namespace weir::views
