// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/lineage.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weir::views {

/// A box of the picture: an event, a call, or several that are folded into one.
struct LineageBox {
    enum class Kind { Event, Call, Folded };
    Kind kind = Kind::Event;
    std::size_t index = 0;             ///< into the lineage's events or calls
    std::vector<std::size_t> members;  ///< of Folded: indexes into events or calls
    bool calls = false;                ///< of Folded: its members are calls
    int column = 0;
    double x = 0, y = 0, width = 0, height = 0;
    bool on_path = false;  ///< led to the event asked for, or came from it
};

struct LineageLine {
    std::size_t from = 0, to = 0;  ///< boxes
    bool on_path = false;
    bool again = false;  ///< delivered again: attempt > 1
    bool named = false;  ///< only a header says so
};

struct LineageColumn {
    int number = 0;  ///< even: events, odd: calls; 0 is the event asked for
    double x = 0, width = 0;
    std::vector<std::string> names;  ///< topics or functions in it
    std::size_t count = 0;           ///< events or calls, folded ones too
    std::optional<TimeNs> at;        ///< the earliest instant known of what stands in it
};

/// Where everything stands, as a value.
struct LineagePicture {
    std::vector<LineageBox> boxes;
    std::vector<LineageLine> lines;
    std::vector<LineageColumn> columns;  ///< from left to right
    double width = 0, height = 0;
};

struct LineageLook {
    std::size_t most_in_column = 6;  ///< more are folded into one box
    std::set<int> unfolded;          ///< columns whose boxes are all shown
    double event_width = 134, call_width = 116, box_height = 46, column_gap = 44, row_gap = 14;
};

/// Columns in the order of the flow, boxes of a column by the middle of what they hang on, the event asked
/// for on the middle line.
[[nodiscard]] LineagePicture layOut(const analysis::Lineage& lineage, const LineageLook& look);

}  // namespace weir::views
