// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QStyledItemDelegate>

#include <memory>
#include <string_view>
#include <vector>

namespace weir::views {

/// A JSON value with its numbers as they were written.
struct JsonNode {
    enum class Kind { Object, Array, String, Number, Word };
    Kind kind = Kind::Word;
    QString key;   ///< name in an object, `0`, `1`, … in an array, empty at the root
    QString text;  ///< of a scalar, strings without their quotes
    JsonNode* parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<JsonNode>> children;
};

/// nullptr when the text is not JSON, or nests deeper than 200.
[[nodiscard]] std::unique_ptr<JsonNode> parseJson(std::string_view text);

/// A JSON value as a tree: one column, `key: value`.
class JsonTreeModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Role { KeyRole = Qt::UserRole + 1, ValueRole, KindRole };

    using QAbstractItemModel::QAbstractItemModel;

    void setRoot(std::unique_ptr<JsonNode> root);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

  private:
    [[nodiscard]] static const JsonNode* node(const QModelIndex& index);
    [[nodiscard]] static QString summary(const JsonNode& node);

    std::unique_ptr<JsonNode> root_;
};

/// Colours keys and values apart.
class JsonDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace weir::views
