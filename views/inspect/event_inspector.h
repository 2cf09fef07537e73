// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspect/inspector_frame.h"
#include "session/selection.h"
#include "session/session.h"

class QPushButton;

namespace weir::views {

class FactsGrid;
class Section;
class ValuePart;

/// One event: its deliveries, its value, its CloudEvents attributes, its headers.
class EventInspector : public InspectorFrame {
    Q_OBJECT
  public:
    explicit EventInspector(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void showEvent(EventId event);
    using InspectorFrame::showEvent;

    /// The latest call that delivered the event shown.
    [[nodiscard]] InvocationId latestCall() const { return call_; }
    [[nodiscard]] ValuePart* valuePart() const { return value_; }

  signals:
    void callWanted(weir::InvocationId call);
    void lineageWanted();
    void shown();

  private:
    struct Answer {
        Result<journal::EventDetail> event;
        std::vector<journal::DeliveryRow> deliveries;
        std::vector<journal::OutputRow> outputs;
    };
    static Answer read(journal::SessionReader& reader, EventId id);
    void take(EventId id, Answer answer);
    void showDeliveries(const Answer& answer);
    void copyValue() const;
    void copyCommand() const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    EventId wanted_;
    journal::EventDetail event_;
    QWidget* deliveries_;
    Section* deliveries_section_;
    ValuePart* value_;
    Section* value_section_;
    FactsGrid* outputs_;
    Section* outputs_section_;
    FactsGrid* cloud_;
    Section* cloud_section_;
    FactsGrid* headers_;
    Section* headers_section_;
    FactsGrid* record_;
    QPushButton *lanes_, *lineage_;
    InvocationId call_;
};

}  // namespace weir::views
