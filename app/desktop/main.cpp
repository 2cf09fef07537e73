// SPDX-License-Identifier: GPL-3.0-or-later
#include "end_signals.h"
#include "secrets/keychain_secrets.h"
#include "services.h"
#include "shell/main_window.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

#include <csignal>
#include <cstdio>

namespace {

struct Arguments {
    bool demo = false;
    weir::flow::Order order = weir::flow::Order::Partition;  ///< of the demo
    QString file;
};

std::optional<weir::flow::Order> orderNamed(const QString& name) {
    using weir::flow::Order;
    for (const Order order : {Order::Partition, Order::Key, Order::None}) {
        if (name == QLatin1String(weir::flow::orderName(order))) return order;
    }
    return std::nullopt;
}

/// Reads the command line before there is a window system; ends the program for --help, --version and misuse.
Arguments readArguments(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("weir"));
    QCoreApplication::setApplicationVersion(QStringLiteral(WEIR_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Shows how Kafka events reach their functions."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption demo(
        QStringLiteral("demo"),
        QStringLiteral("Run the auction on an embedded cluster with real functions."));
    parser.addOption(demo);
    const QCommandLineOption order_option(
        QStringLiteral("order"),
        QStringLiteral("With --demo, the order of all triggers: partition, key or none."),
        QStringLiteral("ORDER"));
    parser.addOption(order_option);
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A session (*.weir) or a flow file (*.flow.json) to open."),
                                 QStringLiteral("[FILE]"));
    if (!parser.parse(QCoreApplication::arguments())) {
        std::fprintf(stderr, "weir: %s\nTry weir --help.\n", qPrintable(parser.errorText()));
        std::exit(2);
    }
    if (parser.isSet(QStringLiteral("version"))) parser.showVersion();
    if (parser.isSet(QStringLiteral("help"))) parser.showHelp();
    const QStringList files = parser.positionalArguments();
    if (files.size() > 1 || (parser.isSet(demo) && !files.isEmpty())) {
        std::fprintf(stderr, "weir: one file at a time, or --demo.\nTry weir --help.\n");
        std::exit(2);
    }
    const auto order = orderNamed(parser.value(order_option));
    if (parser.isSet(order_option) && (!order || !parser.isSet(demo))) {
        std::fprintf(stderr,
                     "weir: --order takes partition, key or none, and goes with --demo.\nTry weir --help.\n");
        std::exit(2);
    }
    return {parser.isSet(demo), order.value_or(weir::flow::Order::Partition), files.value(0)};
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe to a function is an error of the write, not the end
    const Arguments arguments = readArguments(argc, argv);

    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("weir"));
    QApplication::setApplicationName(QStringLiteral("weir"));
    QApplication::setApplicationDisplayName(QStringLiteral("Weir"));
    QApplication::setApplicationVersion(QStringLiteral(WEIR_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("weir"));
    QApplication::setWindowIcon(weir::views::applicationIcon());
    const int choice = QSettings().value(QStringLiteral("view/theme"), 0).toInt();
    weir::views::applyTheme(static_cast<weir::views::ThemeChoice>(qBound(0, choice, 2)));

    weir::views::KeychainSecrets secrets(weir::views::KeychainSecrets::Store::Keychain);
    weir::views::MainWindow window(weir::desktop::services(), &secrets);
    const weir::desktop::EndSignals end_signals(window);
    window.show();
    if (arguments.demo) {
        window.runDemo(arguments.order);
    } else if (!arguments.file.isEmpty()) {
        window.openFile(arguments.file);
    }
    return QApplication::exec();
}
