// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the desktop is, without a screen: views_bench [--events N] [--batch N] [SESSION]. Frames of Lanes,
// jumps and filters in Events, from the start of the process to the first picture, and the longest block of
// the event loop while 50,000 events a second arrive.
#include "block_meter.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "flow/flow_canvas.h"
#include "flow/flow_view.h"
#include "lanes/lanes_canvas.h"
#include "latency/latency_view.h"
#include "live_load.h"
#include "process_memory.h"
#include "secrets/keychain_secrets.h"
#include "services.h"
#include "shell/main_window.h"
#include "shell/view_area.h"
#include "theme/theme.h"

#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QScrollBar>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

namespace weir::bench {
namespace {

using namespace weir::views;

constexpr double kRate = 50'000;
constexpr int kPatienceMs = 120'000;

[[noreturn]] void stop(const std::string& why) {
    fmt::print(stderr, "views_bench: {}\n", why);
    std::exit(1);
}

double monotonicMs() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

template <typename Do>
double milliseconds(const Do& what) {
    const double from = monotonicMs();
    what();
    return monotonicMs() - from;
}

/// Runs the event loop until the condition holds, without sleeping past it.
template <typename Condition>
void await(const char* what, Condition condition) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.elapsed() > kPatienceMs) stop(fmt::format("waited in vain: {}", what));
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        if (!condition()) QThread::usleep(200);
    }
}

