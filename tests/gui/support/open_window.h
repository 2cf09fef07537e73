// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "secrets/keychain_secrets.h"
#include "shell/main_window.h"

#include <QTest>

#include <memory>

namespace weir::test {

/// A window of 1400×900 with the session open and read to its end.
inline std::unique_ptr<views::MainWindow> openWindow(const QString& session, views::KeychainSecrets& secrets,
                                                     views::Services services = {}) {
    auto window = std::make_unique<views::MainWindow>(std::move(services), &secrets);
    window->resize(1400, 900);
    window->show();
    window->openSession(session);
    const auto read = [&] {
        return window->session() != nullptr && window->session()->isOpen() && window->session()->caughtUp() &&
               window->session()->extent().events > 0;
    };
    if (!QTest::qWaitFor(read, 20'000)) qWarning("the session did not open");
    return window;
}

}  // namespace weir::test
