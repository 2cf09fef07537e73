// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/rollup.h"
#include "lanes/lane_store.h"
#include "session/as_of.h"

#include <QAbstractTableModel>

#include <map>
#include <optional>
#include <vector>

namespace weir::views {

/// One instance with its start and what waited for it.
struct InstanceEntry {
    journal::InstanceRow row;
    QString name, function;
    int memory_mb = 0;
    std::int64_t calls = 0;
    double busy = 0;  ///< share of its life
    std::optional<journal::ColdStart> cold;
    RowTime time = RowTime::Past;
    TimeNs latest = 0;  ///< when something last happened to it: its start, its end, a call's start or end
    [[nodiscard]] std::optional<DurationNs> init() const {
        return row.ready ? std::optional(*row.ready - row.started) : std::nullopt;
    }
};

/// The entry as it was at that instant; `lane` are its calls, null: none.
void setBack(InstanceEntry& entry, TimeNs at, const LaneStore& store, const Lane* lane);
/// Marks the entry that something happened to last.
void markNewest(std::vector<InstanceEntry>& entries);

/// Instances, a row each: life, use, and the backlog that their start caused. Sorted by any column.
class InstancesModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        Instance,
        Function,
        Started,
        Init,
        Calls,
        Busy,
        WaitingBefore,
        WaitingAfter,
        AddedMost,
        WorkedOff,
        Memory,
        End,
        Columns
    };
    enum Role { ToneRole = Qt::UserRole + 1, TimeRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<InstanceEntry> entries);
    [[nodiscard]] const InstanceEntry* entry(int row) const;
    [[nodiscard]] int rowOf(InstanceId id) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

  private:
    void sortEntries();
    [[nodiscard]] QString words(const InstanceEntry& entry, int column) const;

    std::vector<InstanceEntry> entries_;
    int sort_column_ = Started;
    Qt::SortOrder sort_order_ = Qt::AscendingOrder;
    Clock clock_;
};

}  // namespace weir::views