void settle(int ms) {
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

bool read(const MainWindow& window) {
    const Session* session = window.session();
    return session != nullptr && session->isOpen() && session->caughtUp() && session->extent().events > 0;
}

/// An action, and all that it draws.
template <typename Do>
double frame(const Do& action) {
    return milliseconds([&] {
        action();
        QCoreApplication::processEvents();
    });
}

void benchLanes(MainWindow& window) {
    window.showTab(MainWindow::Lanes);
    LanesCanvas* lanes = window.lanes();
    lanes->fit();
    settle(300);
    std::vector<double> all, whole, near;
    const double widest = lanes->scale().nsPerPixel();
    // In and out again, a few pans at each step. The middle of the session holds as much as any place.
    for (const double factor : {1 / 1.25, 1.25}) {
        for (int level = 0; level < 80; ++level) {
            for (const double share : {0.05, 0.05, -0.05, -0.05}) {
                const double took = frame([&] { lanes->pan(share); });
                all.push_back(took);
                (lanes->scale().nsPerPixel() > widest / 4 ? whole : near).push_back(took);
            }
            if (factor < 1 && lanes->scale().nsPerPixel() < 5'000) break;
            if (factor > 1 && lanes->scale().nsPerPixel() >= widest) break;
            all.push_back(frame([&] { lanes->zoom(factor); }));
        }
    }
    fmt::print(
        "Lanes, 1920 x 1080: a frame takes {:.1f} ms p50, {:.1f} ms p99 (goals 10, 16), {} frames; the whole "
        "session {:.1f} / {:.1f}, from a quarter of it to single calls {:.1f} / {:.1f}\n",
        percentile(all, 0.5), percentile(all, 0.99), all.size(), percentile(whole, 0.5),
        percentile(whole, 0.99), percentile(near, 0.5), percentile(near, 0.99));
    lanes->fit();
    settle(100);
}

/// True when every row in view shows its own event.
bool shows(const EventsView& events) {
    const QTableView* table = events.table();
    const int first = table->rowAt(0);
    const int bottom = table->rowAt(table->viewport()->height() - 1);
    const int last = bottom < 0 ? events.model()->rowCount() - 1 : bottom;
    if (first < 0) return false;
    for (int row = first; row <= last; ++row) {
        const EventEntry* entry = events.model()->entry(row);
        if (entry == nullptr || entry->row.id != events.model()->idAt(row)) return false;
    }
    return true;
}

void benchEvents(MainWindow& window) {
    EventsView* events = window.events();
    const double opened = frame([&] { window.showTab(MainWindow::Events); });
    await("the first rows", [&] { return shows(*events); });
    std::mt19937 random(7);
    QScrollBar* bar = events->table()->verticalScrollBar();
    std::vector<double> jumps;
    for (int i = 0; i < 60; ++i) {
        const int to = std::uniform_int_distribution<int>(0, bar->maximum())(random);
        const double from = monotonicMs();
        bar->setValue(to);
        await("rows at a random place", [&] { return shows(*events); });
        QCoreApplication::processEvents();
        jumps.push_back(monotonicMs() - from);
    }
    fmt::print(
        "Events, {} rows: first shown in {:.0f} ms; a jump to anywhere {:.1f} ms p50, {:.1f} ms most "
        "(goal 50)\n",
        events->model()->rowCount(), opened, percentile(jumps, 0.5), percentile(jumps, 1));
    const std::int64_t last = window.session()->extent().events;
    for (const QString& filter :
         {QStringLiteral("key == \"77\""), QStringLiteral("function == \"function-2\" && run > 1.9ms"),
          QStringLiteral("offset > %1 && partition == 7").arg(last / 24), QStringLiteral("cold")}) {
        window.filterField()->setFilterText({});
        await("all rows", [&] { return shows(*events); });
        const double from = monotonicMs();
        window.filterField()->setFilterText(filter);
        await("filtered rows", [&] {
            return (events->model()->rowCount() > 0 && shows(*events)) ||
                   (!events->model()->searching() && events->model()->rowCount() == 0);
        });
        fmt::print("Events, filter {}: first rows after {:.0f} ms (goal 200){}\n", filter.toStdString(),
                   monotonicMs() - from, events->model()->rowCount() == 0 ? ", none" : "");
    }
    window.filterField()->setFilterText({});
    settle(200);
}

void benchFlow(MainWindow& window, MeteredApplication& app) {
    app.begin();
    window.showTab(MainWindow::Flow);
    settle(600);
    const Block shown = app.longest();
    app.begin();
    const auto extent = window.session()->extent();
    for (int i = 0; i < 8; ++i) {
        const DurationNs step = (extent.last_at - extent.first_at) / 20;
        window.selection()->showTime(TimeRange{extent.first_at + i * step, extent.last_at - i * step});
        settle(400);
    }
    app.end();
    window.selection()->showTime(std::nullopt);
    fmt::print("Flow: coming to the front {:.0f} ms ({}); another range {:.0f} ms at most ({})\n",
               shown.wall_ms, shown.longest, app.longest().wall_ms, app.longest().longest);
}

/// The longest block of each view as it comes to the front and while it stands there.
void benchBlocks(MainWindow& window, MeteredApplication& app, const char* when, int each_ms) {
    for (int i = 0; i < window.views()->count(); ++i) {
        app.begin();
        window.showTab(static_cast<MainWindow::Tab>(i));
        QCoreApplication::processEvents();
        const Block shown = app.longest();
        app.begin();
        settle(each_ms);
        app.end();
        const Block& longest = app.longest();
        const Block& busiest = app.busiest();
        fmt::print(
            "{}, {}: longest block {:.0f} ms ({}); by the processor {:.0f} ms ({}); coming to the front "
            "{:.0f} ms (goal 50)\n",
            when, window.views()->name(i).toStdString(), longest.wall_ms, longest.longest, busiest.cpu_ms,
            busiest.longest, shown.wall_ms);
        std::fflush(stdout);
    }
}

void benchLive(MeteredApplication& app, int each_ms) {
    KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
    Services services;
    services.run_demo = [](demo::AuctionOptions options) { return startLiveLoad(options.path, kRate); };
    QString path;
    {
        MainWindow window(services, &secrets);
        window.resize(1920, 1080);
        window.show();
        window.runDemo();
        await("a live recording", [&] {
            return window.session() != nullptr && window.session()->isOpen() &&
                   window.session()->extent().events > static_cast<std::int64_t>(kRate);
        });
        path = window.session()->path();
        const std::int64_t before = window.session()->extent().events;
        const double from = monotonicMs();
        benchBlocks(window, app, "live", each_ms);
        const auto events = static_cast<double>(window.session()->extent().events - before);
        fmt::print("live: {:.0f} events/s arrived (wanted {:.0f}), {} MB resident\n",
                   events / (monotonicMs() - from) * 1e3, kRate, residentBytes() / 1'000'000);
        window.capture()->stop();
        await("the end of the recording", [&] { return !window.capture()->running(); });
    }
    for (const char* more : {"", "-wal", "-shm"}) QFile::remove(path + QLatin1String(more));
}

/// What the program does, with what it took from the start of the process on; the figures to its standard
/// output.
int child(MeteredApplication&, const QString& session, double started) {
    KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
    MainWindow window(desktop::services(), &secrets);
    window.resize(1920, 1080);
    window.show();
    QCoreApplication::processEvents();
    const double shown = monotonicMs() - started;
    window.openFile(session);
    await("the session", [&] { return read(window); });
    window.showTab(MainWindow::Lanes);
    QCoreApplication::processEvents();
    const double lanes = monotonicMs() - started;
    window.showTab(MainWindow::Flow);
    const auto calls = static_cast<std::int64_t>(window.session()->lanes().calls().size());
    await("the flow", [&] {
        std::int64_t sum = 0;
        for (const FlowNode& node : window.flow()->canvas()->graph().nodes) sum += node.calls;
        return sum == calls;
    });
    QCoreApplication::processEvents();
    fmt::print("{} {} {}\n", shown, lanes, monotonicMs() - started);
    return 0;
}

double scanMs(const QString& path) {
    double least = 1e12;
    for (int i = 0; i < 3; ++i) {
        least = std::min(least, milliseconds([&] {
                             sqlite3* db = nullptr;
                             sqlite3_open_v2(path.toUtf8().constData(), &db, SQLITE_OPEN_READONLY, nullptr);
                             if (sqlite3_exec(db, "SELECT sum(offset + length(value)) FROM event", nullptr,
                                              nullptr, nullptr) != SQLITE_OK)
                                 stop("the scan failed");
                             sqlite3_close(db);
                         }));
    }
    return least;
}

void benchStart(const QString& session) {
    std::vector<double> windows, lanes, flows;
    for (int round = 0; round < 3; ++round) {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(),
                      {QStringLiteral("--started"), QString::number(monotonicMs(), 'f', 3), session});
        if (!process.waitForFinished(kPatienceMs) || process.exitCode() != 0)
            stop("the window did not start");
        double window = 0, first = 0, flow = 0;
        if (std::sscanf(process.readAllStandardOutput().constData(), "%lf %lf %lf", &window, &first, &flow) !=
            3)
            stop("the window said nothing");
        windows.push_back(window);
        lanes.push_back(first);
        flows.push_back(flow);
    }
    const double scan = scanMs(session), first = percentile(lanes, 0.5);
    fmt::print(
        "start of the process to the first window {:.0f} ms (goal 300), to the right picture of the "
        "session in Lanes {:.0f} ms (goal 500), in Flow {:.0f} ms; a full scan of its events {:.0f} ms: "
        "{:.2f}\n",
        percentile(windows, 0.5), first, percentile(flows, 0.5), scan, first / scan);
}

int run(MeteredApplication& app, const QCommandLineParser& options) {
    QTemporaryDir folder;
    QString session = options.positionalArguments().value(0);
    const QString only = options.value(QStringLiteral("only"));
    if (session.isEmpty() && only != QLatin1String("live")) {
        session = folder.filePath(QStringLiteral("large.weir"));
        const QString maker =
            QFileInfo(QCoreApplication::applicationFilePath()).path() + QStringLiteral("/session_bench");
        if (QProcess::execute(maker, {QStringLiteral("make"), options.value(QStringLiteral("events")),
                                      session, options.value(QStringLiteral("batch"))}) != 0)
            stop("session_bench could not make the session");
    }
    const int each = options.value(QStringLiteral("seconds")).toInt() * 1'000;
    const auto wanted = [&](const char* part) { return only.isEmpty() || only == QLatin1String(part); };
    if (wanted("start")) benchStart(session);
    if (wanted("lanes") || wanted("events") || wanted("flow") || wanted("saved")) {
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        MainWindow window(Services{}, &secrets);
        window.resize(1920, 1080);
        window.show();
        QCoreApplication::processEvents();
        app.begin();
        const double opening = milliseconds([&] {
            window.openSession(session);
            await("the session", [&] { return read(window); });
        });
        app.end();
        fmt::print(
            "saved: {} events in {} calls read in {:.0f} ms, longest block {:.0f} ms ({}), {} MB "
            "resident\n",
            window.session()->extent().events, window.session()->lanes().calls().size(), opening,
            app.longest().wall_ms, app.longest().longest, residentBytes() / 1'000'000);
        if (wanted("lanes")) benchLanes(window);
        if (wanted("events")) benchEvents(window);
        if (wanted("flow")) benchFlow(window, app);
        if (wanted("saved")) benchBlocks(window, app, "saved", 500);
    }
    if (wanted("live")) benchLive(app, each);
    return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    weir::bench::MeteredApplication app(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("weir"));
    QCoreApplication::setApplicationName(QStringLiteral("weir-views-bench"));
    QStandardPaths::setTestModeEnabled(true);
    QSettings().clear();
    weir::views::applyTheme(weir::views::ThemeChoice::Dark);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("SESSION"),
                                 QStringLiteral("A session to measure with; else one is made."),
                                 QStringLiteral("[SESSION]"));
    parser.addOptions(
        {{QStringLiteral("events"), QStringLiteral("Deliveries of the session that is made."),
          QStringLiteral("N"), QStringLiteral("1000000")},
         {QStringLiteral("batch"), QStringLiteral("Events of one call in it."), QStringLiteral("N"),
          QStringLiteral("100")},
         {QStringLiteral("seconds"), QStringLiteral("How long each view is looked at live."),
          QStringLiteral("N"), QStringLiteral("2")},
         {QStringLiteral("only"), QStringLiteral("One part: start, lanes, events, flow, saved, live."),
          QStringLiteral("PART"), QString()}});
    QCommandLineOption started(QStringLiteral("started"), QString(), QStringLiteral("MS"));
    started.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(started);
    parser.process(app);
    if (parser.isSet(started))
        return weir::bench::child(app, parser.positionalArguments().value(0),
                                  parser.value(started).toDouble());
    const int result = weir::bench::run(app, parser);
    QSettings().clear();
    return result;
}
