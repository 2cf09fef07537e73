// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/welcome.h"

#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <QAbstractButton>
#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QTableWidget>
#include <QVBoxLayout>

namespace weir::views {
namespace {

constexpr int kColumn = 580;
constexpr int kRow = 22;
constexpr int kHead = 24;

/// A line that does something: glyph, words, key.
class ActionLine final : public QAbstractButton {
  public:
    ActionLine(Glyph glyph, const QString& words, const QString& key) : glyph_(glyph), key_(key) {
        setText(words);
        setAccessibleName(words);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setMinimumSize(280, 30);
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& t = theme();
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        const bool strong = hasFocus();
        if (strong || underMouse()) {
            p.setPen(Qt::NoPen);
            p.setBrush(QColor(strong ? t.sel_bg : t.hover));
            p.drawRoundedRect(rect(), 3, 3);
        }
        const QRgb colour = strong ? t.sel_text : t.text;
        paintGlyph(p, glyph_, QRectF(9, 0, 14, height()), colour);
        p.setPen(QColor(colour));
        p.drawText(rect().adjusted(36, 0, -8, 0), Qt::AlignVCenter, text());
        p.setPen(QColor(strong ? t.sel_text : t.text3));
        p.drawText(rect().adjusted(0, 0, -10, 0), Qt::AlignVCenter | Qt::AlignRight, key_);
    }

    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            click();
            return;
        }
        QAbstractButton::keyPressEvent(event);
    }

  private:
    Glyph glyph_;
    QString key_;
};

QTableWidget* plainTable(const QStringList& heads, const QString& name) {
    auto* table = new QTableWidget(0, static_cast<int>(heads.size()));
    table->setHorizontalHeaderLabels(heads);
    table->setItemDelegate(new CellDelegate(table));
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setTabKeyNavigation(false);
    table->setAccessibleName(name);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setMinimumSectionSize(kRow);
    table->verticalHeader()->setDefaultSectionSize(kRow);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    return table;
}

QTableWidgetItem* item(const QString& words, bool mono = false, bool right = false, bool strong = false) {
    auto* result = new QTableWidgetItem(words);
    QFont font = mono ? monoFont() : QFont();
    if (strong) font.setWeight(QFont::DemiBold);
    if (mono || strong) result->setFont(font);
    result->setTextAlignment((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return result;
}

void fitHeight(QTableWidget* table, int most) {
    table->setFixedHeight(kHead + std::min(most, table->rowCount()) * kRow + 3);
}

}  // namespace

Welcome::Welcome(QWidget* parent)
    : QWidget(parent),
      recent_head_(new QLabel(tr("Recent sessions"))),
      clusters_head_(new QLabel(tr("Clusters"))),
      first_time_(new QLabel),
      recent_(plainTable({tr("File"), tr("Recorded"), tr("Events")}, tr("Recent sessions"))),
      clusters_(plainTable({tr("Name"), tr("Bootstrap servers"), tr("Security")}, tr("Clusters"))) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* column = new QWidget;
    column->setMaximumWidth(kColumn);
    column->setMinimumWidth(kColumn);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);

    auto* mark = new QLabel;
    mark->setPixmap(applicationIcon().pixmap(QSize(32, 32), devicePixelRatioF()));
    auto* title = new QLabel(QStringLiteral("Weir"));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.6);
    big.setWeight(QFont::DemiBold);
    title->setFont(big);
    auto* version = new QLabel(QStringLiteral(WEIR_VERSION));
    version->setForegroundRole(QPalette::PlaceholderText);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(mark);
    head->addWidget(title);
    head->addWidget(version, 0, Qt::AlignBottom);
    head->addStretch();
    layout->addLayout(head);
    layout->addSpacing(4);

    auto* actions = new QGridLayout;
    actions->setSpacing(2);
    const auto action = [&](int row, int at, Glyph glyph, const QString& words, const QString& key,
                            auto signal) {
        auto* line = new ActionLine(glyph, words, key);
        actions->addWidget(line, row, at);
        connect(line, &QAbstractButton::clicked, this, signal);
        return line;
    };
    auto* first = action(0, 0, Glyph::Connect, tr("Connect to a cluster…"), QStringLiteral("Ctrl+K"),
                         &Welcome::connectWanted);
    action(0, 1, Glyph::Play, tr("Run the auction demo"), QString(),
           [this] { emit demoWanted(flow::Order::Partition); });
    action(1, 0, Glyph::Open, tr("Open a session…"), QStringLiteral("Ctrl+O"), &Welcome::openWanted);
    action(1, 1, Glyph::Flow, tr("Run a flow…"), QString(), &Welcome::flowWanted);
    action(2, 1, Glyph::OrderBreak, tr("Run the demo without order"), QString(),
           [this] { emit demoWanted(flow::Order::None); });
    setFocusProxy(first);
    layout->addLayout(actions);
    layout->addSpacing(14);

    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    recent_head_->setFont(bold);
    clusters_head_->setFont(bold);
    layout->addWidget(recent_head_);
    layout->addWidget(recent_);
    layout->addWidget(first_time_);
    layout->addSpacing(14);
    layout->addWidget(clusters_head_);
    layout->addWidget(clusters_);
    layout->addSpacing(10);
    first_time_->setWordWrap(true);
    first_time_->setText(
        tr("No session was opened yet. The demo runs an auction on a cluster inside this program with "
           "real functions: it needs nothing else."));
    auto* hint = new QLabel(tr("Drop a .weir or .flow.json file anywhere in this window to open it."));
    hint->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(hint);
    layout->addStretch();

    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(34, 26, 34, 16);
    outer->addWidget(column);
    outer->addStretch();

    recent_->setColumnWidth(1, 130);
    recent_->setColumnWidth(2, 86);
    recent_->horizontalHeaderItem(2)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    clusters_->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    clusters_->setColumnWidth(2, 130);
    connect(recent_, &QTableWidget::itemActivated, this, [this](QTableWidgetItem* chosen) {
        emit sessionWanted(recent_->item(chosen->row(), 0)->data(Qt::UserRole).toString());
    });
    connect(clusters_, &QTableWidget::itemActivated, this, [this](QTableWidgetItem* chosen) {
        emit clusterWanted(clusters_->item(chosen->row(), 0)->data(Qt::UserRole).toString());
    });
    refresh();
}

