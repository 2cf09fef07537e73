// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "latency/latency_data.h"
#include "latency/latency_plot.h"
#include "latency/latency_rows_model.h"
#include "session/session.h"

#include <QTimer>
#include <QWidget>

class QLabel;

namespace weir::views {

class DataTable;
class HistogramPane;

/// How long events waited and calls ran: a heat map over time, percentiles, where the time went, and a
/// comparison of functions, partitions or instances.
class LatencyView : public QWidget {
    Q_OBJECT
  public:
    explicit LatencyView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    /// A replay's cursor: figures end there. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    void setMeasure(LatencyMeasure measure);
    void setBy(LatencyBy by);
    /// Picture (.png, .pdf) or data (.csv), by the suffix.
    Status save(const QString& path);
    [[nodiscard]] const LatencyRowsModel* model() const { return model_; }
    [[nodiscard]] DataTable* table() const { return table_; }
    [[nodiscard]] LatencyPlot* plot() const { return plot_; }
    [[nodiscard]] const LatencyPicture* picture() const { return picture_.get(); }
    /// For the inspector: the distribution of what is in view, or of the column chosen.
    [[nodiscard]] QWidget* detail() const;

  signals:
    void failed(const weir::Error& error);

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    struct Answer {
        Result<LatencyPicture> picture;
        Result<std::vector<LatencyRow>> rows;
        std::vector<ColdMark> cold;
    };
    void later();
    void ask();
    void take(Answer answer);
    void updateTitle();
    void updateDetail(int column);
    void rowChosen(const QModelIndex& index);
    [[nodiscard]] LatencyQuestion question() const;
    [[nodiscard]] QString subject() const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    LatencyPlot* plot_;
    LatencyRowsModel* model_;
    DataTable* table_;
    QLabel* title_;
    HistogramPane* detail_;
    LatencyMeasure measure_ = LatencyMeasure::Total;
    LatencyBy by_ = LatencyBy::Function;
    QTimer ask_timer_;
    std::uint64_t generation_ = 0;
    std::optional<TimeNs> until_;
    std::int64_t every_ = 1;  ///< of calls that a filter lets through, so many count for one
    bool asking_ = false, stale_ = true, choosing_ = false;
    std::shared_ptr<const LatencyPicture> picture_;
};

/// What stands at the right of the selection while Latency is in front.
class LatencyTools : public QWidget {
    Q_OBJECT
  public:
    explicit LatencyTools(LatencyView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
