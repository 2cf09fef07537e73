// SPDX-License-Identifier: GPL-3.0-or-later
// Latency and Instances: their values against the session, their models, and the views under keys and mouse.
#include "instances/concurrency_chart.h"
#include "instances/instances_view.h"
#include "lanes/lanes_canvas.h"
#include "latency/latency_view.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/data_table.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <numeric>

using namespace weir;
using namespace weir::views;

class FiguresTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-figures-test"));
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeChoice::Dark);
        sample_ = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(sample_.toStdString(), 6 * kSecond));
    }
    void init() { QSettings().clear(); }

    void theMapHoldsEveryDelivery() {
        const auto window = open();
        window->showTab(MainWindow::Latency);
        LatencyView* view = window->latency();
        QTRY_VERIFY_WITH_TIMEOUT(view->picture() != nullptr && !view->picture()->empty(), kWait);
        const LatencyPicture& p = *view->picture();
        const double cells = std::accumulate(p.cells.begin(), p.cells.end(), 0.0);
        const auto all = static_cast<double>(p.all.count());
        QVERIFY2(std::abs(cells - all) < all * 0.001 + 1, qPrintable(QString::number(cells)));
        QVERIFY(p.all.percentile(0.5) <= p.all.percentile(0.95));
        QVERIFY(p.low < p.high);
    }

    void theComparisonIsAModelAndChooses() {
        const auto window = open();
        window->showTab(MainWindow::Latency);
        LatencyView* view = window->latency();
        QTRY_VERIFY_WITH_TIMEOUT(view->model()->rowCount() == 2, kWait);
        const QAbstractItemModelTester tester(view->table()->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        view->table()->setCurrentIndex(view->model()->index(0, 0));
        QVERIFY(window->selection()->function());
        view->setBy(LatencyBy::Instance);
        QTRY_VERIFY_WITH_TIMEOUT(
            view->model()->rowCount() == static_cast<int>(window->session()->catalog().instances.size()),
            kWait);
        view->setBy(LatencyBy::Partition);
        QTRY_VERIFY_WITH_TIMEOUT(view->model()->row(0) != nullptr &&
                                     view->model()->row(0)->key.scope == journal::RollupScope::Partition,
                                 kWait);
    }

    void pictureAndDataAreSaved() {
        const auto window = open();
        window->showTab(MainWindow::Latency);
        LatencyView* view = window->latency();
        QVERIFY(!view->save(folder_.filePath(QStringLiteral("early.csv"))) || view->picture() != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(view->picture() != nullptr && !view->picture()->empty(), kWait);
        for (const char* name : {"a.png", "a.pdf", "a.csv"}) {
            const QString path = folder_.filePath(QLatin1String(name));
            QVERIFY(view->save(path));
            QVERIFY(QFile(path).size() > 500);
        }
        QVERIFY(!view->save(QStringLiteral("/nowhere/at/all.csv")));
    }

    void keysChooseTime() {
        const auto window = open();
        window->showTab(MainWindow::Latency);
        LatencyView* view = window->latency();
        QTRY_VERIFY_WITH_TIMEOUT(view->picture() != nullptr && !view->picture()->empty(), kWait);
        view->setFocus();
        QWidget* plot = view->focusWidget();
        QVERIFY(plot != nullptr);
        QTest::keyClick(plot, Qt::Key_W);
        QVERIFY(window->selection()->view());
        QTest::keyClick(plot, Qt::Key_F);
        QVERIFY(!window->selection()->view());
    }

    void instancesAreThoseOfTheSession() {
        const auto window = open();
        window->showTab(MainWindow::Instances);
        const InstancesModel* model = window->instances()->model();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(),
                                  static_cast<int>(window->session()->catalog().instances.size()), kWait);
        std::int64_t calls = 0;
        for (int row = 0; row < model->rowCount(); ++row) calls += model->entry(row)->calls;
        QCOMPARE(calls, window->session()->extent().invocations);
        const Concurrency counts =
            concurrencyOf(window->session()->catalog(), window->session()->lanes(), {},
                          window->instances()->canvas()->scale(), window->session()->horizon());
        QVERIFY(counts.peak > 0 && counts.peak <= counts.limit);
        QTRY_VERIFY_WITH_TIMEOUT(model->entry(0)->cold.has_value(), kWait);
        window->instances()->table()->setCurrentIndex(model->index(2, 0));
        QCOMPARE(window->selection()->instance(), model->entry(2)->row.id);
    }

    void instancesModelSorts() {
        InstancesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<InstanceEntry> entries(3);
        for (int i = 0; i < 3; ++i) {
            entries[static_cast<std::size_t>(i)].row.id = InstanceId{i + 1};
            entries[static_cast<std::size_t>(i)].calls = (i * 2) % 3;
        }
        model.setEntries(entries);
        model.sort(InstancesModel::Calls, Qt::DescendingOrder);
        QCOMPARE(model.entry(0)->calls, std::int64_t{2});
        model.setEntries({});
        QCOMPARE(model.rowCount(), 0);
    }

    void canvasesThatShareTimeAgree() {
        const auto window = open();
        window->showTab(MainWindow::Instances);
        window->showTab(MainWindow::Lanes);
        const TimeNs from = window->session()->extent().first_at;
        window->lanes()->showTime(from + kSecond, from + 2 * kSecond);
        QCOMPARE(window->instances()->canvas()->scale().from(), from + kSecond);
        for (int i = 0; i < 60; ++i) window->lanes()->zoom(0.5);  // to the end of the scale
        QVERIFY(window->selection()->view());
    }

  private:
    static constexpr int kWait = 20'000;

    std::unique_ptr<MainWindow> open() { return test::openWindow(sample_, secrets_); }

    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(FiguresTest)
#include "figures_test.moc"
