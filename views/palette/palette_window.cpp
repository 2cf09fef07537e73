// SPDX-License-Identifier: GPL-3.0-or-later
#include "palette/palette_window.h"

#include "theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace weir::views {
namespace {

constexpr int kWidth = 640, kTop = 80, kRow = 24;

class CommandDelegate final : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Theme& t = theme();
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        if (chosen) {
            p->fillRect(option.rect, QColor(t.sel_bg));
        } else if (option.state.testFlag(QStyle::State_MouseOver)) {
            p->fillRect(option.rect, QColor(t.hover));
        }
        const QRect area = option.rect.adjusted(10, 0, -10, 0);
        if (const int glyph = index.data(PaletteModel::GlyphRole).toInt(); glyph >= 0) {
            paintGlyph(*p, static_cast<Glyph>(glyph), QRectF(area.left(), area.top(), 13, area.height()),
                       chosen ? t.sel_text : t.text2);
        }
        const QRect words = area.adjusted(24, 0, 0, 0);
        const QString key = index.data(PaletteModel::KeyRole).toString();
        const QString kind = index.data(PaletteModel::KindRole).toString();
        const QString right = key.isEmpty() ? kind : key;
        p->setFont(option.font);
        p->setPen(QColor(chosen ? t.sel_text : t.text3));
        p->drawText(words, Qt::AlignVCenter | Qt::AlignRight, right);
        const int room = words.width() - option.fontMetrics.horizontalAdvance(right) - 24;
        // The letters that matched stand out.
        const QString name = index.data(Qt::DisplayRole).toString();
        const auto hits = index.data(PaletteModel::PositionsRole).value<QVector<int>>();
        QFont bold = option.font;
        bold.setWeight(QFont::Bold);
        p->setPen(QColor(chosen ? t.sel_text : t.text));
        int x = words.left();
        for (qsizetype i = 0; i < name.size() && x < words.left() + room;) {
            const bool hit = hits.contains(static_cast<int>(i));
            qsizetype end = i + 1;
            while (end < name.size() && hits.contains(static_cast<int>(end)) == hit) ++end;
            p->setFont(hit ? bold : option.font);
            const QString part = name.mid(i, end - i);
            const QString shown = p->fontMetrics().elidedText(part, Qt::ElideRight, words.left() + room - x);
            p->drawText(QRect(x, words.top(), room, words.height()), Qt::AlignVCenter, shown);
            x += p->fontMetrics().horizontalAdvance(shown);
            i = end;
        }
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {kWidth, kRow};
    }
};

}  // namespace

PaletteWindow::PaletteWindow(QWidget* parent)
    : QFrame(parent),
      model_(new PaletteModel(this)),
      field_(new QLineEdit),
      list_(new QListView),
      empty_(new QLabel(tr("No command matches"))) {
    setAccessibleName(tr("Command palette"));
    field_->setPlaceholderText(tr("A command, a view, a topic, a function, or bids/3@72990"));
    field_->setAccessibleName(tr("Command"));
    field_->installEventFilter(this);
    list_->setModel(model_);
    list_->setItemDelegate(new CommandDelegate(list_));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setMouseTracking(true);
    list_->setUniformItemSizes(true);
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Commands"));
    empty_->setForegroundRole(QPalette::PlaceholderText);
    empty_->setContentsMargins(10, 4, 10, 6);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(field_);
    layout->addWidget(list_);
    layout->addWidget(empty_);
    connect(field_, &QLineEdit::textChanged, this, &PaletteWindow::typed);
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) { run(index.row()); });
    hide();
}

void PaletteWindow::open(QVector<Command> commands,
                         std::function<std::optional<Command>(const QString&)> direct) {
    model_->setDirect(std::move(direct));
    model_->setCommands(std::move(commands));
    field_->clear();
    typed({});
    raise();
    show();
    field_->setFocus(Qt::PopupFocusReason);
}

void PaletteWindow::typed(const QString& text) {
    model_->setTyped(text);
    const int rows = model_->rowCount();
    list_->setVisible(rows > 0);
    list_->setFixedHeight(rows * kRow);
    empty_->setVisible(rows == 0);
    if (rows > 0) list_->setCurrentIndex(model_->index(0, 0));
    const int width = std::min(kWidth, parentWidget()->width() - 32);
    layout()->activate();
    setGeometry((parentWidget()->width() - width) / 2, kTop, width, layout()->sizeHint().height());
}

void PaletteWindow::run(int row) {
    const Command* command = model_->command(row);
    if (command == nullptr) return;
    const auto action = command->run;
    hide();
    parentWidget()->setFocus();
    if (action) action();
}

bool PaletteWindow::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut && isVisible()) {
        hide();
    } else if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int row = list_->currentIndex().row();
        const int rows = model_->rowCount();
        switch (key->key()) {
            case Qt::Key_Down:
                if (rows > 0) list_->setCurrentIndex(model_->index((row + 1) % rows, 0));
                return true;
            case Qt::Key_Up:
                if (rows > 0) list_->setCurrentIndex(model_->index((row + rows - 1) % rows, 0));
                return true;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                run(row);
                return true;
            case Qt::Key_Escape:
                hide();
                parentWidget()->setFocus();
                return true;
            default:
                break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void PaletteWindow::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), QColor(theme().base));
    p.setPen(QColor(theme().line_strong));
    p.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace weir::views
