// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_bar/filter_field.h"

#include "filter_bar/filter_store.h"
#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QAction>
#include <QFrame>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace weir::views {
namespace {

constexpr int kApplyMs = 300;
constexpr int kMostCandidates = 40, kVisible = 10, kRow = 22;

int bytesBefore(const QString& text, int position) {
    return static_cast<int>(text.left(position).toUtf8().size());
}
int positionAt(const QString& text, std::size_t bytes) {
    const QByteArray utf = text.toUtf8();
    return static_cast<int>(QString::fromUtf8(utf.left(static_cast<qsizetype>(bytes))).size());
}

}  // namespace

FilterField::FilterField(QWidget* parent)
    : QLineEdit(parent), popup_(new QFrame(this)), list_(new QListWidget), words_(new QLabel) {
    setPlaceholderText(tr("Filter: topic == \"bids\" && run > 200ms"));
    setAccessibleName(tr("Filter"));
    setAccessibleDescription(tr("Up and down go through filters used before, Tab takes a suggestion."));
    setFont(monoFont());
    setClearButtonEnabled(true);
    setMinimumWidth(220);
    setMaximumWidth(440);
    setFixedHeight(26);
    auto* menu = addAction(glyphIcon(Glyph::Filter), LeadingPosition);
    menu->setToolTip(tr("Filters used before and saved ones"));
    connect(menu, &QAction::triggered, this, &FilterField::showMenu);
    popup_->hide();
    popup_->setFrameShape(QFrame::Box);
    popup_->setAutoFillBackground(true);
    popup_->setBackgroundRole(QPalette::Base);
    auto* layout = new QVBoxLayout(popup_);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(list_);
    layout->addWidget(words_);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setUniformItemSizes(true);
    list_->setFont(monoFont());
    list_->setAccessibleName(tr("Suggestions"));
    words_->setWordWrap(true);
    words_->setMargin(6);
    words_->setFont(smallFont());
    apply_timer_.setSingleShot(true);
    apply_timer_.setInterval(kApplyMs);
    connect(&apply_timer_, &QTimer::timeout, this, &FilterField::apply);
    connect(this, &QLineEdit::textChanged, this, &FilterField::typed);
    connect(this, &QLineEdit::cursorPositionChanged, this, [this] {
        if (popupShown()) complete();
    });
    connect(list_, &QListWidget::itemClicked, this,
            [this](QListWidgetItem* item) { accept(list_->row(item)); });
}

void FilterField::setData(filter::CompletionData data) {
    data_ = std::move(data);
}

bool FilterField::popupShown() const {
    return popup_->isVisible();
}

void FilterField::setFilterText(const QString& text) {
    setText(text);
    apply();
    hidePopup();
}

void FilterField::typed() {
    const std::string text = utf8(this->text());
    auto parsed = filter::Filter::parse(text);
    error_.reset();
    if (!parsed) error_ = std::move(parsed.error());
    update();
    apply_timer_.start();
    if (hasFocus()) complete();
}

void FilterField::apply() {
    apply_timer_.stop();
    auto parsed = filter::Filter::parse(utf8(text()));
    if (!parsed || parsed->text() == filter_.text()) return;
    filter_ = std::move(*parsed);
    emit filterChanged();
}

void FilterField::complete() {
    if (popup_->parentWidget() != window()) popup_->setParent(window());
    const std::string text = utf8(this->text());
    completion_ =
        filter::complete(text, static_cast<std::size_t>(bytesBefore(this->text(), cursorPosition())), data_);
    list_->clear();
    const auto count = std::min<std::size_t>(completion_.candidates.size(), kMostCandidates);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& candidate = completion_.candidates[i];
        auto* item = new QListWidgetItem(views::text(candidate.text));
        item->setToolTip(views::text(candidate.help).toHtmlEscaped());
        item->setSizeHint(QSize(0, kRow));
        list_->addItem(item);
    }
    list_->setVisible(count > 0);
    list_->setFixedHeight(static_cast<int>(std::min<std::size_t>(count, kVisible)) * kRow);
    list_->setCurrentRow(-1);
    QString words;
    QRgb colour = theme().text2;
    // While one is still typing at the end, what may follow helps more than that it is not there yet.
    const bool at_end = error_ && error_->at >= text.size();
    if (error_ && !at_end) {
        words = views::text(error_->message);
        if (!words.isEmpty() && !words.endsWith(QLatin1Char('.')) && !words.endsWith(QLatin1Char('?')))
            words += QLatin1Char('.');
        if (!error_->nearest.empty()) words += tr(" Did you mean %1?").arg(views::text(error_->nearest));
        colour = theme().failed.text;
    } else {
        QStringList hints;
        for (const auto& hint : completion_.hints) hints << views::text(hint);
        words = hints.join(QStringLiteral("; "));
    }
    QPalette palette = words_->palette();
    palette.setColor(QPalette::WindowText, QColor(colour));
    words_->setPalette(palette);
    words_->setTextFormat(Qt::PlainText);
    words_->setText(words);
    words_->setVisible(!words.isEmpty());
    if (count == 0 && words.isEmpty()) {
        hidePopup();
        return;
    }
    placePopup();
}

