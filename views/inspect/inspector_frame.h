// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "events/event_outcome.h"

#include <QScrollArea>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace weir::views {

/// The body of an inspector: a title, a line of buttons, one with the outcome, then parts below each other.
class InspectorFrame : public QScrollArea {
    Q_OBJECT
  public:
    explicit InspectorFrame(QWidget* parent = nullptr);

  protected:
    void setTitle(const QString& title);
    void setOutcome(const EventOutcome& outcome, const QString& more);
    void addButton(QWidget* button);
    void addPart(QWidget* part);
    /// Ends the list of parts.
    void addStretch();
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showOutcome();
    void showTitle();

    QString whole_title_;
    QLabel* title_;  ///< elided
    QLabel* glyph_;
    QLabel* outcome_;
    QHBoxLayout* buttons_;
    QVBoxLayout* parts_;
    EventOutcome shown_;
    QString more_;
};

}  // namespace weir::views
