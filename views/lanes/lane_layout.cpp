// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lane_layout.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace weir::views {
namespace {

constexpr int kHead = 24;
constexpr int kFoldedHead = 34;
constexpr int kCompactFrom = 64;

/// Builds rows from top to bottom.
class Builder {
  public:
    Builder(const Catalog& catalog, const LaneStore& store, const QSet<QString>& folded, LaneRows shown)
        : catalog_(catalog), store_(store), folded_(folded), shown_(shown) {
        for (const Lane& lane : store.lanes()) {
            if (lane.key.instance) {
                instances_[lane.key.function].insert(lane.key.instance);
            } else {
                partitions_[{lane.key.trigger, lane.key.function}].insert(
                    {lane.key.topic, lane.key.partition});
            }
        }
        for (const auto& instance : catalog.instances) instances_[instance.function].insert(instance.id);
        for (const auto& trigger : catalog.triggers) {
            auto& places = partitions_[{trigger.id, trigger.function}];
            for (const TopicId topic : trigger.topics) {
                const auto* row = catalog.topic(topic);
                for (std::int32_t p = 0; row != nullptr && p < row->partitions; ++p)
                    places.insert({topic, p});
            }
        }
        if (shown_ == LaneRows::Instances) partitions_.clear();
        std::size_t lanes = 0;
        for (const auto& [group, places] : partitions_) lanes += places.size();
        for (const auto& [function, members] : instances_) lanes += members.size();
        layout_.compact = lanes > kCompactFrom;
    }

    LaneLayout build() {
        std::set<FunctionId> done;
        for (const auto& [group, places] : partitions_) addTrigger(group.first, group.second, places);
        // The instances of a function follow the last of its triggers.
        const auto rows = std::move(layout_.rows);
        layout_.rows.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            layout_.rows.push_back(rows[i]);
            const bool ends = i + 1 == rows.size() || rows[i + 1].head();
            if (!ends || laterTriggerOf(rows, i)) continue;
            if (done.insert(rows[i].key.function).second) addInstances(rows[i].key.function);
        }
        for (const auto& [function, members] : instances_) {
            if (done.insert(function).second) addInstances(function);
        }
        if (shown_ == LaneRows::All) addWatched();
        int y = 0;
        for (LaneRow& row : layout_.rows) {
            row.y = y;
            y += row.height;
        }
        layout_.height = y;
        return std::move(layout_);
    }

  private:
    static bool laterTriggerOf(const std::vector<LaneRow>& rows, std::size_t i) {
        return std::any_of(rows.begin() + static_cast<std::ptrdiff_t>(i) + 1, rows.end(),
                           [&](const LaneRow& row) { return row.key.function == rows[i].key.function; });
    }

    bool addHead(LaneRow::Kind kind, const LaneKey& key, std::size_t members) {
        LaneRow head;
        head.kind = kind;
        head.key = key;
        head.members = static_cast<int>(members);
        head.folded = folded_.contains(foldName(head));
        head.height = head.folded ? kFoldedHead : kHead;
        layout_.rows.push_back(head);
        return !head.folded;
    }

    void addLane(LaneRow::Kind kind, const LaneKey& key) {
        const Lane* lane = store_.lane(key);
        const int lines = lane == nullptr ? 1 : lane->rows();
        LaneRow row;
        row.kind = kind;
        row.key = key;
        if (kind == LaneRow::Kind::Watched) {
            row.height = layout_.compact ? 12 : 22;
            row.bar = row.height - 8;
        } else if (layout_.compact) {
            row.bar = lines > 1 ? 4 : 8;
            row.height = 4 + lines * row.bar;
        } else if (kind == LaneRow::Kind::Instance) {
            row.bar = lines > 2 ? 8 : 16;
            row.height = 9 + lines * (row.bar + 2);
        } else {
            row.bar = lines > 3 ? 8 : 16;
            row.ramp = 12;
            row.height = 5 + lines * (row.bar + 2) - 2 + 4 + row.ramp;
        }
        layout_.rows.push_back(row);
    }

    void addTrigger(TriggerId trigger, FunctionId function,
                    const std::set<std::pair<TopicId, std::int32_t>>& places) {
        const LaneKey key{trigger, function, {}, 0, {}};
        if (!addHead(LaneRow::Kind::TriggerHead, key, places.size())) return;
        for (const auto& [topic, partition] : places) {
            addLane(LaneRow::Kind::Partition, {trigger, function, topic, partition, {}});
        }
    }

    void addInstances(FunctionId function) {
        const auto members = instances_.find(function);
        if (members == instances_.end() || members->second.empty()) return;
        if (!addHead(LaneRow::Kind::FunctionHead, {{}, function, {}, 0, {}}, members->second.size())) return;
        for (const InstanceId id : members->second)
            addLane(LaneRow::Kind::Instance, instanceLane(function, id));
    }

    void addWatched() {
        for (const auto& topic : catalog_.topics) {
            const bool arrived = store_.allArrivals().lower_bound({topic.id, 0}) !=
                                 store_.allArrivals().lower_bound({TopicId{topic.id.value + 1}, 0});
            if (!arrived || catalog_.delivered(topic.id)) continue;
            const LaneKey key{{}, {}, topic.id, 0, {}};
            if (!addHead(LaneRow::Kind::TopicHead, key, static_cast<std::size_t>(topic.partitions))) continue;
            for (std::int32_t p = 0; p < topic.partitions; ++p) {
                addLane(LaneRow::Kind::Watched, {{}, {}, topic.id, p, {}});
            }
        }
    }

    const Catalog& catalog_;
    const LaneStore& store_;
    const QSet<QString>& folded_;
    const LaneRows shown_;
    std::map<std::pair<TriggerId, FunctionId>, std::set<std::pair<TopicId, std::int32_t>>> partitions_;
    std::map<FunctionId, std::set<InstanceId>> instances_;
    LaneLayout layout_;
};

}  // namespace

QString foldName(const LaneRow& head) {
    const LaneKey& k = head.key;
    return QStringLiteral("%1/%2/%3/%4")
        .arg(static_cast<int>(head.kind))
        .arg(k.trigger.value)
        .arg(k.function.value)
        .arg(k.topic.value);
}

int LaneLayout::rowAt(int y) const {
    const auto after = std::upper_bound(rows.begin(), rows.end(), y,
                                        [](int value, const LaneRow& row) { return value < row.y; });
    if (after == rows.begin() || y >= height) return -1;
    return static_cast<int>(after - rows.begin()) - 1;
}

int LaneLayout::rowOf(const LaneKey& key) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].head() && rows[i].key == key) return static_cast<int>(i);
    }
    return -1;
}

LaneLayout layOut(const Catalog& catalog, const LaneStore& store, const QSet<QString>& folded,
                  LaneRows shown) {
    return Builder(catalog, store, folded, shown).build();
}

}  // namespace weir::views
