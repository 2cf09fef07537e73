// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/topics_model.h"
#include "events/events_model.h"
#include "events/json_tree.h"
#include "session/session.h"
#include "support/sample_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace weir;
using namespace weir::views;

namespace {

constexpr int kWait = 15'000;
using Mode = QAbstractItemModelTester::FailureReportingMode;

}  // namespace

class ModelsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

    void eventsOfASavedSession() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("s.weir"));
        QVERIFY(test::SampleSession::write(path.toStdString(), 2 * kSecond));
        Session session(path, false);
        EventsModel model;
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        model.setSession(&session);
        QTRY_VERIFY_WITH_TIMEOUT(session.isOpen() && model.rowCount() > 0, kWait);
        QCOMPARE(model.rowCount(), static_cast<int>(session.extent().events));

        // Nothing is loaded before it is asked for, and then only its page.
        const int row = model.rowCount() / 2;
        QVERIFY(model.entry(row) == nullptr);
        QCOMPARE(model.data(model.index(row, EventsModel::Offset), Qt::DisplayRole).toString(),
                 QStringLiteral("…"));
        QTRY_VERIFY_WITH_TIMEOUT(model.entry(row) != nullptr, kWait);
        QCOMPARE(model.entry(row)->row.id, model.idAt(row));
        QVERIFY(model.pagesHeld() <= 2);
        QVERIFY(!model.data(model.index(row, EventsModel::Topic), Qt::DisplayRole).toString().isEmpty());
    }

    void pagesAreGivenBack() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("s.weir"));
        QVERIFY(test::SampleSession::write(path.toStdString(), 12 * kSecond));
        Session session(path, false);
        EventsModel model;
        model.setSession(&session);
        QTRY_VERIFY_WITH_TIMEOUT(model.rowCount() > EventsModel::kPage * (EventsModel::kMostPages + 4),
                                 kWait);
        for (int page = 0; page < EventsModel::kMostPages + 4; ++page) {
            const int row = page * EventsModel::kPage;
            (void)model.data(model.index(row, 0), Qt::DisplayRole);
            QTRY_VERIFY_WITH_TIMEOUT(model.entry(row) != nullptr, kWait);
            QVERIFY(model.pagesHeld() <= EventsModel::kMostPages);
        }
    }

    void eventsOfAGrowingSession() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("s.weir"));
        const auto writer = test::SampleSession::create(path.toStdString());
        QVERIFY(writer != nullptr);
        writer->advance(kSecond / 2);
        Session session(path, true);
        EventsModel model;
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        model.setSession(&session);
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), static_cast<int>(writer->events()), kWait);
        const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        writer->advance(kSecond / 2);
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), static_cast<int>(writer->events()), kWait);
        QVERIFY(inserted.count() >= 1);
        QCOMPARE(reset.count(), 0);
        writer->finish();
        session.endLive();
        QTRY_VERIFY_WITH_TIMEOUT(!session.live(), kWait);
    }

    void answersForAnotherSessionAreDropped() {
        const QTemporaryDir folder;
        const QString first = folder.filePath(QStringLiteral("a.weir"));
        const QString second = folder.filePath(QStringLiteral("b.weir"));
        QVERIFY(test::SampleSession::write(first.toStdString(), 2 * kSecond, 1));
        QVERIFY(test::SampleSession::write(second.toStdString(), kSecond, 2));
        Session a(first, false);
        Session b(second, false);
        EventsModel model;
        model.setSession(&a);
        QTRY_VERIFY_WITH_TIMEOUT(model.rowCount() > 0, kWait);
        (void)model.data(model.index(0, 0), Qt::DisplayRole);  // asks a
        model.setSession(&b);
        QTRY_VERIFY_WITH_TIMEOUT(
            model.rowCount() > 0 && model.rowCount() == static_cast<int>(b.extent().events), kWait);
        (void)model.data(model.index(0, 0), Qt::DisplayRole);
        QTRY_VERIFY_WITH_TIMEOUT(model.entry(0) != nullptr, kWait);
        std::optional<journal::EventRow> truth;
        b.ask(
            this, [](journal::SessionReader& r) { return r.events(EventId{1}, 1); },
            [&](Result<std::vector<journal::EventRow>> rows) { truth = rows->front(); });
        QTRY_VERIFY_WITH_TIMEOUT(truth.has_value(), kWait);
        QVERIFY(model.entry(0)->row.key == truth->key);
        QCOMPARE(model.entry(0)->row.received, truth->received);
    }

    void topics() {
        TopicsModel model;
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        TopicsFilter filter;
        filter.setSourceModel(&model);
        const QAbstractItemModelTester filter_tester(&filter, Mode::QtTest);
        model.setTopics(
            {{"__consumer_offsets", true, {{0, 0, 12}}}, {"bids", false, {{0, 10, 30}, {1, 0, 5}}}});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(filter.rowCount(), 1);
        filter.setShowInternal(true);
        QCOMPARE(filter.rowCount(), 2);
        QVERIFY(model.setData(model.index(1, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(model.chosen(), QStringList{QStringLiteral("bids")});
        QCOMPARE(model.data(model.index(1, TopicsModel::Events), TopicsModel::SortRole).toLongLong(), 25);
    }

    void jsonTree() {
        JsonTreeModel model;
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        model.setRoot(parseJson(R"({"bid":"b-1","amount":412.00,"placed":{"at":"x"},"tags":["a",null]})"));
        const QModelIndex root = model.index(0, 0);
        QCOMPARE(model.rowCount(root), 4);
        QVERIFY(parseJson("{\"broken\": ") == nullptr);
        QVERIFY(parseJson(std::string(100'000, '[')) == nullptr);
        model.setRoot(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
