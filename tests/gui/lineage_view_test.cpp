// SPDX-License-Identifier: GPL-3.0-or-later
// Where the Lineage picture puts things: values without a window.
#include "lineage/lineage_layout.h"
#include "lineage/lineage_until.h"

#include <QTest>

#include <algorithm>

using namespace weir;
using namespace weir::views;

class LineageTest : public QObject {
    Q_OBJECT
  private slots:
    void nothingIsDrawnOfNothing() { QVERIFY(layOut({}, {}).boxes.empty()); }

    void columnsFollowTheFlow() {
        const LineagePicture picture = layOut(lineage(1), {});
        // bids event, validate, valid-bids event, join, item-complete
        QCOMPARE(picture.columns.size(), std::size_t{5});
        for (std::size_t i = 1; i < picture.columns.size(); ++i) {
            QVERIFY(picture.columns[i].x > picture.columns[i - 1].x);
        }
        for (const LineageLine& line : picture.lines) {
            QVERIFY(picture.boxes[line.from].x < picture.boxes[line.to].x);
        }
    }

    void manySiblingsFoldAndTheAskedOneStays() {
        LineageLook look;
        look.most_in_column = 4;
        const LineagePicture folded = layOut(lineage(30), look);
        const auto isFold = [](const LineageBox& b) { return b.kind == LineageBox::Kind::Folded; };
        QVERIFY(std::any_of(folded.boxes.begin(), folded.boxes.end(), isFold));
        const auto asked = std::find_if(folded.boxes.begin(), folded.boxes.end(), [](const LineageBox& b) {
            return b.kind == LineageBox::Kind::Event && b.index == 0;
        });
        QVERIFY(asked != folded.boxes.end());
        QVERIFY(asked->on_path);
        std::size_t members = 0;
        for (const LineageColumn& c : folded.columns) members += c.count;
        QCOMPARE(members, std::size_t{1 + 1 + 1 + 30 + 1 + 1 - 1});
        look.unfolded = {2};
        const LineagePicture open = layOut(lineage(30), look);
        QVERIFY(std::none_of(open.boxes.begin(), open.boxes.end(), isFold));
    }

    void boxesOfAColumnDoNotOverlap() {
        LineageLook look;
        look.most_in_column = 100;
        const LineagePicture picture = layOut(lineage(30), look);
        for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
            for (std::size_t j = i + 1; j < picture.boxes.size(); ++j) {
                const LineageBox& a = picture.boxes[i];
                const LineageBox& b = picture.boxes[j];
                if (a.column == b.column) QVERIFY(a.y + a.height <= b.y || b.y + b.height <= a.y);
            }
        }
    }

    void whatIsYetToComeIsToldApart() {
        analysis::Lineage l = lineage(2);
        const auto ms = [](std::int64_t at) { return std::optional<TimeNs>(at * kMillisecond); };
        l.events[0].received = ms(1);
        l.calls[0].start = ms(2);
        l.calls[0].end = ms(4);
        l.events[1].written = ms(5);
        l.events[1].received = ms(6);
        l.calls[1].end = ms(9);  // seen from outside
        l.events[2].received = ms(3);
        l.events[3].losses = {{analysis::LossKind::Failed, "notify", {}, ms(12), {}}};
        for (analysis::LineageEdge& edge : l.edges) {
            if (edge.kind == analysis::LineageEdge::Kind::Produced && edge.to == 3) edge.to_at = ms(10);
        }
        const auto at = [&](std::int64_t time) { return laterThan(l, time * kMillisecond); };
        using Set = std::set<std::size_t>;
        QCOMPARE(at(0).events, (Set{0, 1, 2, 3}));
        QCOMPARE(at(0).calls, (Set{0, 1}));
        QCOMPARE(at(3).events, (Set{1, 3}));
        QCOMPARE(at(3).calls, Set{1});
        QCOMPARE(at(3).open, Set{0});
        QCOMPARE(at(5).events, Set{3});  // written, though it arrived later
        QVERIFY(at(5).open.empty());
        QVERIFY(at(10).events.empty() && at(10).calls.empty());
        QCOMPARE(at(11).kept, Set{3});
        QVERIFY(at(12).kept.empty());
    }

    void whatHasNoInstantIsThere() {
        const LineageLater later = laterThan(lineage(3), 0);
        QVERIFY(later.events.empty() && later.calls.empty() && later.open.empty());
    }

  private:
    /// A bid, its validation, `joined` valid bids of which one is its own, the
    /// join of them, what came out.
    static analysis::Lineage lineage(std::size_t joined) {
        using Edge = analysis::LineageEdge;
        analysis::Lineage l;
        const auto event = [&l](const char* topic, std::int64_t offset, int step) {
            analysis::EventNode e;
            e.place = {topic, 0, offset};
            e.step = step;
            e.recorded = true;
            l.events.push_back(e);
            return l.events.size() - 1;
        };
        const auto node = [&l](const char* function, int step) {
            analysis::CallNode c;
            c.function = function;
            c.step = step;
            c.id = InvocationId{static_cast<std::int64_t>(l.calls.size()) + 1};
            l.calls.push_back(c);
            return l.calls.size() - 1;
        };
        const auto edge = [&l](Edge::Kind kind, std::size_t from, std::size_t to) {
            Edge e;
            e.kind = kind;
            e.from = from;
            e.to = to;
            l.edges.push_back(e);
        };
        const std::size_t bid = event("bids", 0, 0);
        const std::size_t validate = node("validate-bid", 0);
        edge(Edge::Kind::Delivered, bid, validate);
        const std::size_t join = node("join", 1);
        for (std::size_t i = 0; i < joined; ++i) {
            const std::size_t valid = event("valid-bids", static_cast<std::int64_t>(i), 1);
            if (i == 0) edge(Edge::Kind::Produced, validate, valid);
            edge(Edge::Kind::Delivered, valid, join);
        }
        const std::size_t complete = event("item-complete", 0, 2);
        edge(Edge::Kind::Produced, join, complete);
        return l;
    }
};

QTEST_APPLESS_MAIN(LineageTest)
#include "lineage_view_test.moc"