void FilterField::placePopup() {
    const QPoint below = mapTo(window(), QPoint(0, height() + 2));
    popup_->layout()->activate();
    const int height = popup_->layout()->hasHeightForWidth() ? popup_->layout()->heightForWidth(width())
                                                             : popup_->sizeHint().height();
    popup_->setGeometry(below.x(), below.y(), width(), height);
    popup_->raise();
    popup_->show();
}

void FilterField::hidePopup() {
    popup_->hide();
}

void FilterField::accept(int row) {
    if (row < 0 || row >= list_->count()) return;
    const QString whole = text();
    const int from = positionAt(whole, completion_.from);
    const int to = positionAt(whole, completion_.to);
    const QString word = list_->item(row)->text();
    setText(whole.left(from) + word + whole.mid(to));
    setCursorPosition(from + static_cast<int>(word.size()));
    complete();
}

void FilterField::keyPressEvent(QKeyEvent* event) {
    const bool shown = popupShown() && list_->count() > 0;
    switch (event->key()) {
        case Qt::Key_Down:
            if (shown) {
                list_->setCurrentRow((list_->currentRow() + 1) % list_->count());
                return;
            }
            if (history_ >= 0) {
                const QStringList used = FilterStore::used();
                --history_;
                setText(history_ < 0 ? typed_before_ : used.value(history_));
            } else {
                complete();
            }
            hidePopup();
            return;
        case Qt::Key_Up: {
            if (shown && list_->currentRow() >= 0) {
                list_->setCurrentRow(list_->currentRow() - 1);
                return;
            }
            const QStringList used = FilterStore::used();
            if (history_ + 1 >= used.size()) return;
            if (history_ < 0) typed_before_ = text();
            setText(used[++history_]);
            hidePopup();
            return;
        }
        case Qt::Key_Tab:
            if (shown) {
                accept(std::max(0, list_->currentRow()));
                return;
            }
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (shown && list_->currentRow() >= 0) {
                accept(list_->currentRow());
                return;
            }
            if (error_) {
                complete();
                return;
            }
            history_ = -1;
            FilterStore::addUsed(text());
            apply();
            hidePopup();
            emit returnPressed();
            return;
        case Qt::Key_Escape:
            if (popupShown()) {
                hidePopup();
            } else if (!text().isEmpty()) {
                setFilterText({});
            } else {
                event->ignore();
            }
            return;
        default:
            history_ = -1;
            break;
    }
    QLineEdit::keyPressEvent(event);
}

bool FilterField::event(QEvent* event) {
    // Tab takes a suggestion rather than leaving the field.
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab &&
        popupShown() && list_->count() > 0) {
        keyPressEvent(static_cast<QKeyEvent*>(event));
        return true;
    }
    return QLineEdit::event(event);
}

void FilterField::focusOutEvent(QFocusEvent* event) {
    hidePopup();
    QLineEdit::focusOutEvent(event);
}

void FilterField::contextMenuEvent(QContextMenuEvent* event) {
    QLineEdit::contextMenuEvent(event);
}

void FilterField::showMenu() {
    QMenu menu(this);
    const auto saved = FilterStore::saved();
    for (const SavedFilter& f : saved) {
        QAction* action =
            menu.addAction(f.name + QLatin1Char('\t') + elidedName(f.filter, fontMetrics(), 320));
        connect(action, &QAction::triggered, this, [this, filter = f.filter] { setFilterText(filter); });
    }
    if (!saved.isEmpty()) menu.addSeparator();
    const QStringList used = FilterStore::used();
    for (const QString& filter : used.mid(0, 12)) {
        QAction* action = menu.addAction(
            elidedName(filter, fontMetrics(), 420).replace(QLatin1Char('&'), QStringLiteral("&&")));
        connect(action, &QAction::triggered, this, [this, filter] { setFilterText(filter); });
    }
    if (!used.isEmpty()) menu.addSeparator();
    QAction* save = menu.addAction(tr("Save this filter…"));
    save->setEnabled(!error_ && !text().trimmed().isEmpty());
    connect(save, &QAction::triggered, this, [this] {
        bool good = false;
        const QString name =
            QInputDialog::getText(this, tr("Save the filter"), tr("Name"), Normal, {}, &good).trimmed();
        if (good && !name.isEmpty()) FilterStore::save({name, text()});
    });
    if (!saved.isEmpty()) {
        QMenu* forget = menu.addMenu(tr("Forget"));
        for (const SavedFilter& f : saved)
            connect(forget->addAction(f.name), &QAction::triggered, this,
                    [name = f.name] { FilterStore::remove(name); });
    }
    menu.exec(mapToGlobal(QPoint(0, height())));
}

int FilterField::xOf(int position) const {
    const QFontMetrics metrics(font());
    const int cursor = cursorRect().center().x();
    return cursor - metrics.horizontalAdvance(text().left(cursorPosition())) +
           metrics.horizontalAdvance(text().left(position));
}

void FilterField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    if (!error_ || text().isEmpty()) return;
    const int from = xOf(positionAt(text(), error_->at));
    const int to = std::max(from + 7, xOf(positionAt(text(), error_->at + error_->length)));
    QPainter p(this);
    p.setClipRect(rect().adjusted(4, 0, -4, 0));
    p.setPen(QPen(QColor(theme().failed.text), 2));
    p.drawLine(from, height() - 4, to, height() - 4);
}

}  // namespace weir::views
