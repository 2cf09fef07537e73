// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "events/json_tree.h"
#include "journal/session_reader.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;
class QStackedWidget;
class QTreeView;

namespace weir::views {

/// An event's value as a JSON tree, as text or as hex.
class ValuePart : public QWidget {
    Q_OBJECT
  public:
    explicit ValuePart(QWidget* parent = nullptr);

    void setEvent(const journal::EventDetail& event);
    /// `JSON, 164 bytes`.
    [[nodiscard]] QString detail() const { return detail_; }
    [[nodiscard]] QComboBox* chooser() const { return chooser_; }
    [[nodiscard]] JsonTreeModel* model() const { return model_; }

  private:
    void showForm();

    journal::EventDetail event_;
    QString detail_;
    bool json_ = false;
    JsonTreeModel* model_;
    QTreeView* tree_;
    QPlainTextEdit* plain_;
    QStackedWidget* forms_;
    QComboBox* chooser_;
};

}  // namespace weir::views
