// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter_bar/event_choice.h"
#include "flow/parse.h"
#include "replay/redrive/redrive.h"

#include <QDialog>
#include <QString>

#include <functional>
#include <optional>
#include <string>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace weir::views {

/// What the form is filled in with.
struct RedriveStart {
    QString session;    ///< file whose events are run again
    QString filter;     ///< of the window's filter field
    QString selection;  ///< filterOf() what is chosen
    QString function;   ///< of the session, that is chosen; may be empty
    QString new_session;
    QString flow = {};  ///< the file that is offered first; empty: the one of last time
};

/// Asks which events of a session are run again, into which function of which flow file, with which settings
/// and how fast. Outputs go nowhere from here.
class RedriveForm : public QDialog {
    Q_OBJECT
  public:
    using ReadFlow = std::function<Result<flow::FlowReading>(const QString& path)>;

    RedriveForm(RedriveStart start, ReadFlow read_flow, QWidget* parent = nullptr);

    /// Reads the flow file, and offers its functions.
    void setFlowFile(const QString& path);
    /// What the fields say; nothing while something is missing or wrong.
    [[nodiscard]] std::optional<redrive::Plan> plan() const;
    /// What will happen, or what is missing.
    [[nodiscard]] QString consequence() const;

    [[nodiscard]] EventChoice* events() const { return events_; }
    [[nodiscard]] QLineEdit* flowField() const { return flow_path_; }
    [[nodiscard]] QComboBox* functionField() const { return function_; }
    [[nodiscard]] QComboBox* batchesField() const { return batches_; }
    [[nodiscard]] QComboBox* orderField() const { return order_; }
    [[nodiscard]] QSpinBox* batchSizeField() const { return batch_size_; }
    [[nodiscard]] QSpinBox* concurrencyField() const { return concurrency_; }
    [[nodiscard]] QComboBox* paceField() const { return pace_; }
    [[nodiscard]] QPushButton* goButton() const { return go_; }

  private:
    enum Batches { OfFlow, Recorded };
    void browse();
    void refresh();

    const RedriveStart start_;
    const ReadFlow read_flow_;
    std::optional<flow::Flow> flow_;
    QString flow_error_;
    EventChoice* events_;
    QComboBox *function_, *batches_, *order_, *pace_;
    QLineEdit* flow_path_;
    QSpinBox *batch_size_, *concurrency_;
    QLabel* consequence_;
    QPushButton* go_;
};

}  // namespace weir::views
