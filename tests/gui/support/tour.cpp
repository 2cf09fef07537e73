// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/tour.h"

#include "compare/compare_view.h"
#include "connect/connect_dialog.h"
#include "control/control_window.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "inspect/call_inspector.h"
#include "inspect/event_inspector.h"
#include "instances/instances_view.h"
#include "lanes/lanes_canvas.h"
#include "latency/latency_view.h"
#include "lineage/lineage_view.h"
#include "order/order_view.h"
#include "replay/breakpoints_model.h"
#include "replay/breakpoints_pane.h"
#include "replay/replay_view.h"
#include "shell/inspector_dock.h"
#include "shell/view_area.h"
#include "support/facts_session.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"

#include <QPainter>

#include <cstdio>

namespace weir::test {
namespace {

using namespace weir::views;

class Tour {
  public:
    Tour(const TourSessions& sessions, QSize size, const Picture& picture)
        : sessions_(sessions), size_(size), picture_(picture) {}

    bool run() {
        const std::pair<const char*, void (Tour::*)()> parts[] = {
            {"typical", &Tour::typical}, {"overtaken", &Tour::overtaken},   {"compare", &Tour::compared},
            {"wide", &Tour::wide},       {"connection", &Tour::connection}, {"empty", &Tour::empty},
            {"huge", &Tour::huge}};
        for (const auto& [name, part] : parts) {
            const bool slow = part == &Tour::huge;
            if ((sessions_.only.isEmpty() && !slow) || sessions_.only == QLatin1String(name)) (this->*part)();
        }
        return good_;
    }

