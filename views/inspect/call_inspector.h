// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspect/inspector_frame.h"
#include "session/offset_ranges.h"
#include "session/selection.h"
#include "session/session.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace weir::views {

class FactsGrid;
class Section;

/// One call: what ran where, with which events, how it ended and what it wrote.
class CallInspector : public InspectorFrame {
    Q_OBJECT
  public:
    explicit CallInspector(QWidget* parent = nullptr);

    void setSession(Session* session);
    void showCall(InvocationId call);
    /// Asks again: a call in flight may have ended.
    void refresh();
    /// The first event of the call shown, 0 when it is not recorded.
    [[nodiscard]] EventId firstEvent() const { return first_event_; }

  signals:
    void eventWanted(weir::EventId event);
    void shown();

  private:
    struct Answer {
        Result<std::vector<journal::InvocationRow>> calls;
        std::vector<journal::LogRow> logs;
        std::optional<journal::EventRow> first;
        std::vector<OffsetRange> ranges;  ///< empty: what is known of them is in the call
    };
    static Answer read(journal::SessionReader& reader, InvocationId id);
    void take(InvocationId id, Answer answer);
    void showFacts(const journal::InvocationRow& call, const Answer& answer);
    void copy() const;

    QPointer<Session> session_;
    Clock clock_;
    InvocationId wanted_;
    bool open_ = false;
    EventId first_event_;
    FactsGrid* facts_;
    QLabel* error_;
    Section* error_section_;
    QPlainTextEdit* logs_;
    Section* logs_section_;
    QPushButton* events_;
    QString copied_;
};

}  // namespace weir::views
