// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/topics_model.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace weir::views {

/// Topics of the cluster to choose from.
class TopicsPage : public QWidget {
    Q_OBJECT
  public:
    explicit TopicsPage(QWidget* parent = nullptr);

    [[nodiscard]] TopicsModel* model() const { return model_; }
    [[nodiscard]] bool listed() const { return listed_; }
    void showLoading();
    void showTopics(std::vector<kafka::TopicInfo> topics);
    void showError(const Error& error);
    /// The cluster was changed: what is listed is of another one.
    void invalidate();

  signals:
    void refreshWanted();

  private:
    void updateLine();

    TopicsModel* model_;
    TopicsFilter* filter_;
    QLineEdit* search_;
    QCheckBox* internal_;
    QTreeView* table_;
    QLabel* line_;
    QPushButton* refresh_;
    bool listed_ = false;
};

}  // namespace weir::views
