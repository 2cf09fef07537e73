// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/themed_label.h"

#include <QString>
#include <QVector>
#include <QWidget>

class QGridLayout;

namespace weir::views {

/// Names and values in two columns. Values can be selected and copied; long ones wrap at any place.
class FactsGrid : public QWidget {
    Q_OBJECT
  public:
    struct Fact {
        QString name, value;
        bool mono = false;
        ThemedLabel::Colour colour = {};  ///< none: that of text
        QString link = {};                ///< not empty: the value is a link
    };

    explicit FactsGrid(QWidget* parent = nullptr);
    void setFacts(const QVector<Fact>& facts);
    void setNameWidth(int width) { name_width_ = width; }

  signals:
    void linkActivated(const QString& link);

  private:
    QGridLayout* grid_;
    int name_width_ = 96;
};

}  // namespace weir::views
