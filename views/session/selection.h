// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <QElapsedTimer>
#include <QObject>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::views {

/// A partition of a topic, or all of the topic, as a choice.
struct PlaceChoice {
    static constexpr std::int32_t kAll = -1;
    TopicId topic;
    std::int32_t partition = 0;  ///< kAll: every partition
    bool operator==(const PlaceChoice&) const = default;

    [[nodiscard]] bool holds(TopicId t, std::int32_t p) const {
        return t == topic && (partition == kAll || partition == p);
    }
};

/// A stretch of time, both ends included.
using TimeRange = std::pair<TimeNs, TimeNs>;

/// Everything that can be chosen, as a value.
struct Choice {
    std::optional<TimeRange> time;  ///< nothing: all of the session
    std::optional<PlaceChoice> place;
    FunctionId function;
    InstanceId instance;
    std::optional<std::string> key;  ///< bytes
    EventId event;
    InvocationId call;
    std::int64_t finding = 0;  ///< its row in the session; 0: none

    bool operator==(const Choice&) const = default;
};

/// What the user has chosen; one for all views, with the way back.
/// Threads: UI thread only.
class Selection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    [[nodiscard]] const Choice& choice() const { return now_; }
    [[nodiscard]] EventId event() const { return now_.event; }
    [[nodiscard]] InvocationId call() const { return now_.call; }
    [[nodiscard]] FunctionId function() const { return now_.function; }
    [[nodiscard]] InstanceId instance() const { return now_.instance; }
    [[nodiscard]] std::int64_t finding() const { return now_.finding; }
    [[nodiscard]] const std::optional<std::string>& key() const { return now_.key; }
    [[nodiscard]] const std::optional<PlaceChoice>& place() const { return now_.place; }
    [[nodiscard]] const std::optional<TimeRange>& view() const { return now_.time; }

    void chooseEvent(EventId event);
    void chooseCall(InvocationId call);
    /// Both at once: an event and the call that delivered it.
    void choose(EventId event, InvocationId call);
    /// As choose(), but no step of its own on the way back: what a view found out about the last choice.
    void complete(EventId event, InvocationId call);
    void choosePlace(std::optional<PlaceChoice> place);
    void chooseFunction(FunctionId function);
    void chooseInstance(InstanceId instance);
    void chooseKey(std::optional<std::string> key);
    void chooseFinding(std::int64_t finding);
    /// The stretch of time that the views show; nothing: all of the session.
    void showTime(std::optional<TimeRange> range);
    /// Several at once.
    void set(const Choice& choice);
    /// Esc: takes back the last choice. False when there is none.
    bool clearLast();
    /// Nothing is chosen and there is no way back: another session.
    void clear();

    [[nodiscard]] bool canGoBack() const { return !past_.empty(); }
    [[nodiscard]] bool canGoForward() const { return !future_.empty(); }
    void back();
    void forward();

  signals:
    void changed();
    void timeChanged();
    /// The way back or forward opened or closed.
    void historyChanged();

  private:
    void apply(const Choice& next);
    void remember(bool only_time);

    Choice now_;
    std::vector<Choice> past_, future_;
    QElapsedTimer since_time_;  ///< since the last change of the time alone: panning is one step
};

}  // namespace weir::views
