// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;
class QHBoxLayout;

namespace weir::views {

/// A part of an inspector with a head that folds it. Remembers by its name whether it is folded.
class Section : public QWidget {
    Q_OBJECT
  public:
    Section(const QString& name, const QString& title, QWidget* content, QWidget* parent = nullptr);

    /// What stands beside the title: a count, a size.
    void setDetail(const QString& detail);
    /// Places a small control at the right of the head.
    void addTool(QWidget* tool);
    void setFolded(bool folded);
    [[nodiscard]] bool folded() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const QString key_;
    QToolButton* head_;
    QLabel* detail_;
    QHBoxLayout* bar_;
    QWidget* content_;
};

}  // namespace weir::views
