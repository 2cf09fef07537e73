// SPDX-License-Identifier: GPL-3.0-or-later
// The filter field and what it drives: completion, errors, history; the events table narrowed, find, copies.
#include "events/event_copy.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "filter_bar/filter_scope.h"
#include "filter_bar/filter_store.h"
#include "flow/flow_canvas.h"
#include "flow/flow_view.h"
#include "latency/latency_view.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>

using namespace weir;
using namespace weir::views;

class FilterBarTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-filter-bar-test"));
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeChoice::Dark);
        sample_ = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(sample_.toStdString(), 3 * kSecond));
    }
    void init() { QSettings().clear(); }

    void literalsSurviveTheLanguage() {
        for (const std::string& key :
             {std::string("item-1"), std::string("a\"b\\c"), std::string("\xff\x00\x01", 3)}) {
            const auto parsed = filter::Filter::parse("key == " + filterLiteral(key));
            QVERIFY2(parsed.has_value(), filterLiteral(key).c_str());
        }
        QCOMPARE(bothFilters("a", ""), std::string("a"));
        QCOMPARE(bothFilters("a", "b"), std::string("(a) && (b)"));
    }

    void theStoreKeepsWhatWasUsed() {
        FilterStore::addUsed(QStringLiteral("cold"));
        FilterStore::addUsed(QStringLiteral("run > 1s"));
        FilterStore::addUsed(QStringLiteral("cold"));
        QCOMPARE(FilterStore::used(), (QStringList{QStringLiteral("cold"), QStringLiteral("run > 1s")}));
        FilterStore::save({QStringLiteral("slow"), QStringLiteral("run > 1s")});
        FilterStore::save({QStringLiteral("slow"), QStringLiteral("run > 2s")});
        QCOMPARE(FilterStore::saved().size(), 1);
        QCOMPARE(FilterStore::saved().front().filter, QStringLiteral("run > 2s"));
        FilterStore::remove(QStringLiteral("slow"));
        QVERIFY(FilterStore::saved().isEmpty());
    }

    void anErrorKeepsTheFilterInForce() {
        FilterField field;
        field.setFilterText(QStringLiteral("topic == \"bids\""));
        QCOMPARE(field.filter().text(), std::string("topic == \"bids\""));
        field.setFilterText(QStringLiteral("toppic == \"bids\""));
        QVERIFY(field.error().has_value());
        QCOMPARE(field.error()->at, std::size_t{0});
        QCOMPARE(field.error()->nearest, std::string("topic"));
        QCOMPARE(field.filter().text(), std::string("topic == \"bids\""));
    }

    void tabTakesASuggestion() {
        const auto window = open();
        FilterField* field = window->filterField();
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("parti"));
        QTRY_VERIFY(field->popupShown());
        QVERIFY(field->candidates()->count() > 0);
        QTest::keyClick(field, Qt::Key_Tab);
        QVERIFY(field->text().startsWith(QStringLiteral("partition")));
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!field->popupShown());
    }

    void typedFiltersNarrowTheTable() {
        const auto window = open();
        EventsModel* model = window->events()->model();
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        window->showTab(MainWindow::Events);
        const int all = model->rowCount();
        QVERIFY(all > 0);
        window->filterField()->setFocus();
        QTest::keyClicks(window->filterField(), QStringLiteral("topic == \"bids\" && partition == 2"));
        QTest::keyClick(window->filterField(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() > 0 && model->rowCount() < all && !model->searching(),
                                 kWait);
        for (int row = 0; row < model->rowCount(); row += 37) {
            QTRY_VERIFY_WITH_TIMEOUT(
                model->data(model->index(row, 0), Qt::DisplayRole).toString() != QStringLiteral("…") &&
                    model->entry(row) != nullptr,
                kWait);
            QCOMPARE(model->entry(row)->row.partition, 2);
            QCOMPARE(model->rowOf(model->idAt(row)), row);
        }
        QCOMPARE(FilterStore::used().size(), 1);
        window->filterField()->setFilterText({});
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), all, kWait);
    }

    void theFilterDrivesTheOtherViews() {
        const auto window = open();
        Session* session = window->session();
        window->filterField()->setFilterText(QStringLiteral("outcome != success && topic == \"bids\""));
        QTRY_VERIFY_WITH_TIMEOUT(session->matching() != nullptr && session->matchesFound().second, kWait);
        // The same calls as the sum over all of them says.
        std::int64_t failed = 0;
        TopicId bids;
        for (const auto& topic : session->catalog().topics)
            if (topic.name == "bids") bids = topic.id;
        for (const Call& call : session->lanes().calls()) {
            const bool holds = !call.open() && call.outcome != facts::Outcome::Success && call.topic == bids;
            QCOMPARE(session->matches(call.id), holds);
            failed += holds ? 1 : 0;
        }
        QVERIFY(failed > 0);
        QCOMPARE(session->matchesFound().first, failed);
        // A lane of matches is the lane without the rest, each call at its height.
        for (const Lane& lane : session->matching()->lanes()) {
            const Lane* whole = session->lanes().lane(lane.key);
            QVERIFY(whole != nullptr);
            for (std::size_t i = 0; i < lane.calls.size(); ++i) {
                const auto at = std::lower_bound(whole->calls.begin(), whole->calls.end(), lane.calls[i]);
                QVERIFY(at != whole->calls.end() && *at == lane.calls[i]);
                QCOMPARE(lane.row[i], whole->row[static_cast<std::size_t>(at - whole->calls.begin())]);
            }
        }
        window->showTab(MainWindow::Flow);
        QTRY_VERIFY_WITH_TIMEOUT(std::any_of(window->flow()->canvas()->graph().nodes.begin(),
                                             window->flow()->canvas()->graph().nodes.end(),
                                             [](const FlowNode& node) { return node.dimmed; }),
                                 kWait);
        // Drawn again as matches come: the last of them count too.
        const auto shown = [&] {
            std::int64_t calls = 0;
            for (const FlowEdge& edge : window->flow()->canvas()->graph().edges) calls += edge.calls;
            return calls;
        };
        QTRY_COMPARE_WITH_TIMEOUT(shown(), failed, kWait);
        for (const FlowEdge& edge : window->flow()->canvas()->graph().edges)
            QCOMPARE(edge.failed, edge.calls);
        window->showTab(MainWindow::Latency);
        QTRY_VERIFY_WITH_TIMEOUT(
            window->latency()->picture() != nullptr && window->latency()->picture()->calls == failed, kWait);
        window->showTab(MainWindow::Lanes);
        QVERIFY(!window->grab().isNull());
        window->filterField()->setFilterText({});
        QVERIFY(session->matching() == nullptr);
        window->showTab(MainWindow::Latency);
        QTRY_COMPARE_WITH_TIMEOUT(window->latency()->picture()->calls, session->extent().invocations, kWait);
    }

    void figuresOfMatchesAreThoseOfTheRollups() {
        const auto window = open();
        Session* session = window->session();
        window->filterField()->setFilterText(QStringLiteral("offset >= 0"));
        QTRY_VERIFY_WITH_TIMEOUT(session->matching() != nullptr && session->matchesFound().second, kWait);
        QCOMPARE(session->matchesFound().first, session->extent().invocations);
        LatencyQuestion q;
        q.range = {session->extent().first_at, session->extent().last_at + 1};
        const auto figures = matchingFigures(session->lanes(), *session->matching(), q.range, q.columns);
        const LatencyPicture ours = latencyPicture(figures, q);
        std::optional<LatencyPicture> theirs;
        session->ask(
            window.get(), [q](journal::SessionReader& reader) { return latencyPicture(reader, q); },
            [&](Result<LatencyPicture> picture) { theirs = std::move(*picture); });
        QTRY_VERIFY_WITH_TIMEOUT(theirs.has_value(), kWait);
        QCOMPARE(ours.calls, theirs->calls);
        QCOMPARE(ours.cold, theirs->cold);
        QCOMPARE(ours.run.count(), theirs->run.count());
        // What partial calls delivered is not known call by call.
        QVERIFY(ours.all.count() <= theirs->all.count());
        QVERIFY(ours.all.count() > theirs->all.count() * 9 / 10);
        const auto near = [](std::int64_t a, std::int64_t b) {
            return std::abs(a - b) <= std::max<std::int64_t>(std::max(a, b) / 16, 1'000);
        };
        for (const double quantile : {0.5, 0.95, 0.99})
            QVERIFY(near(ours.run.percentile(quantile), theirs->run.percentile(quantile)));
    }

    void theSelectionNarrowsTheTableToo() {
        const auto window = open();
        EventsModel* model = window->events()->model();
        const int all = model->rowCount();
        window->selection()->choosePlace(PlaceChoice{TopicId{3}, PlaceChoice::kAll});
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() > 0 && model->rowCount() < all && !model->searching(),
                                 kWait);
        window->events()->setNarrowed(false);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), all, kWait);
    }

    void findGoesBothWays() {
        const auto window = open();
        window->showTab(MainWindow::Events);
        window->events()->setNarrowed(false);
        window->filterField()->setFilterText(QStringLiteral("topic == \"audit\""));
        const EventId start{300};
        window->selection()->chooseEvent(start);
        window->events()->find(1);
        QTRY_VERIFY_WITH_TIMEOUT(window->selection()->event() > start, kWait);
        const EventId first = window->selection()->event();
        window->events()->find(1);
        QTRY_VERIFY_WITH_TIMEOUT(window->selection()->event() > first, kWait);
        window->events()->find(-1);
        QTRY_COMPARE_WITH_TIMEOUT(window->selection()->event(), first, kWait);
    }

    void columnsAreRemembered() {
        {
            const auto window = open();
            window->events()->setColumnShown(EventsModel::Type, false);
        }
        const auto window = open();
        QVERIFY(window->events()->table()->isColumnHidden(EventsModel::Type));
        QVERIFY(!window->events()->table()->isColumnHidden(EventsModel::Key));
    }

    void placesOfTheValueAreColumns() {
        QVERIFY(!JsonColumn::parse(QStringLiteral("value.")));
        QVERIFY(!JsonColumn::parse(QStringLiteral("value.a == 1")));
        const std::vector<JsonColumn> places{*JsonColumn::parse(QStringLiteral("a.b")),
                                             *JsonColumn::parse(QStringLiteral("value.list[*].x")),
                                             *JsonColumn::parse(QStringLiteral("value.list[1]"))};
        QCOMPARE(places[0].name, QStringLiteral("value.a.b"));
        const auto values = valuesAt(R"({"a":{"b":"ö"},"list":[{"x":1},{"x":true}]})", places);
        QCOMPARE(values[0], std::string("ö"));
        QCOMPARE(values[1], std::string("1, true"));
        QCOMPARE(values[2], std::string(R"({"x":true})"));
        QCOMPARE(valuesAt("no json", places)[0], std::string());
        {
            const auto window = open();
            EventsModel* model = window->events()->model();
            const QAbstractItemModelTester tester(model,
                                                  QAbstractItemModelTester::FailureReportingMode::QtTest);
            QVERIFY(!window->events()->addPlace(QStringLiteral("=")));
            QVERIFY(window->events()->addPlace(QStringLiteral("item")));
            QCOMPARE(model->columnCount(), EventsModel::Columns + 1);
            window->showTab(MainWindow::Events);
            QTRY_VERIFY_WITH_TIMEOUT(model->entry(0) != nullptr, kWait);
            QVERIFY(model->entry(0)->places.size() == 1);
        }
        const auto window = open();  // remembered
        QCOMPARE(window->events()->model()->columnCount(), EventsModel::Columns + 1);
        window->events()->removePlace(0);
        QCOMPARE(window->events()->model()->columnCount(), static_cast<int>(EventsModel::Columns));
    }

    void rulesMarkTheRowsForWhichTheyHold() {
        const auto window = open();
        EventsModel* model = window->events()->model();
        window->showTab(MainWindow::Events);
        window->events()->setRules({{1, QStringLiteral("topic == \"bids\" && partition == 2")},
                                    {2, QStringLiteral("topic == \"bids\"")}});
        QCOMPARE(ColourRules::all().size(), 2);
        QTRY_VERIFY_WITH_TIMEOUT(model->entry(0) != nullptr, kWait);
        int held = 0;
        for (int row = 0; row < EventsModel::kPage && row < model->rowCount(); ++row) {
            const EventEntry* entry = model->entry(row);
            const bool bids =
                window->session()->catalog().topicName(entry->row.topic) == QStringLiteral("bids");
            QCOMPARE(entry->rule, !bids ? -1 : entry->row.partition == 2 ? 0 : 1);
            QCOMPARE(model->data(model->index(row, 0), EventsModel::BarRole).isValid(), bids);
            held += bids ? 1 : 0;
        }
        QVERIFY(held > 0);
        ColourRulesWindow rules(model->rules());
        QCOMPARE(rules.rules(), model->rules());
    }

    void copiesAreSafeInAShell() {
        QCOMPARE(shellWord(QStringLiteral("it's")), QStringLiteral("'it'\\''s'"));
        journal::EventDetail event;
        event.row.partition = 3;
        event.row.offset = 7;
        event.row.key = "k";
        event.value = "{\"a\":\"it's\"}";
        event.headers = {{"ce_type", "bid"}, {"bad", std::string("\xff\n", 2)}};
        const QString curl = eventAsCurl(event, QStringLiteral("bids"));
        QVERIFY(curl.contains(QStringLiteral("-H 'ce-type: bid'")));
        QVERIFY(!curl.contains(QLatin1Char('\n')));
        QVERIFY(curl.contains(QStringLiteral("it'\\''s")));
        const QJsonObject json =
            QJsonDocument::fromJson(eventAsJson(event, QStringLiteral("bids")).toUtf8()).object();
        QCOMPARE(json[QStringLiteral("offset")].toInt(), 7);
        QCOMPARE(json[QStringLiteral("value")].toObject()[QStringLiteral("a")].toString(),
                 QStringLiteral("it's"));
        QVERIFY(eventAsKcat(event, QStringLiteral("bids"), QStringLiteral("k1:9092,k2:9092 (SSL)"))
                    .contains(QStringLiteral("-b 'k1:9092,k2:9092' -t 'bids' -p 3 -o 7 -c 1")));
    }

  private:
    static constexpr int kWait = 20'000;

    std::unique_ptr<MainWindow> open() { return test::openWindow(sample_, secrets_); }

    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(FilterBarTest)
#include "filter_bar_test.moc"
