// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/parse.h"

#include <QDialog>

namespace weir::views {

/// Shows what a flow file would do, or everything that is wrong with it, and asks before it starts: driving
/// invokes functions and may write to the cluster.
class FlowWindow : public QDialog {
    Q_OBJECT
  public:
    FlowWindow(const QString& path, flow::FlowReading reading, QWidget* parent = nullptr);

    [[nodiscard]] bool canRun() const { return reading_.problems.empty(); }
    [[nodiscard]] const flow::Flow& flow() const { return reading_.flow; }
    /// The lines shown: problems with their places, or what will happen.
    [[nodiscard]] QStringList lines() const { return lines_; }

  private:
    void describeProblems();
    void describeFlow();

    flow::FlowReading reading_;
    QStringList lines_;
};

/// The flow in a file; a file that cannot be read is an error of its own.
[[nodiscard]] Result<flow::FlowReading> readFlowFile(const QString& path, const SecretSource& secrets);

}  // namespace weir::views
