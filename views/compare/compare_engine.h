// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"
#include "session/task.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace weir::views {

/// Compares two sessions on a thread of its own. A comparison that is no longer wanted is let go: its answer
/// is dropped, and its thread ends by itself; the destructor waits for it.
/// Threads: UI thread only.
class CompareEngine : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    ~CompareEngine() override;

    /// Takes the place of the one that runs.
    void compare(const QString& a, const QString& b, const compare::Options& options);
    void cancel();
    [[nodiscard]] bool running() const { return wanted_ != 0; }

  signals:
    void finished(const std::shared_ptr<const weir::compare::Comparison>& comparison);
    void failed(const weir::Error& error);
    void runningChanged(bool running);

  private:
    void done(std::uint64_t number, Result<compare::Comparison> result);

    std::uint64_t wanted_ = 0;  ///< number of the one that is waited for, 0: none
    std::uint64_t last_ = 0;
    std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace weir::views
