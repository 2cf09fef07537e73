// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/control.h"

#include <QDialog>

#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace weir::views {

/// What a trigger reads, as a place to go on from.
struct SeekPlaces {
    struct Topic {
        std::string name;
        std::int32_t partitions = 0;
    };
    std::string trigger, group;
    std::vector<Topic> topics;
};

/// What the form is filled in with.
struct SeekStart {
    std::string topic;                      ///< empty: the first
    std::optional<std::int32_t> partition;  ///< nothing: all
    std::optional<std::int64_t> offset;     ///< nothing: the beginning
};

/// Asks from where a trigger goes on, and says what that does to the cluster before it is done.
class SeekForm : public QDialog {
    Q_OBJECT
  public:
    SeekForm(SeekPlaces places, const QString& cluster, const SeekStart& start, QWidget* parent = nullptr);

    /// What the fields say; nothing when the offset is no number.
    [[nodiscard]] std::optional<invoke::control::Seek> command() const;
    [[nodiscard]] QString consequence() const;
    [[nodiscard]] QComboBox* partitionField() const { return partition_; }
    [[nodiscard]] QComboBox* fromField() const { return from_; }
    [[nodiscard]] QLineEdit* offsetField() const { return offset_; }
    [[nodiscard]] QPushButton* goButton() const { return go_; }

  private:
    enum From { Beginning, Offset, End };
    void fillPartitions();
    void refresh();

    const SeekPlaces places_;
    const QString cluster_;
    QComboBox *topic_, *partition_, *from_;
    QLineEdit* offset_;
    QLabel* consequence_;
    QPushButton* go_;
};

}  // namespace weir::views
