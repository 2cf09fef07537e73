// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter_bar/event_choice.h"
#include "session/task.h"

#include <QDialog>
#include <QString>
#include <QStringList>

#include <atomic>
#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace weir::views {

/// What the form is filled in with.
struct ExportStart {
    QString session;        ///< file that is exported from
    QString filter;         ///< of the window's filter field
    QString selection;      ///< filterOf() what is chosen
    QStringList functions;  ///< of the session
    QString function;       ///< that is chosen; may be empty
    QString folder;         ///< where the file goes at first
};

/// Asks what of a session is handed over, as what and where, and writes it: a report, or a session of a part.
/// Writing goes on in a thread of its own and can be cancelled; closing the form waits for its end.
class ExportForm : public QDialog {
    Q_OBJECT
  public:
    enum What { Page, Pdf, Json, Tables, Junit, Part };

    explicit ExportForm(ExportStart start, What what = Page, QWidget* parent = nullptr);
    ~ExportForm() override;

    [[nodiscard]] EventChoice* events() const { return events_; }
    [[nodiscard]] QComboBox* whatField() const { return what_; }
    [[nodiscard]] QComboBox* functionField() const { return function_; }
    [[nodiscard]] QLineEdit* fileField() const { return file_; }
    [[nodiscard]] QCheckBox* valuesField() const { return values_; }
    [[nodiscard]] QPushButton* goButton() const { return go_; }
    [[nodiscard]] QPushButton* openButton() const { return open_; }
    /// What will happen, what is missing, what went wrong, or what was written.
    [[nodiscard]] QString words() const;
    [[nodiscard]] bool writing() const { return task_.running(); }

    void reject() override;

  private:
    struct Order;  // what is to be written
    [[nodiscard]] What what() const;
    void whatChosen();
    void browse();
    void refresh();
    void write();
    void written(const Status& status);

    const ExportStart start_;
    QComboBox *what_, *function_;
    EventChoice* events_;
    QLineEdit* file_;
    QCheckBox* values_;
    QLabel* words_;
    QProgressBar* progress_;
    QPushButton *go_, *open_;
    QString written_;  ///< the last file that was
    std::atomic<bool> stop_{false};
    Task task_;
};

}  // namespace weir::views
