// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/bind.h"
#include "filter/json_value.h"
#include "filter/row.h"

namespace weir::filter {

/// Judges rows one by one. A test on what is absent is false. One thread.
class Evaluator {
  public:
    [[nodiscard]] bool holds(const Bound& bound, const Row& row);
    /// To be called when an event's content changed behind its address.
    void forget() { json_of_ = nullptr; }

  private:
    bool holdsTest(const Bound& bound, const Row& row);
    bool holdsValue(const Test& test, const EventPart& event);

    JsonValue json_;
    const EventPart* json_of_ = nullptr;
};

}  // namespace weir::filter
