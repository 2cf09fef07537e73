// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/lane_store.h"
#include "session/catalog.h"

#include <QSet>
#include <QString>

#include <vector>

namespace weir::views {

/// A row of the Lanes canvas, from top to bottom.
struct LaneRow {
    enum class Kind {
        TriggerHead,  ///< `bids → validate-bid`
        Partition,
        FunctionHead,  ///< instances of a function
        Instance,
        TopicHead,  ///< a topic that is recorded and triggers nothing
        Watched,    ///< a partition of such a topic
    };
    Kind kind = Kind::TriggerHead;
    LaneKey key;  ///< of a lane; of a head: what it is about
    int y = 0, height = 0;
    int bar = 16;         ///< height of a bar
    int ramp = 0;         ///< height of the backlog ramp
    bool folded = false;  ///< a head whose lanes are not shown
    int members = 0;      ///< lanes below a head

    [[nodiscard]] bool head() const {
        return kind == Kind::TriggerHead || kind == Kind::FunctionHead || kind == Kind::TopicHead;
    }
};

/// Names a head for folding: stable while ids are.
[[nodiscard]] QString foldName(const LaneRow& head);

/// Which lanes a canvas shows.
enum class LaneRows { All, Instances };

struct LaneLayout {
    std::vector<LaneRow> rows;
    int height = 0;
    bool compact = false;  ///< many lanes: low rows without a second line

    /// Index of the row at that y, −1 for none.
    [[nodiscard]] int rowAt(int y) const;
    [[nodiscard]] int rowOf(const LaneKey& key) const;
};

[[nodiscard]] LaneLayout layOut(const Catalog& catalog, const LaneStore& store, const QSet<QString>& folded,
                                LaneRows shown = LaneRows::All);

}  // namespace weir::views
