// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/json_tree.h"

#include "format/format.h"
#include "theme/theme.h"

#include <QFontMetrics>
#include <QPainter>

#include <nlohmann/json.hpp>

#include <string>

namespace weir::views {
namespace {

constexpr int kDeepest = 200;

/// Builds nodes as the parser meets them, so that numbers keep their digits and members their order.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
  public:
    bool null() override { return scalar(JsonNode::Kind::Word, QStringLiteral("null")); }
    bool boolean(bool value) override {
        return scalar(JsonNode::Kind::Word, value ? QStringLiteral("true") : QStringLiteral("false"));
    }
    bool number_integer(number_integer_t value) override {
        return scalar(JsonNode::Kind::Number, QString::number(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return scalar(JsonNode::Kind::Number, QString::number(value));
    }
    bool number_float(number_float_t, const string_t& digits) override {
        return scalar(JsonNode::Kind::Number, views::text(digits));
    }
    bool string(string_t& value) override { return scalar(JsonNode::Kind::String, views::text(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(JsonNode::Kind::Object); }
    bool start_array(std::size_t) override { return open(JsonNode::Kind::Array); }
    bool key(string_t& name) override {
        key_ = views::text(name);
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    std::unique_ptr<JsonNode> root;

  private:
    JsonNode* add(JsonNode::Kind kind, QString text) {
        auto node = std::make_unique<JsonNode>();
        node->kind = kind;
        node->text = std::move(text);
        node->parent = current_;
        JsonNode* raw = node.get();
        if (current_ == nullptr) {
            root = std::move(node);
            return raw;
        }
        node->row = static_cast<int>(current_->children.size());
        node->key = current_->kind == JsonNode::Kind::Array ? QString::number(node->row) : key_;
        current_->children.push_back(std::move(node));
        return raw;
    }
    bool scalar(JsonNode::Kind kind, QString text) {
        add(kind, std::move(text));
        return true;
    }
    bool open(JsonNode::Kind kind) {
        current_ = add(kind, {});
        return ++depth_ <= kDeepest;
    }
    bool close() {
        current_ = current_->parent;
        --depth_;
        return true;
    }

    JsonNode* current_ = nullptr;
    QString key_;
    int depth_ = 0;
};

}  // namespace

std::unique_ptr<JsonNode> parseJson(std::string_view text) {
    TreeBuilder builder;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return nullptr;
    return std::move(builder.root);
}

void JsonTreeModel::setRoot(std::unique_ptr<JsonNode> root) {
    beginResetModel();
    root_ = std::move(root);
    endResetModel();
}

const JsonNode* JsonTreeModel::node(const QModelIndex& index) {
    return static_cast<const JsonNode*>(index.internalPointer());
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    if (!parent.isValid()) return createIndex(0, 0, root_.get());
    return createIndex(row, 0, node(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const {
    if (!child.isValid()) return {};
    JsonNode* parent = node(child)->parent;
    return parent == nullptr ? QModelIndex() : createIndex(parent->row, 0, parent);
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const {
    if (parent.column() > 0) return 0;
    if (!parent.isValid()) return root_ ? 1 : 0;
    return static_cast<int>(node(parent)->children.size());
}

int JsonTreeModel::columnCount(const QModelIndex&) const {
    return 1;
}

QString JsonTreeModel::summary(const JsonNode& node) {
    const auto count = static_cast<std::int64_t>(node.children.size());
    switch (node.kind) {
        case JsonNode::Kind::Object:
            return QStringLiteral("{} ") + countedText(count, tr("%1 field"), tr("%1 fields"));
        case JsonNode::Kind::Array:
            return QStringLiteral("[] ") + countedText(count, tr("%1 item"), tr("%1 items"));
        case JsonNode::Kind::String:
            return QLatin1Char('"') + node.text + QLatin1Char('"');
        case JsonNode::Kind::Number:
        case JsonNode::Kind::Word:
            return node.text;
    }
    return {};
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const JsonNode& n = *node(index);
    switch (role) {
        case Qt::DisplayRole:
            return n.key.isEmpty() ? summary(n) : n.key + QStringLiteral(": ") + summary(n);
        case Qt::FontRole:
            return monoFont();
        case Qt::ToolTipRole:
            return n.text.size() > 40 ? n.text.left(2000) : QVariant();
        case KeyRole:
            return n.key;
        case ValueRole:
            return summary(n);
        case KindRole:
            return static_cast<int>(n.kind);
        default:
            return {};
    }
}

void JsonDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    const Theme& t = theme();
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    if (chosen) painter->fillRect(option.rect, QColor(t.sel_bg));
    painter->setFont(monoFont());
    const QFontMetrics metrics = painter->fontMetrics();
    const QString key = index.data(JsonTreeModel::KeyRole).toString();
    QRect area = option.rect.adjusted(3, 0, -3, 0);
    if (!key.isEmpty()) {
        painter->setPen(QColor(chosen ? t.sel_text : t.text2));
        const QString words = key + QStringLiteral(": ");
        painter->drawText(area, Qt::AlignVCenter, words);
        area.setLeft(area.left() + metrics.horizontalAdvance(words));
    }
    QRgb colour = t.text3;
    switch (static_cast<JsonNode::Kind>(index.data(JsonTreeModel::KindRole).toInt())) {
        case JsonNode::Kind::String:
            colour = t.success.text;
            break;
        case JsonNode::Kind::Number:
            colour = t.accent_text;
            break;
        case JsonNode::Kind::Word:
            colour = t.retry.text;
            break;
        case JsonNode::Kind::Object:
        case JsonNode::Kind::Array:
            break;
    }
    painter->setPen(QColor(chosen ? t.sel_text : colour));
    const QString value = index.data(JsonTreeModel::ValueRole).toString();
    painter->drawText(area, Qt::AlignVCenter, metrics.elidedText(value, Qt::ElideRight, area.width()));
}

QSize JsonDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return {QStyledItemDelegate::sizeHint(option, index).width(), 20};
}

}  // namespace weir::views
