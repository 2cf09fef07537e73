// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/keys_window.h"

#include "theme/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace weir::views {
namespace {

QWidget* column(const QString& title, const KeysWindow::Keys& keys) {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(5);
    auto* head = new QLabel(title);
    head->setFont(titleFont());
    grid->addWidget(head, 0, 0, 1, 2);
    int row = 1;
    for (const auto& [key, meaning] : keys) {
        auto* k = new QLabel(key);
        k->setFont(monoFont());
        grid->addWidget(k, row, 0);
        grid->addWidget(new QLabel(meaning), row, 1);
        ++row;
    }
    grid->setRowStretch(row, 1);
    grid->setColumnStretch(1, 1);
    return box;
}

}  // namespace

KeysWindow::KeysWindow(const Keys& menus, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keys"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(20, 16, 24, 18);
    layout->setSpacing(40);
    layout->addWidget(column(tr("Everywhere"), menus));
    auto* right = new QVBoxLayout;
    right->setSpacing(18);
    layout->addLayout(right);
    right->addWidget(column(
        tr("In canvases"),
        {{QStringLiteral("W  S"), tr("zoom in, zoom out")},
         {QStringLiteral("A  D"), tr("earlier, later")},
         {QStringLiteral("F"), tr("fit the whole session")},
         {QStringLiteral("L"), tr("follow live")},
         {QStringLiteral("↑  ↓"), tr("lane, row or node above, below")},
         {QStringLiteral("←  →   ,  ."), tr("previous and next call of the lane")},
         {QStringLiteral("Enter"), tr("choose; fold or unfold a group")},
         {QStringLiteral("Esc"), tr("take back the last choice")},
         {QStringLiteral("Menu"), tr("what can be done with it")},
         {QStringLiteral("Wheel"), tr("zoom at the pointer; Shift: earlier, later; Ctrl: up, down")}}));
    right->addWidget(column(
        tr("In Replay"), {{QStringLiteral(".  ,"), tr("one step on, one step back")},
                          {QStringLiteral("Space"), tr("play and pause")},
                          {QStringLiteral("F9"), tr("run to the next breakpoint; Shift: back to the last")},
                          {QStringLiteral("Enter"), tr("in the breakpoint's field: add it to the list")},
                          {QStringLiteral("Esc"), tr("leave: the other views show all again")}}));
    right->addStretch(1);
}

}  // namespace weir::views
