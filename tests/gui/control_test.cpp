// SPDX-License-Identifier: GPL-3.0-or-later
// Control of a running recording: what is sent, and that it asks before it writes to a cluster. And
// recordings that run events again.
#include "base/secret_source.h"
#include "compare/compare_view.h"
#include "control/control_window.h"
#include "control/seek_form.h"
#include "export/export_form.h"
#include "redrive/redrive_form.h"
#include "shell/flow_window.h"
#include "shell/view_area.h"
#include "support/facts_session.h"
#include "support/fake_capture.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/error_bar.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace weir;
using namespace weir::views;
namespace control = invoke::control;

namespace {

std::vector<invoke::TriggerStatus> triggers(invoke::TriggerState first = invoke::TriggerState::Running) {
    using invoke::TriggerState;
    return {{"bids→validate-bid", "validate-bid", first, 100, 8, 41, 2},
            {"valid-bids→notify", "notify", TriggerState::Stopped, 10, 4, 0, 0}};
}

SeekPlaces places() {
    return {"bids→validate-bid", "weir-auction", {{"bids", 3}, {"late-bids", 1}}};
}

// In pieces of a line each: moc does not read what is longer.
constexpr const char* kFlow =
    R"({"weir": 1, "name": "again", "cluster": {"brokers": "localhost:1"}, "functions": {)"
    R"("score": {"target": {"kind": "command", "command": ["cat"]}},)"
    R"("validate-bid": {"target": {"kind": "command", "command": ["cat"]}},)"
    R"("seen": {"target": {"kind": "command", "command": ["cat"]}, "observe": true}},)"
    R"("triggers": [{"function": "validate-bid", "topics": ["bids"]}, {"function": "score", "topics": ["bids"]}]})";

RedriveForm::ReadFlow readFlow() {
    return [](const QString& path) { return readFlowFile(path, EnvironmentSecrets{}); };
}

QString writtenFlow(const QTemporaryDir& folder, const char* json = kFlow) {
    QFile file(folder.filePath(QStringLiteral("again.flow.json")));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)) return {};
    file.write(json);
    return file.fileName();
}

}  // namespace

class ControlTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-control-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        applyTheme(ThemeChoice::Dark);
    }

    void theModelKeepsTheChosenRow() {
        TriggersModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTriggers(triggers());
        QCOMPARE(model.rowCount(), 2);
        const QPersistentModelIndex row = model.index(1, TriggersModel::State);
        QCOMPARE(row.data().toString(), QStringLiteral("stopped"));
        model.setTriggers(triggers(invoke::TriggerState::Paused));
        QVERIFY(row.isValid());
        QCOMPARE(model.index(0, TriggersModel::State).data().toString(), QStringLiteral("paused"));
    }

    void asksBeforeWhatWritesToTheCluster() {
        std::vector<control::Command> sent;
        QStringList asked;
        bool yes = false;
        ControlWindow window([&](control::Command c) {
            sent.push_back(std::move(c));
            return Status{};
        });
        window.setCluster(QStringLiteral("kafka:9092"));
        window.setAsk([&](const QString& question, const QString&, const std::function<void()>& then) {
            asked << question;
            if (yes) then();
        });
        window.setTriggers(triggers());
        window.show();
        QTest::mouseClick(window.pauseButton(), Qt::LeftButton);
        QCOMPARE(sent.size(), std::size_t{1});  // stops calls: nothing to ask
        QVERIFY(std::holds_alternative<control::Pause>(sent[0]));
        QVERIFY(asked.isEmpty());
        QTest::mouseClick(window.stopButton(), Qt::LeftButton);
        QCOMPARE(sent.size(), std::size_t{1});  // the answer was no
        QVERIFY(asked.front().contains(QStringLiteral("kafka:9092")));
        yes = true;
        QTest::mouseClick(window.drainButton(), Qt::LeftButton);
        QVERIFY(std::holds_alternative<control::Drain>(sent.back()));
        window.setTriggers(triggers(invoke::TriggerState::Draining));
        QVERIFY(!window.drainButton()->isEnabled());
        QTest::mouseClick(window.resumeButton(), Qt::LeftButton);
        QVERIFY(std::holds_alternative<control::Resume>(sent.back()));
        QCOMPARE(asked.size(), 3);
        window.table()->selectRow(1);
        QVERIFY(!window.stopButton()->isEnabled());  // it is stopped for good
        window.setOver();
        QVERIFY(!window.pauseButton()->isEnabled());
    }

    void figuresAreSentWhenTheyChanged() {
        std::vector<control::Command> sent;
        ControlWindow window([&](control::Command c) -> Status {
            sent.push_back(std::move(c));
            return fail(ErrorCode::Usage, "No such place.");
        });
        window.setTriggers(triggers());
        window.show();
        QCOMPARE(window.concurrencyField()->value(), 8);
        window.batchField()->setValue(7);
        window.setTriggers(triggers());
        QCOMPARE(window.batchField()->value(), 7);  // news does not take back what was typed
        QTest::mouseClick(window.applyButton(), Qt::LeftButton);
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(std::get<control::SetBatchSize>(sent[0]).batch_size, 7);
        QVERIFY(window.shownError().contains(QStringLiteral("No such place")));
    }

    void theFormSaysWhatMoves() {
        SeekForm form(places(), QStringLiteral("kafka:9092"), {"bids", 2, 77});
        auto command = form.command();
        QVERIFY(command.has_value());
        QCOMPARE(command->trigger, std::string("bids→validate-bid"));
        QCOMPARE(command->topic, std::string("bids"));
        QCOMPARE(command->partition, std::optional<std::int32_t>(2));
        QCOMPARE(command->to.offset, 77);
        QVERIFY(form.consequence().contains(QStringLiteral("weir-auction")));
        QVERIFY(form.consequence().contains(QStringLiteral("kafka:9092")));
        form.offsetField()->clear();
        QVERIFY(!form.command() && !form.goButton()->isEnabled());
        form.fromField()->setCurrentIndex(0);
        form.partitionField()->setCurrentIndex(0);
        command = form.command();
        QVERIFY(command && !command->partition && command->to.kind == kafka::StartAt::Kind::Earliest);
    }

    void whatIsChosenBecomesAFilter() {
        Catalog catalog;
        catalog.topics = {{TopicId{1}, "bids", 3}};
        catalog.functions = {{FunctionId{1}, "validate \"bid\"", "http", 1, 1, 0}};
        Choice choice;
        QCOMPARE(filterOf(choice, catalog, std::nullopt), QString());
        choice.place = PlaceChoice{TopicId{1}, 2};
        choice.key = "k\n";
        choice.function = FunctionId{1};
        choice.time = TimeRange{5, 9};
        const QString all = filterOf(choice, catalog, std::nullopt);
        QCOMPARE(all,
                 QStringLiteral("topic == \"bids\" && partition == 2 && key == \"k\\x0a\" && function == "
                                "\"validate \\\"bid\\\"\" && received >= 5 && received <= 9"));
        QVERIFY(filter::Filter::parse(utf8(all)));
        choice.event = EventId{7};
        QCOMPARE(filterOf(choice, catalog, std::nullopt), QStringLiteral("event == 7"));
        Choice finding;
        finding.finding = 3;
        journal::FindingRow row;
        row.kind = "inversion";
        row.topic = TopicId{1};
        row.partition = 1;
        row.first_offset = 4;
        row.last_offset = 6;
        const QString found = filterOf(finding, catalog, row);
        QCOMPARE(found,
                 QStringLiteral(
                     "topic == \"bids\" && partition == 1 && offset in {4..6} && finding == inversion"));
        QVERIFY(filter::Filter::parse(utf8(found)));
    }

    void theFormSaysWhatRunsAgain() {
        QSettings().clear();
        const QTemporaryDir folder;
        RedriveForm form({QStringLiteral("/tmp/bug.weir"),
                          QStringLiteral("offset > 3"),
                          {},
                          QStringLiteral("validate-bid"),
                          QStringLiteral("/tmp/new.weir")},
                         readFlow());
        QVERIFY(!form.plan() && !form.goButton()->isEnabled());
        QVERIFY(form.consequence().contains(QStringLiteral("flow file")));
        form.setFlowFile(writtenFlow(folder));
        QCOMPARE(form.functionField()->count(), 2);  // what someone else runs cannot be called
        QCOMPARE(form.functionField()->currentText(), QStringLiteral("validate-bid"));
        auto plan = form.plan();
        QVERIFY(plan.has_value());
        QCOMPARE(plan->session, std::string("/tmp/bug.weir"));
        QCOMPARE(plan->path, std::string("/tmp/new.weir"));
        QCOMPARE(plan->filter.text(),
                 std::string("offset > 3"));  // the window's filter, as nothing is chosen
        QVERIFY(!plan->recorded_batches && !plan->order && !plan->batch_size && !plan->concurrency);
        QVERIFY(!plan->produce);
        QCOMPARE(plan->pace.speed, 0.0);
        QVERIFY(form.consequence().contains(QStringLiteral("go nowhere")));

        form.orderField()->setCurrentText(QStringLiteral("key"));
        form.batchSizeField()->setValue(7);
        form.concurrencyField()->setValue(3);
        form.paceField()->setCurrentIndex(3);
        plan = form.plan();
        QVERIFY(plan && plan->order == flow::Order::Key && plan->batch_size == 7 && plan->concurrency == 3);
        QCOMPARE(plan->pace.speed, 10.0);
        form.batchesField()->setCurrentIndex(1);
        QVERIFY(!form.batchSizeField()->isEnabled());
        plan = form.plan();
        QVERIFY(plan && plan->recorded_batches && !plan->batch_size);

        form.events()->which()->setCurrentIndex(0);
        QVERIFY(form.plan()->filter.matchesAll());
        QTest::keyClicks(form.events()->filter(), QStringLiteral("offst == 1"));
        QVERIFY(!form.plan() && !form.goButton()->isEnabled());
        QVERIFY2(form.consequence().contains(QStringLiteral("offst")), qPrintable(form.consequence()));
        form.events()->filter()->clear();
        form.setFlowFile(writtenFlow(folder, R"({"weir": 1, "name": 3})"));
        QVERIFY(!form.plan());
        QVERIFY2(form.consequence().contains(QStringLiteral("name")), qPrintable(form.consequence()));
        form.setFlowFile(folder.filePath(QStringLiteral("nowhere.json")));
        QVERIFY2(form.consequence().contains(QStringLiteral("does not exist")),
                 qPrintable(form.consequence()));
    }

    void theFormExportsReportsAndParts() {
        const QTemporaryDir folder;
        const std::string session = utf8(folder.filePath(QStringLiteral("bug.weir")));
        QVERIFY(test::writeFacts(test::overtakenFacts(), session));
        ExportStart start;
        start.session = text(session);
        start.selection = QStringLiteral("partition == 0");
        start.functions = QStringList{QStringLiteral("validate-bid"), QStringLiteral("notify")};
        start.folder = folder.path();
        ExportForm form(start);
        const auto exported = [&] {
            QTest::mouseClick(form.goButton(), Qt::LeftButton);
            return QTest::qWaitFor([&] { return !form.writing(); });
        };
        QCOMPARE(form.events()->which()->currentIndex(), static_cast<int>(EventChoice::OfSelection));
        QVERIFY(form.words().contains(QStringLiteral("this part")));
        QVERIFY(exported());
        const QString page = folder.filePath(QStringLiteral("bug-report.html"));
        QVERIFY2(form.words().contains(page), qPrintable(form.words()));
        QVERIFY(!form.openButton()->isHidden());
        QFile written(page);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY(written.readAll().contains("Part: partition == 0"));

        form.events()->which()->setCurrentIndex(EventChoice::All);
        QVERIFY(form.words().contains(QStringLiteral("whole session")));
        QVERIFY(form.words().contains(QStringLiteral("replaces")));
        form.whatField()->setCurrentIndex(ExportForm::Pdf);
        QVERIFY(exported());
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("bug-report.pdf"))));

        form.whatField()->setCurrentIndex(ExportForm::Part);
        QTest::keyClicks(form.events()->filter(), QStringLiteral("partition == 0"));
        QVERIFY(exported());
        const QString part = folder.filePath(QStringLiteral("bug-part.weir"));
        QVERIFY2(QFile::exists(part), qPrintable(form.words()));
        QTest::keyClicks(form.events()->filter(), QStringLiteral(" && offst == 1"));
        QVERIFY(!form.goButton()->isEnabled());
        form.events()->filter()->clear();
        QVERIFY(!form.goButton()->isEnabled());  // it would replace a session
        QVERIFY2(form.words().contains(QStringLiteral("exists")), qPrintable(form.words()));
        form.whatField()->setCurrentIndex(ExportForm::Json);
        form.fileField()->setText(QStringLiteral("/nowhere/at/all.json"));
        QVERIFY(exported());
        QVERIFY(!form.words().contains(QStringLiteral("Written")));
        QVERIFY2(form.words().contains(QStringLiteral("/nowhere")), qPrintable(form.words()));
    }

    void theWindowOffersExports() {
        const QTemporaryDir folder;
        const std::string session = utf8(folder.filePath(QStringLiteral("bug.weir")));
        QVERIFY(test::writeFacts(test::overtakenFacts(), session));
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        const auto window = test::openWindow(text(session), secrets, {});
        int offers = 0;
        for (const Command& command : window->commands())
            offers += command.name.startsWith(QStringLiteral("Export")) ? 1 : 0;
        QCOMPARE(offers, 2);
        window->selection()->chooseEvent(EventId{2});
        window->showExport(ExportForm::Page);
        auto* form = window->findChild<ExportForm*>();
        QVERIFY(form != nullptr);
        QCOMPARE(form->events()->text(), std::string("event == 2"));
        form->reject();
    }

    void theWindowRunsEventsAgain() {
        const QTemporaryDir folder;
        QSettings().setValue(QStringLiteral("redrive/flow"), writtenFlow(folder));
        const std::string session = utf8(folder.filePath(QStringLiteral("bug.weir")));
        QVERIFY(test::SampleSession::write(session, kSecond));
        const auto log = std::make_shared<test::CaptureLog>();
        std::optional<redrive::Plan> asked;
        bool works = false;
        Services services;
        services.redrive = [&](redrive::Plan plan) -> Result<std::unique_ptr<Capture>> {
            asked = std::move(plan);
            if (!works) return fail(ErrorCode::Unsupported, "6 values were not kept.", "Use a range.");
            if (!test::SampleSession::write(asked->path, kSecond, 7, session))
                return fail(ErrorCode::Usage, "no");
            return std::make_unique<test::FakeCapture>(log);
        };
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        const auto window = test::openWindow(text(session), secrets, services);
        window->selection()->chooseEvent(EventId{3});
        const auto run = [&] {
            window->showRedrive();
            RedriveForm* form = nullptr;
            if (!QTest::qWaitFor([&] { return (form = window->findChild<RedriveForm*>()) != nullptr; }))
                return;
            QTest::mouseClick(form->goButton(), Qt::LeftButton);
        };
        run();
        QTRY_VERIFY(window->errorBar()->isVisible());
        QCOMPARE(window->session()->path(), text(session));  // still the old one
        works = true;
        QTRY_VERIFY(window->findChild<RedriveForm*>() == nullptr);
        run();
        QTRY_VERIFY(window->capture()->running());
        QVERIFY(asked.has_value());
        QCOMPARE(asked->session, session);
        QVERIFY(asked->filter.text().starts_with("event == 3"));
        QTRY_VERIFY(window->session() != nullptr && window->session()->isOpen());
        QCOMPARE(window->session()->path(), text(asked->path));
        QVERIFY2(window->modeText().contains(QStringLiteral("again")), qPrintable(window->modeText()));
        window->capture()->stop();
        QTRY_VERIFY(!window->capture()->running());
        // Both side by side, the recorded one first.
        QCOMPARE(window->views()->current(), static_cast<int>(MainWindow::Compare));
        QTRY_VERIFY(window->compare()->comparison() != nullptr);
        QCOMPARE(window->compare()->comparison()->sides[0].path, session);
        QCOMPARE(window->compare()->comparison()->sides[1].path, asked->path);
        QVERIFY(!window->compare()->comparison()->differ());
        QFile::remove(text(asked->path));
    }

    void theWindowControlsItsRecording() {
        const QTemporaryDir folder;
        const auto log = std::make_shared<test::CaptureLog>();
        log->status.triggers = triggers();
        std::vector<flow::Order> orders;
        Services services;
        services.run_demo = [&](demo::AuctionOptions options) -> Result<std::unique_ptr<Capture>> {
            orders.push_back(options.order);
            log->stopped = false;
            if (!test::SampleSession::write(options.path, kSecond)) return fail(ErrorCode::Usage, "no");
            return std::make_unique<test::FakeCapture>(log);
        };
        KeychainSecrets secrets(KeychainSecrets::Store::MemoryOnly);
        MainWindow window(services, &secrets);
        window.show();
        window.runDemo(flow::Order::None);
        QTRY_VERIFY(window.capture()->running() && window.session() != nullptr && window.session()->isOpen());
        QVERIFY2(window.modeText().contains(QStringLiteral("without order")), qPrintable(window.modeText()));
        QTRY_COMPARE(window.controlWindow()->model()->rowCount(), 2);
        window.controlWindow()->show();
        QTest::mouseClick(window.controlWindow()->pauseButton(), Qt::LeftButton);
        QTRY_COMPARE(log->commands().size(), std::size_t{1});
        // The same demo in another order: the one that runs ends first.
        window.runDemo(flow::Order::Key);
        QTRY_COMPARE(orders.size(), std::size_t{2});
        QTRY_VERIFY(window.capture()->running());
        QVERIFY(orders[1] == flow::Order::Key);
        window.capture()->stop();
        QTRY_VERIFY(!window.capture()->running());
        QVERIFY(!window.controlWindow()->pauseButton()->isEnabled());
    }
};

QTEST_MAIN(ControlTest)
#include "control_test.moc"
