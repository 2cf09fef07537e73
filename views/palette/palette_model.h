// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "palette/fuzzy.h"
#include "theme/glyphs.h"

#include <QAbstractListModel>

#include <functional>
#include <optional>

namespace weir::views {

/// Something that the palette can do.
struct Command {
    QString name;
    QString kind;  ///< where it comes from: a menu, `topic`, `function`
    QString key;   ///< its shortcut, as text
    std::optional<Glyph> glyph;
    std::function<void()> run;
};

/// Commands that match what was typed, the best first, at most twelve.
class PaletteModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { KindRole = Qt::UserRole + 1, KeyRole, GlyphRole, PositionsRole };
    static constexpr int kMost = 12;

    using QAbstractListModel::QAbstractListModel;

    void setCommands(QVector<Command> commands);
    /// A command made from the text itself, `bids/3@72990`, stands first.
    void setDirect(std::function<std::optional<Command>(const QString&)> direct) {
        direct_ = std::move(direct);
    }
    void setTyped(const QString& typed);
    [[nodiscard]] const Command* command(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

  private:
    struct Row {
        Command command;
        FuzzyMatch match;
    };
    QVector<Command> all_;
    QVector<Row> rows_;
    std::function<std::optional<Command>(const QString&)> direct_;
};

}  // namespace weir::views
