// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/value_part.h"

#include "base/text.h"
#include "events/cloud_event.h"
#include "format/format.h"
#include "theme/theme.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {

constexpr std::size_t kMostParsed = 1 << 20;
constexpr std::size_t kMostHex = 64 << 10;
constexpr int kRow = 20;
constexpr int kMostRows = 18;
enum Form { Tree, Raw, Hex };

int visibleRows(const QTreeView& tree, const QModelIndex& parent) {
    int rows = 0;
    for (int i = 0; i < tree.model()->rowCount(parent) && rows < kMostRows; ++i) {
        const QModelIndex child = tree.model()->index(i, 0, parent);
        rows += 1 + (tree.isExpanded(child) ? visibleRows(tree, child) : 0);
    }
    return rows;
}

}  // namespace

ValuePart::ValuePart(QWidget* parent)
    : QWidget(parent),
      model_(new JsonTreeModel(this)),
      tree_(new QTreeView),
      plain_(new QPlainTextEdit),
      forms_(new QStackedWidget(this)),
      chooser_(new QComboBox) {
    tree_->setModel(model_);
    tree_->setItemDelegate(new JsonDelegate(this));
    tree_->setHeaderHidden(true);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setUniformRowHeights(true);
    tree_->setIndentation(14);
    tree_->setAccessibleName(tr("Value as a tree"));
    plain_->setReadOnly(true);
    plain_->setFrameShape(QFrame::NoFrame);
    plain_->setFont(monoFont());
    plain_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    plain_->setWordWrapMode(QTextOption::WrapAnywhere);
    plain_->setAccessibleName(tr("Value as text"));
    forms_->addWidget(tree_);
    forms_->addWidget(plain_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->addWidget(forms_);
    chooser_->addItem(tr("tree"), Tree);
    chooser_->addItem(tr("raw"), Raw);
    chooser_->addItem(tr("hex"), Hex);
    chooser_->setAccessibleName(tr("Form of the value"));
    chooser_->setFixedHeight(22);
    connect(chooser_, &QComboBox::currentIndexChanged, this, &ValuePart::showForm);
    connect(tree_, &QTreeView::expanded, this, &ValuePart::showForm);
    connect(tree_, &QTreeView::collapsed, this, &ValuePart::showForm);
}

void ValuePart::setEvent(const journal::EventDetail& event) {
    event_ = event;
    std::unique_ptr<JsonNode> root;
    if (event.value && event.value->size() <= kMostParsed) root = parseJson(*event.value);
    json_ = root != nullptr;
    const bool structure = json_ && !root->children.empty();
    {
        const QSignalBlocker quiet(tree_);
        model_->setRoot(std::move(root));
        tree_->expandToDepth(1);
    }
    QString form;
    if (!event.captured) {
        form = tr("not captured");
    } else if (!event.value) {
        form = tr("null, a tombstone");
    } else {
        form = json_ ? tr("JSON") : isUtf8(*event.value) ? tr("text") : tr("binary");
    }
    detail_ = form;
    if (event.row.size >= 0) detail_ += QStringLiteral(", ") + sizeText(event.row.size);
    if (event.truncated && event.value) {
        detail_ += tr(", first %1 kept").arg(sizeText(static_cast<std::int64_t>(event.value->size())));
    }
    const QSignalBlocker quiet(chooser_);
    if (structure) {
        chooser_->setCurrentIndex(Tree);
    } else if (event.value && !isUtf8(*event.value)) {
        chooser_->setCurrentIndex(Hex);
    } else {
        chooser_->setCurrentIndex(Raw);
    }
    chooser_->setEnabled(event.value.has_value());
    showForm();
}

void ValuePart::showForm() {
    const int form = chooser_->currentData().toInt();
    if (form == Tree && json_) {
        forms_->setCurrentWidget(tree_);
        forms_->setFixedHeight(std::max(1, visibleRows(*tree_, {})) * kRow + 6);
        return;
    }
    forms_->setCurrentWidget(plain_);
    const std::string_view bytes = event_.value ? std::string_view(*event_.value) : std::string_view();
    if (form == Hex) {
        plain_->setLineWrapMode(QPlainTextEdit::NoWrap);
        plain_->setPlainText(hexDump(bytes, kMostHex));
    } else {
        plain_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
        plain_->setPlainText(event_.value ? text(bytes.substr(0, kMostParsed)) : detail_);
    }
    const int wanted = std::clamp(static_cast<int>(bytes.size() / 36) + 1, 2, 12);
    forms_->setFixedHeight(wanted * plain_->fontMetrics().lineSpacing() + 12);
}

}  // namespace weir::views
