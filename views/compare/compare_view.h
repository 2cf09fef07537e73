// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/compare_engine.h"
#include "session/session.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QGridLayout;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedLayout;
class QTreeView;

namespace weir::views {

class ThemedLabel;
class CompareDetail;
class CompareFieldsModel;
class CompareTable;
class DataTable;
class PaneTitle;

/// The session and another one side by side: what the same events caused in each, and how long it took.
class CompareView : public QWidget {
    Q_OBJECT
  public:
    explicit CompareView(QWidget* parent = nullptr);

    void setSession(Session* session);
    /// Asks for the other session's file.
    void choose();
    void compareWith(const QString& path);
    /// With the session whose events this one runs again, as soon as it has ended.
    void compareWithParent();
    /// A becomes B.
    void swap();
    void cancel();

    [[nodiscard]] const compare::Comparison* comparison() const { return comparison_.get(); }
    [[nodiscard]] bool running() const { return engine_->running(); }
    [[nodiscard]] QString other() const { return other_; }
    /// What stands there instead of a comparison, or above it.
    [[nodiscard]] QString words() const;
    [[nodiscard]] CompareTable* outputs() const { return outputs_; }
    [[nodiscard]] CompareTable* orderTable() const { return order_; }
    [[nodiscard]] CompareTable* times() const { return times_; }
    [[nodiscard]] CompareTable* examples() const { return examples_; }
    [[nodiscard]] CompareFieldsModel* fields() const { return fields_; }
    [[nodiscard]] DataTable* examplesTable() const { return examples_table_; }
    /// The chosen output, for the inspector.
    [[nodiscard]] QWidget* detail() const;
    [[nodiscard]] CompareDetail* outputDetail() const { return detail_; }

  signals:
    void failed(const weir::Error& error);
    /// An event of the session on the screen.
    void eventWanted(const weir::compare::Place& place);

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* buildStart();
    QWidget* buildBusy();
    QWidget* buildResult();
    QWidget* buildHead();
    void start();
    void take(const std::shared_ptr<const compare::Comparison>& comparison);
    void askParent();
    void updateStart();
    void updateHead();
    void showElapsed();
    void matchFunctions();
    void chooseExample(int row);
    void fitSections();
    /// Which of the two is the session on the screen.
    [[nodiscard]] std::size_t side() const { return swapped_ ? 1 : 0; }

    QPointer<Session> session_;
    CompareEngine* engine_;
    QString other_;
    QString parent_;  ///< the session whose events this one ran again, when its file lies beside; else empty
    bool with_parent_ = false;  ///< compareWithParent() waits for the end, or for the answer where it is
    bool swapped_ = false;      ///< the session on the screen is B
    std::map<std::string, std::string> functions_;
    std::shared_ptr<const compare::Comparison> comparison_;
    QElapsedTimer since_;
    QTimer elapsed_timer_;

    CompareTable *outputs_, *order_, *times_, *examples_;
    CompareFieldsModel* fields_;
    CompareDetail* detail_;
    QStackedLayout* pages_;
    QLabel *start_words_, *busy_words_, *busy_time_;
    QPushButton *choose_, *from_parent_;
    QWidget* recent_;
    QGridLayout* recent_rows_;
    ThemedLabel* glyph_;
    QLabel *verdict_, *details_, *alone_;
    QLabel *letters_[2], *names_[2], *facts_[2];
    QPushButton* match_;
    QSplitter* sections_;
    PaneTitle *outputs_title_, *order_title_, *times_title_, *fields_title_, *examples_title_;
    DataTable *outputs_table_, *order_table_, *times_table_, *examples_table_;
    QTreeView* fields_table_;
    QWidget* fields_pane_;
};

}  // namespace weir::views
