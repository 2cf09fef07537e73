// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspect/call_inspector.h"
#include "inspect/event_inspector.h"

#include <QDockWidget>

class QLabel;
class QStackedWidget;

namespace weir::views {

class Legend;

/// The dock at the right: the chosen call, the chosen event, or what to do to see one.
class InspectorDock : public QDockWidget {
    Q_OBJECT
  public:
    enum class Subject { Lanes, Call, Event };

    explicit InspectorDock(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    /// What the view in front is about: calls (with the key of the lanes, or without) or events.
    void setSubject(Subject subject);
    /// A page of the view in front, shown while neither call nor event is chosen, or always; nullptr: none.
    void setPage(QWidget* page, bool always = false);
    [[nodiscard]] EventInspector* eventInspector() const { return event_; }
    [[nodiscard]] CallInspector* callInspector() const { return call_; }

  private:
    void refresh();

    Selection* const selection_;
    QPointer<Session> session_;
    Subject subject_ = Subject::Lanes;
    QPointer<QWidget> page_;
    bool always_ = false;  ///< also when something is chosen
    QStackedWidget* pages_;
    QLabel* hint_;
    CallInspector* call_;
    EventInspector* event_;
    Legend* legend_;
    InvocationId shown_call_;
    EventId shown_event_;
};

}  // namespace weir::views
