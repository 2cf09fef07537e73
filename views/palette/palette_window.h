// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "palette/palette_model.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListView;

namespace weir::views {

/// The command palette: type a few letters, press Enter. Stands 80 from the top of its window and closes when
/// it loses the focus.
class PaletteWindow : public QFrame {
    Q_OBJECT
  public:
    explicit PaletteWindow(QWidget* parent);

    /// Shows the commands, with nothing typed.
    void open(QVector<Command> commands, std::function<std::optional<Command>(const QString&)> direct);
    [[nodiscard]] PaletteModel* model() const { return model_; }
    [[nodiscard]] QLineEdit* field() const { return field_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void typed(const QString& text);
    void run(int row);

    PaletteModel* model_;
    QLineEdit* field_;
    QListView* list_;
    QLabel* empty_;
};

}  // namespace weir::views
