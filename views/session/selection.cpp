// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/selection.h"

namespace weir::views {

void Selection::chooseEvent(EventId event) {
    choose(event, {});
}
void Selection::chooseCall(InvocationId call) {
    choose({}, call);
}

void Selection::choose(EventId event, InvocationId call) {
    if (event == event_ && call == call_) return;
    event_ = event;
    call_ = call;
    emit changed();
}

void Selection::choosePlace(std::optional<PlaceChoice> place) {
    if (place == place_) return;
    place_ = place;
    if (place) function_ = {};
    emit changed();
}

void Selection::chooseFunction(FunctionId function) {
    if (function == function_) return;
    function_ = function;
    if (function) place_.reset();
    emit changed();
}

void Selection::showTime(std::optional<std::pair<TimeNs, TimeNs>> range) {
    if (range == view_) return;
    view_ = range;
    emit timeChanged();
}

bool Selection::clearLast() {
    if (event_ || call_) {
        choose({}, {});
    } else if (place_) {
        choosePlace(std::nullopt);
    } else if (function_) {
        chooseFunction({});
    } else if (view_) {
        showTime(std::nullopt);
    } else {
        return false;
    }
    return true;
}

void Selection::clear() {
    event_ = {};
    call_ = {};
    function_ = {};
    place_.reset();
    view_.reset();
    emit changed();
    emit timeChanged();
}

}  // namespace weir::views
