// SPDX-License-Identifier: GPL-3.0-or-later
// The flow graph: layout as values, figures against the session, the canvas under mouse and keys; the log.
#include "flow/flow_canvas.h"
#include "flow/flow_painter.h"
#include "flow/flow_view.h"
#include "flow/layered_layout.h"
#include "log/log_view.h"
#include "shell/view_area.h"
#include "support/open_window.h"
#include "support/sample_session.h"
#include "theme/theme.h"
#include "widgets/data_table.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace weir;
using namespace weir::views;

class FlowTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-flow-test"));
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeChoice::Dark);
        sample_ = folder_.filePath(QStringLiteral("sample.weir"));
        QVERIFY(test::SampleSession::write(sample_.toStdString(), 4 * kSecond));
    }
    void init() { QSettings().clear(); }

    void layersFollowTheEdges() {
        LayeredGraph g;
        g.nodes.assign(5, QSizeF(100, 50));
        g.edges = {{0, 1}, {1, 2}, {2, 0}, {2, 4}};  // with a cycle
        const auto layers = layersOf(g);
        QCOMPARE(layers[0], 0);
        QCOMPARE(layers[1], 1);
        QCOMPARE(layers[2], 2);
        QCOMPARE(layers[4], 3);
        const auto boxes = layOutLayers(g, {});
        for (std::size_t a = 0; a < boxes.size(); ++a) {
            for (std::size_t b = a + 1; b < boxes.size(); ++b) QVERIFY(!boxes[a].intersects(boxes[b]));
        }
        QVERIFY(boxes[0].right() < boxes[1].left() && boxes[1].right() < boxes[2].left());
    }

    void labelsStayBetweenTheBoxes() {
        const QFontMetricsF metrics{QFont()};
        const std::vector<QRectF> boxes{{0, 0, 100, 60}, {192, 0, 100, 60}};
        const FlowCurve curve = flowCurve(boxes[0], boxes[1]);
        QVERIFY(curve.room > 60 && curve.room <= 92);
        const QString words = QStringLiteral("12 310 out of order, as asked");
        const QStringList lines = wrapped(words, metrics, curve.room);
        QVERIFY(lines.size() > 1);
        QCOMPARE(lines.join(QLatin1Char(' ')), words);
        for (const QString& line : lines) {
            const double width = metrics.horizontalAdvance(line);
            QVERIFY(width <= curve.room);
            const QRectF place = labelPlace(curve, {width, 20}, 8, boxes);
            QVERIFY(!place.intersects(boxes[0]) && !place.intersects(boxes[1]));
        }
        // A node in the middle of a steep edge: the label goes to where it is free.
        const std::vector<QRectF> steep{{0, 0, 100, 60}, {0, 400, 100, 60}, {54, 200, 100, 60}};
        const QRectF place = labelPlace(flowCurve(steep[0], steep[1]), {60, 30}, 8, steep);
        for (const QRectF& box : steep) QVERIFY(!place.intersects(box));
    }

    void edgesDoNotCrossWithoutNeed() {
        LayeredGraph g;
        g.nodes.assign(6, QSizeF(100, 50));
        g.edges = {{0, 3}, {1, 2}, {2, 4}, {3, 5}};
        const auto boxes = layOutLayers(g, {});
        QCOMPARE(boxes[0].y() < boxes[1].y(), boxes[3].y() < boxes[2].y());
        QCOMPARE(boxes[3].y() < boxes[2].y(), boxes[5].y() < boxes[4].y());
    }

    void openingTheLogChoosesNothing() {
        const auto window = test::openWindow(sample_, secrets_);
        for (int i = 0; i < window->views()->count(); ++i) window->showTab(static_cast<MainWindow::Tab>(i));
        QTest::qWait(100);
        QVERIFY(window->selection()->choice() == Choice());
        QVERIFY(!window->modeText().contains(QStringLiteral("replayed")));
        QVERIFY(!window->selection()->canGoBack());
    }

    void longFlowsContinueBelow() {
        LayeredGraph g;
        g.nodes.assign(8, QSizeF(100, 50));
        for (int i = 0; i < 7; ++i) g.edges.emplace_back(i, i + 1);
        LayeredOptions options;
        options.layers_a_row = 4;
        const auto boxes = layOutLayers(g, options);
        QVERIFY(boxes[4].top() > boxes[3].bottom());
        QCOMPARE(boxes[4].center().x(), boxes[3].center().x());
        QVERIFY(boxes[5].right() < boxes[4].left());  // the other way
    }

    void anEmptyGraphIsNoCrash() { QVERIFY(layOutLayers({}, {}).empty()); }

    void figuresAreThoseOfTheSession() {
        const auto window = open();
        const FlowGraph& g = window->flow()->canvas()->graph();
        QTRY_VERIFY_WITH_TIMEOUT(window->flow()->canvas()->graph().edges.size() == 3, kWait);
        const TimeRange range = window->flow()->range();
        const double seconds = static_cast<double>(range.second - range.first) / 1e9;
        const int validate = g.indexOf(FunctionId{1});
        std::int64_t calls = 0;
        std::int64_t failed = 0;
        for (const Call& call : window->session()->lanes().calls()) {
            if (call.function != FunctionId{1}) continue;
            calls += call.start < range.second ? 1 : 0;
            failed += call.failed() && call.start < range.second ? 1 : 0;
        }
        const FlowNode& node = g.nodes[static_cast<std::size_t>(validate)];
        QCOMPARE(node.calls, calls);
        QCOMPARE(node.failed, failed);
        QVERIFY(std::abs(node.rate - static_cast<double>(calls) / seconds) < 0.01);
        QVERIFY(node.run_p95 && *node.run_p95 > 0);
    }

    void clickChoosesAndDragIsRemembered() {
        const auto window = open();
        FlowCanvas* canvas = window->flow()->canvas();
        QTRY_VERIFY_WITH_TIMEOUT(canvas->graph().edges.size() == 3, kWait);
        const int node = canvas->graph().indexOf(FunctionId{2});
        const QPoint at = canvas->nodeRect(node).center().toPoint();
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at);
        QCOMPARE(window->selection()->function(), FunctionId{2});
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at);
        QVERIFY(!window->selection()->function());
        const QPointF before = canvas->nodeRect(node).topLeft();
        QTest::mousePress(canvas, Qt::LeftButton, {}, at);
        QTest::mouseMove(canvas, at + QPoint(20, 30));
        QTest::mouseMove(canvas, at + QPoint(40, 60));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, at + QPoint(40, 60));
        QVERIFY(canvas->nodeRect(node).topLeft() != before);
        QVERIFY(!window->selection()->function());
        QVERIFY(QSettings().contains(QStringLiteral("flow/auction/function:notify")));
        canvas->arrange();
        QVERIFY(!QSettings().contains(QStringLiteral("flow/auction/function:notify")));
    }

    void keysMoveBetweenNodes() {
        const auto window = open();
        FlowCanvas* canvas = window->flow()->canvas();
        QTRY_VERIFY_WITH_TIMEOUT(canvas->graph().edges.size() == 3, kWait);
        canvas->setFocus();
        QTest::keyClick(canvas, Qt::Key_Right);
        QTest::keyClick(canvas, Qt::Key_Return);
        QVERIFY(window->selection()->function() || window->selection()->place());
    }

    void edgesTableIsAModel() {
        FlowEdgesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        FlowGraph g;
        g.nodes.resize(2);
        g.nodes[0].topic = TopicId{1};
        g.nodes[1].function = FunctionId{1};
        FlowEdge edge;
        edge.to = 1;
        edge.trigger = TriggerId{1};
        g.edges = {edge};
        model.setGraph(g);
        QCOMPARE(model.rowCount(), 1);
        g.edges[0].lag = 12;
        model.setGraph(g);
        QCOMPARE(model.index(0, FlowEdgesModel::Lag).data().toString(), QStringLiteral("12"));
        model.setGraph({});
        QCOMPARE(model.rowCount(), 0);
    }

    void theLogPagesSearchesAndFollowsTheSelection() {
        const auto window = open();
        LogModel* model = window->log()->model();
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        window->showTab(MainWindow::Log);
        QCOMPARE(static_cast<std::int64_t>(model->rowCount()), window->session()->extent().logs);
        QTRY_VERIFY_WITH_TIMEOUT(
            model->line(0) != nullptr || (model->data(model->index(0, 0), Qt::DisplayRole), false), kWait);
        window->log()->setWords(QStringLiteral("report"));
        QTRY_VERIFY_WITH_TIMEOUT(
            model->rowCount() > 0 && !model->searching() && !model->filter().words.isEmpty(), kWait);
        for (int row = 0; row < model->rowCount(); ++row)
            QVERIFY(model->line(row)->text.find("REPORT") != std::string::npos);
        window->log()->setWords({});
        QTRY_VERIFY_WITH_TIMEOUT(model->filter().words.isEmpty(), kWait);
        window->selection()->chooseCall(InvocationId{3});
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() > 0 && !model->searching(), kWait);
        for (int row = 0; row < model->rowCount(); ++row)
            QCOMPARE(model->line(row)->invocation, InvocationId{3});
        window->log()->setWords(QStringLiteral("no such words"));
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() == 0 && !model->searching(), kWait);
    }

  private:
    static constexpr int kWait = 20'000;

    std::unique_ptr<MainWindow> open() { return test::openWindow(sample_, secrets_); }

    QTemporaryDir folder_;
    QString sample_;
    KeychainSecrets secrets_{KeychainSecrets::Store::MemoryOnly};
};

QTEST_MAIN(FlowTest)
#include "flow_test.moc"
