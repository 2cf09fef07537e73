// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/selection.h"

namespace weir::views {
namespace {
constexpr std::size_t kMostSteps = 200;
constexpr qint64 kOneGestureMs = 1'000;
}  // namespace

void Selection::apply(const Choice& next) {
    const Choice before = std::exchange(now_, next);
    Choice same_time = before;
    same_time.time = next.time;
    if (!(same_time == next)) emit changed();
    if (before.time != next.time) emit timeChanged();
}

void Selection::remember(bool only_time) {
    const bool same_gesture = only_time && since_time_.isValid() && since_time_.elapsed() < kOneGestureMs;
    if (!same_gesture) {
        past_.push_back(now_);
        if (past_.size() > kMostSteps) past_.erase(past_.begin());
    }
    future_.clear();
    if (only_time) {
        since_time_.start();
    } else {
        since_time_.invalidate();
    }
}

void Selection::set(const Choice& choice) {
    if (choice == now_) return;
    Choice other_time = now_;
    other_time.time = choice.time;
    remember(other_time == choice);
    apply(choice);
    emit historyChanged();
}

void Selection::chooseEvent(EventId event) {
    choose(event, {});
}
void Selection::chooseCall(InvocationId call) {
    choose({}, call);
}

void Selection::choose(EventId event, InvocationId call) {
    Choice next = now_;
    next.event = event;
    next.call = call;
    set(next);
}

void Selection::complete(EventId event, InvocationId call) {
    Choice next = now_;
    next.event = event;
    next.call = call;
    apply(next);
}

void Selection::choosePlace(std::optional<PlaceChoice> place) {
    Choice next = now_;
    next.place = place;
    if (place) next.function = {};
    set(next);
}

void Selection::chooseFunction(FunctionId function) {
    Choice next = now_;
    next.function = function;
    if (function) next.place.reset();
    if (function != now_.function) next.instance = {};
    set(next);
}

void Selection::chooseInstance(InstanceId instance) {
    Choice next = now_;
    next.instance = instance;
    set(next);
}

void Selection::chooseKey(std::optional<std::string> key) {
    Choice next = now_;
    next.key = std::move(key);
    set(next);
}

void Selection::chooseFinding(std::int64_t finding) {
    Choice next = now_;
    next.finding = finding;
    set(next);
}

void Selection::showTime(std::optional<TimeRange> range) {
    Choice next = now_;
    next.time = range;
    set(next);
}

bool Selection::clearLast() {
    Choice next = now_;
    if (next.event || next.call) {
        next.event = {};
        next.call = {};
    } else if (next.finding != 0) {
        next.finding = 0;
    } else if (next.key) {
        next.key.reset();
    } else if (next.instance) {
        next.instance = {};
    } else if (next.place) {
        next.place.reset();
    } else if (next.function) {
        next.function = {};
    } else if (next.time) {
        next.time.reset();
    } else {
        return false;
    }
    set(next);
    return true;
}

void Selection::clear() {
    now_ = {};
    past_.clear();
    future_.clear();
    since_time_.invalidate();
    emit changed();
    emit timeChanged();
    emit historyChanged();
}

void Selection::back() {
    if (past_.empty()) return;
    const Choice to = past_.back();
    past_.pop_back();
    future_.push_back(now_);
    since_time_.invalidate();
    apply(to);
    emit historyChanged();
}

void Selection::forward() {
    if (future_.empty()) return;
    const Choice to = future_.back();
    future_.pop_back();
    past_.push_back(now_);
    since_time_.invalidate();
    apply(to);
    emit historyChanged();
}

}  // namespace weir::views
