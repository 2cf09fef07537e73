// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/complete.h"
#include "filter/filter.h"

#include <QLineEdit>
#include <QTimer>

#include <optional>

class QFrame;
class QLabel;
class QListWidget;

namespace weir::views {

/// The one filter field: completes while one types, marks an error under its character, remembers what was
/// used. What holds is applied a moment after the last key, or at Enter.
class FilterField : public QLineEdit {
    Q_OBJECT
  public:
    explicit FilterField(QWidget* parent = nullptr);

    void setData(filter::CompletionData data);
    /// The filter in force; unchanged while what stands in the field is no filter.
    [[nodiscard]] const filter::Filter& filter() const { return filter_; }
    [[nodiscard]] const std::optional<filter::ParseError>& error() const { return error_; }
    [[nodiscard]] QListWidget* candidates() const { return list_; }
    [[nodiscard]] bool popupShown() const;
    /// Puts a text in and applies it.
    void setFilterText(const QString& text);

  signals:
    void filterChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void typed();
    void apply();
    void complete();
    void placePopup();
    void accept(int row);
    void hidePopup();
    void showMenu();
    [[nodiscard]] int xOf(int position) const;

    filter::CompletionData data_;
    filter::Filter filter_;
    std::optional<filter::ParseError> error_;
    filter::Completion completion_;
    QFrame* popup_;
    QListWidget* list_;
    QLabel* words_;
    QTimer apply_timer_;
    int history_ = -1;
    QString typed_before_;
};

}  // namespace weir::views
