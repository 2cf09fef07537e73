// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <QObject>

#include <optional>
#include <utility>

namespace weir::views {

/// A partition of a topic, as a choice.
struct PlaceChoice {
    TopicId topic;
    std::int32_t partition = 0;
    bool operator==(const PlaceChoice&) const = default;
};

/// What the user has chosen; one for all views.
class Selection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    [[nodiscard]] EventId event() const { return event_; }
    [[nodiscard]] InvocationId call() const { return call_; }
    [[nodiscard]] FunctionId function() const { return function_; }
    [[nodiscard]] const std::optional<PlaceChoice>& place() const { return place_; }
    [[nodiscard]] const std::optional<std::pair<TimeNs, TimeNs>>& view() const { return view_; }

    void chooseEvent(EventId event);
    void chooseCall(InvocationId call);
    /// Both at once: an event and the call that delivered it.
    void choose(EventId event, InvocationId call);
    void choosePlace(std::optional<PlaceChoice> place);
    void chooseFunction(FunctionId function);
    /// The stretch of time that the canvas shows; nothing: all of the session.
    void showTime(std::optional<std::pair<TimeNs, TimeNs>> range);
    /// Esc: takes back the last choice. False when there is none.
    bool clearLast();
    void clear();

  signals:
    void changed();
    void timeChanged();

  private:
    EventId event_;
    InvocationId call_;
    FunctionId function_;
    std::optional<PlaceChoice> place_;
    std::optional<std::pair<TimeNs, TimeNs>> view_;
};

}  // namespace weir::views
