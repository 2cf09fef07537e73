// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "control/seek_form.h"
#include "control/triggers_model.h"

#include <QDialog>

#include <functional>

class QLabel;
class QPushButton;
class QSpinBox;

namespace weir::views {

class ThemedLabel;
class DataTable;

/// Changes a recording while it runs: pauses, resumes, drains and stops triggers, sets concurrency and batch
/// size, goes on from another offset. Asks before anything that makes calls or moves offsets in a cluster.
class ControlWindow : public QDialog {
    Q_OBJECT
  public:
    using Send = std::function<Status(invoke::control::Command)>;
    /// Asks a question and runs `then` on yes.
    using Ask = std::function<void(const QString& question, const QString& yes, std::function<void()> then)>;

    /// `send` carries a command out.
    explicit ControlWindow(Send send, QWidget* parent = nullptr);

    /// The cluster that is written to, in words.
    void setCluster(const QString& cluster) { cluster_ = cluster; }
    void setPlaces(std::vector<SeekPlaces> places) { places_ = std::move(places); }
    void setTriggers(std::vector<invoke::TriggerStatus> triggers);
    /// The recording has ended: nothing can be changed any more.
    void setOver();
    /// Opens the form for going on from another offset of the trigger, filled in with `start`.
    void showSeek(const std::string& trigger, const SeekStart& start = {});

    [[nodiscard]] const TriggersModel* model() const { return model_; }
    [[nodiscard]] DataTable* table() const { return table_; }
    /// Answers in place of a question box; for tests.
    void setAsk(Ask ask) { ask_ = std::move(ask); }
    [[nodiscard]] QPushButton* pauseButton() const { return pause_; }
    [[nodiscard]] QPushButton* resumeButton() const { return resume_; }
    [[nodiscard]] QPushButton* drainButton() const { return drain_; }
    [[nodiscard]] QPushButton* stopButton() const { return stop_; }
    [[nodiscard]] QPushButton* seekButton() const { return seek_; }
    [[nodiscard]] QPushButton* applyButton() const { return apply_; }
    [[nodiscard]] QSpinBox* concurrencyField() const { return concurrency_; }
    [[nodiscard]] QSpinBox* batchField() const { return batch_; }
    [[nodiscard]] QString shownError() const;

  private:
    void buildButtons();
    void refresh();
    void carryOut(invoke::control::Command command);
    void applyFigures();
    [[nodiscard]] const invoke::TriggerStatus* chosen() const;

    Send send_;
    QString cluster_;
    Ask ask_;
    std::vector<SeekPlaces> places_;
    TriggersModel* model_;
    DataTable* table_;
    QPushButton *pause_, *resume_, *drain_, *stop_, *seek_, *apply_;
    QSpinBox *concurrency_, *batch_;
    QLabel* nothing_;
    ThemedLabel* error_;
    std::string edited_;  ///< the trigger whose figures the fields hold
    bool over_ = false;
};

}  // namespace weir::views