  private:
    std::unique_ptr<MainWindow> open(const QString& session) {
        auto window = openWindow(session, secrets_);
        window->resize(size_);
        QTest::qWait(50);
        return window;
    }
    template <typename Condition>
    void await(Condition condition, const char* what) {
        if (QTest::qWaitFor(condition, 15'000)) return;
        std::fprintf(stderr, "waited in vain: %s\n", what);
        good_ = false;
    }
    void take(MainWindow& window, const char* name, int settle = 100) {
        QTest::qWait(settle);
        picture_([&window] { return window.grab(); }, QLatin1String(name));
    }

    /// The cross in the field takes its time to come and go.
    static void filter(MainWindow& window, const QString& text) {
        window.filterField()->setFilterText(text);
        QTest::qWait(250);
    }

    void typical() {
        const auto window = open(sessions_.sample);
        window->showTab(MainWindow::Flow);
        take(*window, "flow", 400);
        window->selection()->chooseFunction(FunctionId{1});
        take(*window, "flow-chosen");
        window->selection()->clear();
        window->showTab(MainWindow::Latency);
        await([&] { return window->latency()->picture() != nullptr; }, "latency");
        take(*window, "latency", 200);
        window->showTab(MainWindow::Instances);
        take(*window, "instances", 300);
        window->showTab(MainWindow::Log);
        take(*window, "log", 200);
        window->showTab(MainWindow::Lanes);
        take(*window, "lanes-all");
        filter(*window, QStringLiteral("outcome != success"));
        await([&] { return window->session()->matchesFound().second; }, "matches");
        take(*window, "lanes-filter");
        filter(*window, {});
        zoomed(*window);
        events(*window);
    }

    /// Zoomed in, a failed call chosen.
    void zoomed(MainWindow& window) {
        const TimeNs from = window.session()->extent().first_at;
        LanesCanvas* lanes = window.lanes();
        lanes->showTime(from + 1'400 * kMillisecond, from + 5'400 * kMillisecond);
        const Call* chosen = nullptr;
        for (const Call& call : window.session()->lanes().calls()) {
            if (call.failed() && call.start > from + 2 * kSecond && chosen == nullptr) chosen = &call;
        }
        lanes->setFocus();
        if (chosen != nullptr) {
            bool shown = false;
            QObject::connect(window.inspector()->callInspector(), &CallInspector::shown, &window,
                             [&] { shown = true; });
            window.selection()->chooseCall(chosen->id);
            await([&] { return shown; }, "call inspector");
            lanes->reveal(chosen->id);
        }
        take(window, "lanes");
        window.selection()->clear();
    }

    void events(MainWindow& window) {
        bool shown = false;
        QObject::connect(window.inspector()->eventInspector(), &EventInspector::shown, &window,
                         [&] { shown = true; });
        window.showTab(MainWindow::Events);
        window.events()->setRules({{4, QStringLiteral("outcome != success")}});
        window.events()->show(EventId{1'300});
        window.selection()->chooseEvent(EventId{1'300});
        await([&] { return shown; }, "event inspector");
        await([&] { return window.events()->model()->entry(1'300) != nullptr; }, "page of events");
        take(window, "events");
        window.selection()->clear();
        filter(window, QStringLiteral("topic == \"nowhere\""));
        await(
            [&] {
                return window.events()->model()->rowCount() == 0 && !window.events()->model()->searching();
            },
            "empty answer");
        take(window, "events-nothing");
        window.events()->setRules({});
    }

    void overtaken() {
        const auto window = open(sessions_.overtaken);
        window->showTab(MainWindow::Order);
        await([&] { return window->order()->showsEvidence(); }, "evidence");
        take(*window, "order", 400);
        window->showTab(MainWindow::Flow);
        take(*window, "flow-broken", 400);
        EventId event;
        window->session()->ask(
            window.get(), [](journal::SessionReader& reader) { return reader.findEvent(TopicId{1}, 1, 18); },
            [&](const Result<EventId>& found) { event = found.value_or(EventId{}); });
        await([&] { return static_cast<bool>(event); }, "event");
        window->selection()->chooseEvent(event);
        window->showTab(MainWindow::Lineage);
        await([&] { return window->lineage()->lineage() != nullptr; }, "lineage");
        take(*window, "lineage", 300);
        window->lineage()->setAggregate(true);
        await([&] { return window->lineage()->aggregate() != nullptr; }, "all events");
        take(*window, "lineage-all", 200);
        window->showTab(MainWindow::Replay);
        await([&] { return window->replay()->picture() != nullptr; }, "replay");
        for (const char* filter : {"finding == inversion", "attempt > 1", "outcome == timeout"}) {
            window->replay()->breakpointField()->setFilterText(QLatin1String(filter));
            window->replay()->breakpoints()->add();
        }
        BreakpointsModel* breakpoints = window->replay()->breakpoints()->model();
        breakpoints->setData(breakpoints->index(1), Qt::Unchecked, Qt::CheckStateRole);
        window->replay()->run(replay::Direction::Forward);
        await([&] { return !window->replay()->picture()->atStart() && !window->replay()->busy(); },
              "finding");
        take(*window, "replay", 200);
        window->showTab(MainWindow::Lanes);
        take(*window, "lanes-replayed");
        window->showTab(MainWindow::Instances);
        take(*window, "instances-replayed", 200);
        window->showTab(MainWindow::Order);
        take(*window, "order-replayed", 200);
        window->showTab(MainWindow::Events);
        await(
            [&] {
                return window->events()->model()->entry(window->events()->model()->cursorRow()) != nullptr;
            },
            "page of events at the cursor");
        take(*window, "events-replayed", 200);
        window->replay()->toTime(window->session()->extent().first_at + 600 * kMillisecond);
        await([&] { return !window->replay()->busy(); }, "instant");
        window->lineage()->setAggregate(false);
        window->selection()->chooseEvent(event);
        window->showTab(MainWindow::Lineage);
        await([&] { return window->lineage()->note().contains(QStringLiteral("Replay")); }, "lineage then");
        take(*window, "lineage-replayed", 300);
        window->showTab(MainWindow::Events);  // the width of the inspector is remembered
    }

    void compared() {
        const auto window = open(sessions_.compared);
        window->showTab(MainWindow::Compare);
        window->compare()->compareWith(sessions_.other);
        await([&] { return window->compare()->comparison() != nullptr; }, "comparison");
        take(*window, "compare", 300);
    }

    void wide() {
        const auto window = open(sessions_.wide);
        window->showTab(MainWindow::Lanes);
        take(*window, "lanes-300", 300);
        window->showTab(MainWindow::Flow);
        take(*window, "flow-names", 400);
        window->showTab(MainWindow::Events);
        await([&] { return window->events()->model()->entry(0) != nullptr; }, "page of events");
        take(*window, "events-names");
    }

    /// More than the screen has pixels for.
    void huge() {
        const auto window = open(sessions_.sample);
        window->showTab(MainWindow::Flow);
        take(*window, "huge-flow", 500);
        window->showTab(MainWindow::Latency);
        await([&] { return window->latency()->picture() != nullptr; }, "latency");
        take(*window, "huge-latency", 500);
        window->showTab(MainWindow::Instances);
        take(*window, "huge-instances", 500);
        window->showTab(MainWindow::Lanes);
        take(*window, "huge-lanes", 200);
        const auto extent = window->session()->extent();
        const TimeNs middle = extent.first_at + (extent.last_at - extent.first_at) / 2;
        const DurationNs span = extent.last_at - extent.first_at;
        window->lanes()->showTime(middle, middle + span / 40);
        take(*window, "huge-lanes-part", 200);
        window->selection()->showTime(std::nullopt);
        window->showTab(MainWindow::Events);
        const EventId event{extent.events / 2};
        window->events()->show(event);
        window->selection()->chooseEvent(event);
        await([&] { return window->events()->model()->entry(static_cast<int>(event.value) - 1) != nullptr; },
              "page of events");
        take(*window, "huge-events", 300);
    }

    /// A cluster whose certificate nobody here trusts.
    void connection() {
        using State = kafka::StepResult::State;
        using Step = kafka::ConnectionStep;
        Services services;
        services.test_connection = [](const auto&, int, const auto&, const auto*) {
            kafka::ConnectionReport report;
            report.steps = {{Step::NameFound, State::Passed, "3 of 3 names, 10.20.4.11"},
                            {Step::Connected, State::Passed, "kafka-1.shop.example:9094"},
                            {Step::Tls, State::Failed, "signed by an authority that is not trusted here"},
                            {Step::TopicsListed, State::NotReached, {}}};
            report.status = fail(ErrorCode::Unreachable,
                                 "The TLS certificate of *.shop.example is signed by an unknown authority",
                                 "Set the CA certificate to the one of the authority that signed it.");
            report.original = "SSL handshake failed: certificate verify failed";
            report.took = 84 * kMillisecond;
            return report;
        };
        MainWindow window(services, &secrets_);
        window.resize(size_);
        window.show();
        ConnectDialog* dialog = window.connectDialog();
        ClusterProfile profile;
        profile.name = QStringLiteral("shop, production");
        profile.brokers = QStringLiteral("kafka-1.shop.example:9094");
        profile.security = Security::Tls;
        window.showConnect(profile);
        bool done = false;
        QObject::connect(dialog, &ConnectDialog::testFinished, dialog, [&] { done = true; });
        dialog->test();
        await([&] { return done; }, "connection test");
        QTest::qWait(50);
        picture_([&] { return withDialog(window, *dialog); }, QStringLiteral("connect-failing"));
    }

    void empty() {
        MainWindow window(Services{}, &secrets_);
        window.resize(size_);
        window.show();
        window.openSession(sessions_.empty);
        await([&] { return window.session() != nullptr && window.session()->isOpen(); }, "empty session");
        QTest::qWait(150);
        for (int i = 0; i < window.views()->count(); ++i) {
            window.showTab(static_cast<MainWindow::Tab>(i));
            take(window, qPrintable(QStringLiteral("empty-%1").arg(window.views()->name(i).toLower())), 120);
        }
    }

    const TourSessions& sessions_;
    const QSize size_;
    const Picture& picture_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
    bool good_ = true;
};

}  // namespace

bool TourSessions::write(const QString& folder, TourSessions& sessions) {
    const auto at = [&](const char* name) { return folder + QLatin1Char('/') + QLatin1String(name); };
    sessions = {at("auction.weir"),
                at("overtaken.weir"),
                at("wide.weir"),
                at("empty.weir"),
                at("overtaken.weir"),
                at("other.weir"),
                {}};
    return SampleSession::write(sessions.sample.toStdString(), 40 * kSecond) &&
           writeFacts(overtakenFacts(), sessions.overtaken.toStdString()) &&
           writeFacts(otherCountryFacts(), sessions.other.toStdString()) &&
           writeFacts(wideFacts(), sessions.wide.toStdString()) &&
           writeFacts(emptyFacts(), sessions.empty.toStdString());
}

QPixmap withDialog(QWidget& window, QWidget& dialog) {
    dialog.resize(dialog.width(), std::max(dialog.height(), dialog.sizeHint().height()));
    QTest::qWait(100);
    QPixmap picture = window.grab();
    QPainter painter(&picture);
    const QRect place(QPoint(picture.width() - dialog.width() - 40, 120), dialog.size());
    painter.drawPixmap(place.topLeft(), dialog.grab());
    painter.setPen(QColor(theme().line_strong));
    painter.drawRect(place);
    return picture;
}

bool tourOfTheWindow(const TourSessions& sessions, QSize size, const Picture& picture) {
    return Tour(sessions, size, picture).run();
}

}  // namespace weir::test
