// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/keys_window.h"

#include "theme/theme.h"

#include <QGridLayout>
#include <QLabel>

namespace weir::views {

KeysWindow::KeysWindow(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keys"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(20, 16, 24, 18);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(6);
    const std::pair<QString, QString> keys[] = {
        {QStringLiteral("W  S"), tr("zoom in, zoom out")},
        {QStringLiteral("A  D"), tr("earlier, later")},
        {QStringLiteral("F"), tr("fit the whole session")},
        {QStringLiteral("L"), tr("follow live")},
        {QStringLiteral("↑  ↓"), tr("lane above, lane below")},
        {QStringLiteral("←  →   ,  ."), tr("previous and next call of the lane")},
        {QStringLiteral("Enter"), tr("choose the call; fold or unfold a group")},
        {QStringLiteral("Esc"), tr("take back the last choice")},
        {QStringLiteral("Ctrl+1  Ctrl+2"), tr("Lanes, Events")},
        {QStringLiteral("F6"), tr("next pane")},
        {QStringLiteral("Ctrl+K"), tr("connect to a cluster")},
        {QStringLiteral("Ctrl+O"), tr("open a session")},
        {QStringLiteral("Ctrl+W"), tr("close the session")},
        {QStringLiteral("Wheel"),
         tr("zoom at the pointer; with Shift earlier and later, with Ctrl up and down")},
    };
    int row = 0;
    for (const auto& [key, meaning] : keys) {
        auto* k = new QLabel(key);
        k->setFont(monoFont());
        grid->addWidget(k, row, 0);
        grid->addWidget(new QLabel(meaning), row, 1);
        ++row;
    }
}

}  // namespace weir::views
