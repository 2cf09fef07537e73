// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <QVector>

class QComboBox;
class QPushButton;
class QVBoxLayout;

namespace weir::views {

class FilterField;

/// Rows for which the filter holds get a bar of the colour at their left. The first rule that holds counts.
struct ColourRule {
    int colour = 0;  ///< 0…kColours − 1
    QString filter;
    bool operator==(const ColourRule&) const = default;

    static constexpr int kColours = 6;
    [[nodiscard]] static QRgb fill(int colour);
    [[nodiscard]] static QString colourName(int colour);
};

/// The rules of the user, remembered.
class ColourRules {
  public:
    static constexpr int kMost = 8;
    [[nodiscard]] static QVector<ColourRule> all();
    static void save(const QVector<ColourRule>& rules);
};

/// Edits the rules; what is no filter cannot be applied.
class ColourRulesWindow : public QDialog {
    Q_OBJECT
  public:
    explicit ColourRulesWindow(const QVector<ColourRule>& rules, QWidget* parent = nullptr);
    [[nodiscard]] QVector<ColourRule> rules() const;
    void add(const ColourRule& rule);

  private:
    void check();

    struct Row {
        QWidget* widget;
        QComboBox* colour;
        FilterField* filter;
    };
    QVector<Row> rows_;
    QVBoxLayout* list_;
    QPushButton *apply_, *add_;
};

}  // namespace weir::views
