// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/cell_delegate.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <optional>
#include <vector>

namespace weir::views {

/// A cell as it is told: words, what they mean, and how they stand.
struct CompareCell {
    QString words;
    CellTone tone = CellTone::Plain;
    bool number = false;  ///< stands at the right
    bool mono = false, bold = false;
    int glyph = -1;  ///< of Glyph, −1: none
    QString tip = {};
    /// From the first session to the second: 0.34 is 34 % more. Drawn as a bar beside the words.
    std::optional<double> change = {};
    bool noise = true;  ///< the change may be chance
};

struct CompareHead {
    QString words;
    bool number = false;
    QString tip = {};
};

/// Rows that were made from a comparison, as a table. Threads: UI thread only.
class CompareTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Role { ToneRole = Qt::UserRole + 1, GlyphRole, ChangeRole, NoiseRole };
    using Row = std::vector<CompareCell>;

    CompareTable(std::vector<CompareHead> head, QObject* parent = nullptr);

    /// Each row has a cell for each head.
    void setRows(std::vector<Row> rows);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    const std::vector<CompareHead> head_;
    std::vector<Row> rows_;
};

}  // namespace weir::views
