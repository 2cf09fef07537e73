// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace weir::views {

class ThemedLabel;

/// Further client properties, one a row. Values of secret ones are shown as dots.
class PropertiesPage : public QWidget {
    Q_OBJECT
  public:
    explicit PropertiesPage(QWidget* parent = nullptr);

    void setProperties(const QVector<std::pair<QString, QString>>& properties);
    /// A secret arrives from the keychain, possibly later.
    void setSecret(const QString& name, const QString& value);
    [[nodiscard]] QVector<std::pair<QString, QString>> properties() const;  ///< without secret ones
    [[nodiscard]] ProfileSecrets secrets() const;
    [[nodiscard]] int count() const;

  signals:
    void changed();

  private:
    void addRow(const QString& name, const QString& value);
    void check();
    [[nodiscard]] QVector<std::pair<QString, QString>> rows() const;

    QTableWidget* table_;
    ThemedLabel* problem_;
};

}  // namespace weir::views
