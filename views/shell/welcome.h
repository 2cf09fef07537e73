// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"
#include "flow/flow.h"
#include "format/format.h"
#include "shell/recent_sessions.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace weir::views {

/// What one sees without a session: what can be done, the latest sessions, the known clusters.
class Welcome : public QWidget {
    Q_OBJECT
  public:
    explicit Welcome(QWidget* parent = nullptr);

    /// Reads sessions and clusters again.
    void refresh();
    [[nodiscard]] QTableWidget* recentTable() const { return recent_; }
    [[nodiscard]] QTableWidget* clusterTable() const { return clusters_; }

  signals:
    void connectWanted();
    void openWanted();
    void demoWanted(weir::flow::Order order);
    void flowWanted();
    void sessionWanted(const QString& path);
    void clusterWanted(const QString& profile_id);

  private:
    void fillRecent();
    void fillClusters();

    Clock clock_;
    QLabel *recent_head_, *clusters_head_, *first_time_;
    QTableWidget *recent_, *clusters_;
};

}  // namespace weir::views
