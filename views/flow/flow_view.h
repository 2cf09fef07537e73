// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow_edges_model.h"
#include "flow/flow_graph.h"
#include "session/session.h"

#include <QTimer>
#include <QWidget>

namespace weir::views {

class DataTable;
class FlowCanvas;

/// What flows where: the graph, and its deliveries as a table.
class FlowView : public QWidget {
    Q_OBJECT
  public:
    explicit FlowView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void setFindings(std::vector<FindingGroup> findings);
    /// A replay's cursor: figures end there. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    [[nodiscard]] FlowCanvas* canvas() const { return canvas_; }
    [[nodiscard]] DataTable* table() const { return table_; }
    [[nodiscard]] const FlowEdgesModel* model() const { return model_; }
    /// The stretch of time that the figures are about.
    [[nodiscard]] TimeRange range() const;

  signals:
    void lanesWanted();

  private:
    struct OutputAnswer {
        OutputCounts known, shown;
        std::int64_t read = 0;  ///< ids up to here are in `known`
        bool good = false;
    };
    void refresh();
    void askOutputs();
    void rowChosen(const QModelIndex& row);
    void selectionChanged();
    [[nodiscard]] QString caption() const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    FlowCanvas* canvas_;
    FlowEdgesModel* model_;
    DataTable* table_;
    QTimer refresh_timer_;
    OutputCounts known_, shown_;
    std::optional<TimeNs> until_;
    std::int64_t outputs_read_ = 0;
    TimeRange outputs_range_{0, 0};
    bool asking_ = false;
    std::uint64_t generation_ = 0;
    std::vector<FindingGroup> findings_;
};

/// What stands at the right of the selection while Flow is in front.
class FlowTools : public QWidget {
    Q_OBJECT
  public:
    explicit FlowTools(FlowView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
