// SPDX-License-Identifier: GPL-3.0-or-later
// Grabs every window in both themes and two sizes, for documentation and for looking at them.
#include "connect/connect_dialog.h"
#include "connect/connection_form.h"
#include "connect/topics_page.h"
#include "kafka/connection_test.h"
#include "kafka/metadata.h"
#include "secrets/keychain_secrets.h"
#include "shell/main_window.h"
#include "shell/recent_sessions.h"
#include "shell/welcome.h"
#include "support/sample_session.h"
#include "support/tour.h"
#include "theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFontDatabase>
#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace weir;
using namespace weir::views;

namespace {

class Photographer {
  public:
    Photographer(QString folder, test::TourSessions sessions)
        : folder_(std::move(folder)), sessions_(std::move(sessions)) {}

    int run() {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            applyTheme(choice);
            for (const QSize size : {QSize(1400, 900), QSize(1920, 1080)}) {
                suffix_ =
                    QStringLiteral("-%1-%2.png")
                        .arg(choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"))
                        .arg(size.width());
                size_ = size;
                if (sessions_.only.isEmpty()) welcome();
                views();
            }
        }
        return failures_;
    }

  private:
    void save(const QPixmap& picture, const QString& name) {
        const QString path = folder_ + QLatin1Char('/') + name + suffix_;
        if (!picture.save(path)) {
            std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
            ++failures_;
            return;
        }
        std::printf("%s\n", qPrintable(path));
    }

    template <typename Condition>
    void await(Condition condition, const char* what) {
        if (QTest::qWaitFor(condition, 15'000)) return;
        std::fprintf(stderr, "waited in vain: %s\n", what);
        ++failures_;
    }

    Services services() const {
        Services s;
        s.test_connection = kafka::testConnection;
        s.describe_cluster = kafka::describeCluster;
        return s;
    }

    void welcome() {
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        MainWindow window(services(), &secrets);
        window.resize(size_);
        window.show();
        QTest::qWait(50);
        save(window.grab(), QStringLiteral("welcome"));

        ConnectDialog* dialog = window.connectDialog();
        ClusterProfile profile;
        profile.name = QStringLiteral("shop, production");
        profile.brokers = QStringLiteral("127.0.0.1:1");
        profile.security = Security::SaslTls;
        profile.user = QStringLiteral("weir-observer");
        profile.ca_file = QStringLiteral("/etc/ssl/certs/ca-certificates.crt");
        window.showConnect(profile);
        dialog->form()->password->setText(QStringLiteral("not a real one"));
        bool done = false;
        QObject::connect(dialog, &ConnectDialog::testFinished, dialog, [&] { done = true; });
        dialog->test();
        await([&] { return done; }, "connection test");
        QTest::qWait(50);
        save(test::withDialog(window, *dialog), QStringLiteral("connect"));

        dialog->tabs()->setCurrentIndex(1);
        dialog->topicsPage()->showTopics(topics());
        dialog->topicsPage()->model()->setChosen({QStringLiteral("bids"), QStringLiteral("notifications")});
        dialog->topicsPage()->showTopics(topics());
        QTest::qWait(20);
        save(dialog->grab(), QStringLiteral("topics"));
        dialog->tabs()->setCurrentIndex(2);
        QTest::qWait(20);
        save(dialog->grab(), QStringLiteral("properties"));
    }

    static std::vector<kafka::TopicInfo> topics() {
        return {{"__consumer_offsets", true, {{0, 0, 12}}},
                {"auction.eu-west.valid-bids.v2", false, {{0, 0, 61'200}, {1, 0, 60'114}, {2, 12, 58'007}}},
                {"audit", false, {{0, 0, 902}, {1, 0, 0}}},
                {"bids", false, {{0, 14'000, 72'990}, {1, 14'100, 71'002}, {2, 0, 70'112}}},
                {"notifications", false, {{0, 0, 4'021}}}};
    }

    void views() {
        if (!test::tourOfTheWindow(sessions_, size_, [this](const test::Draw& draw, const QString& name) {
                save(draw(), name);
            }))
            ++failures_;
    }

    const QString folder_;
    const test::TourSessions sessions_;
    QString suffix_;
    QSize size_;
    int failures_ = 0;
};

void rememberSamples(const QString& folder) {
    QSettings().clear();
    const TimeNs day = 24 * 3600 * kSecond;
    const std::pair<const char*, std::pair<TimeNs, qint64>> samples[] = {
        {"lambda-esm-import.weir", {12 * day, 77'100}},
        {"knative-broker-nightly.weir", {5 * day, 904'000}},
        {"orders-eu-incident-4471.weir", {day, 18'400'000}},
        {"auction-2026-11-19.weir", {3600 * kSecond, 2'480'000}}};
    for (const auto& [name, facts] : samples) {
        QFile file(folder + QLatin1Char('/') + QLatin1String(name));
        if (!file.open(QIODevice::WriteOnly)) continue;
        RecentSessions::add({file.fileName(), now() - facts.first, facts.second});
    }
    ClusterProfile staging;
    staging.id = QStringLiteral("b");
    staging.name = QStringLiteral("shop, staging");
    staging.brokers = QStringLiteral("staging-kafka:9093");
    staging.security = Security::Tls;
    ProfileStore::save(staging);
    ClusterProfile production;
    production.id = QStringLiteral("a");
    production.name = QStringLiteral("shop, production");
    production.brokers =
        QStringLiteral("kafka-1.shop.example:9094,kafka-2.shop.example:9094,kafka-3.shop.example:9094");
    production.security = Security::SaslTls;
    ProfileStore::save(production);
}

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("weir"));
    QApplication::setApplicationName(QStringLiteral("weir-screenshots"));
    QStandardPaths::setTestModeEnabled(true);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("FOLDER"), QStringLiteral("Where the pictures go."));
    parser.addPositionalArgument(QStringLiteral("SESSION"),
                                 QStringLiteral("A session to show; else a made up one."),
                                 QStringLiteral("[SESSION]"));
    const QCommandLineOption beside(QStringLiteral("compare"),
                                    QStringLiteral("Two sessions to compare, as A,B; else made up ones."),
                                    QStringLiteral("A,B"));
    const QCommandLineOption only(
        QStringLiteral("only"),
        QStringLiteral("One part: typical, overtaken, compare, wide, connection, empty, huge."),
        QStringLiteral("PART"));
    parser.addOptions({beside, only});
    parser.process(app);
    const QStringList arguments = parser.positionalArguments();
    if (arguments.isEmpty()) parser.showHelp(2);
    if (QFontDatabase::families().contains(QStringLiteral("Inter")))
        QApplication::setFont(QFont(QStringLiteral("Inter"), 10));
    QDir().mkpath(arguments[0]);
    QTemporaryDir samples;
    rememberSamples(samples.path());
    test::TourSessions sessions;
    if (!test::TourSessions::write(samples.path(), sessions)) return 1;
    if (arguments.size() > 1) {
        sessions.sample = arguments[1];
    } else if (parser.value(only) == QLatin1String("huge")) {
        sessions.sample = samples.filePath(QStringLiteral("huge.weir"));
        if (!test::SampleSession::write(sessions.sample.toStdString(), 1'200 * kSecond)) return 1;
    }
    const QStringList pair = parser.value(beside).split(QLatin1Char(','), Qt::SkipEmptyParts);
    if (pair.size() == 2) {
        sessions.compared = pair[0];
        sessions.other = pair[1];
    }
    sessions.only = parser.value(only);
    const int failures = Photographer(arguments[0], sessions).run();
    QSettings().clear();
    return failures == 0 ? 0 : 1;
}
