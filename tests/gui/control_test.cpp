// SPDX-License-Identifier: GPL-3.0-or-later
// Control of a running recording: what is sent, and that it asks before it writes to a cluster.
#include "control/control_window.h"
#include "control/seek_form.h"
#include "support/fake_capture.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/data_table.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
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