void Welcome::refresh() {
    fillRecent();
    fillClusters();
}

void Welcome::fillRecent() {
    recent_->setRowCount(0);
    for (const RecentSession& session : RecentSessions::all()) {
        if (!QFileInfo::exists(session.path)) continue;
        const int row = recent_->rowCount();
        recent_->insertRow(row);
        auto* name = item(QFileInfo(session.path).fileName(), false, false, true);
        name->setData(Qt::UserRole, session.path);
        name->setToolTip(session.path);
        recent_->setItem(row, 0, name);
        recent_->setItem(
            row, 1,
            item(session.recorded == 0 ? notApplicable() : clock_.dayAndTime(session.recorded, now())));
        recent_->setItem(row, 2, item(shortCountText(static_cast<double>(session.events)), false, true));
    }
    fitHeight(recent_, 8);
    const bool any = recent_->rowCount() > 0;
    recent_->setVisible(any);
    first_time_->setVisible(!any);
}

void Welcome::fillClusters() {
    clusters_->setRowCount(0);
    for (const ClusterProfile& profile : ProfileStore::all()) {
        const int row = clusters_->rowCount();
        clusters_->insertRow(row);
        auto* name = item(profile.name, false, false, true);
        name->setData(Qt::UserRole, profile.id);
        const QStringList brokers = profile.brokers.split(QLatin1Char(','), Qt::SkipEmptyParts);
        QString shown = brokers.isEmpty() ? notApplicable() : brokers.front().trimmed();
        if (brokers.size() > 1) shown += QStringLiteral(" + %1").arg(brokers.size() - 1);
        auto* servers = item(shown, true);
        servers->setToolTip(profile.brokers);
        clusters_->setItem(row, 0, name);
        clusters_->setItem(row, 1, servers);
        clusters_->setItem(row, 2, item(protocolWord(profile.security)));
    }
    fitHeight(clusters_, 6);
    const bool any = clusters_->rowCount() > 0;
    clusters_->setVisible(any);
    clusters_head_->setVisible(any);
}

}  // namespace weir::views
