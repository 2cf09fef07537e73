// SPDX-License-Identifier: GPL-3.0-or-later
// Where the Order picture puts things, and the models beside it: values without a window.
#include "order/broken_events_model.h"
#include "order/findings_model.h"
#include "order/order_picture.h"
#include "order/order_words.h"
#include "session/offset_ranges.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace weir;
using namespace weir::views;

namespace {

order::EvidenceCall call(std::int64_t id, std::int64_t first, std::int64_t last, TimeNs start, TimeNs end,
                         order::EvidenceCall::Role role = order::EvidenceCall::Role::Around) {
    order::EvidenceCall c;
    c.id = InvocationId{id};
    c.first = first;
    c.last = last;
    c.events = last - first + 1;
    c.start = start;
    c.end = end;
    c.role = role;
    return c;
}

/// Call 2 was overtaken by call 3.
order::Evidence overtaken(std::int64_t events_each) {
    using Role = order::EvidenceCall::Role;
    order::Evidence e;
    e.finding.kind = order::Kind::Inversion;
    const std::int64_t n = events_each;
    e.calls = {call(1, 0, n - 1, 0, 10), call(2, n, 2 * n - 1, 10, 40, Role::Broken),
               call(3, 2 * n, 3 * n - 1, 12, 20, Role::Against)};
    e.by_end = {0, 2, 1};
    return e;
}

FindingGroup group(order::Kind kind, order::Severity severity, std::int64_t units, std::int32_t partition) {
    FindingGroup g;
    g.kind = kind;
    g.severity = severity;
    g.function = FunctionId{1};
    g.topic = TopicId{1};
    g.partition = partition;
    g.units = units;
    g.worst = units;
    return g;
}

std::shared_ptr<const Catalog> names() {
    auto catalog = std::make_shared<Catalog>();
    catalog->topics.push_back({TopicId{1}, "bids", 4});
    catalog->functions.push_back({});
    catalog->functions.front().id = FunctionId{1};
    catalog->functions.front().name = "validate-bid";
    return catalog;
}

}  // namespace

class OrderTest : public QObject {
    Q_OBJECT
  private slots:
    void strandsCrossWhereOneOvertookAnother() {
        const OrderStrands picture = strandsOf(overtaken(4), 100, 600);
        QCOMPARE(picture.events_per_strand, 1);
        QCOMPARE(picture.strands.size(), std::size_t{12});
        QCOMPARE(picture.expected.size(), std::size_t{3});
        QCOMPARE(picture.actual[1].item, std::size_t{2});
        QCOMPARE(picture.actual[2].item, std::size_t{1});
        for (const OrderStrand& s : picture.strands) {
            QVERIFY(s.from >= 100 && s.from <= 700 && s.to >= 100 && s.to <= 700);
            if (s.broken) QVERIFY(s.to > s.from);
            if (s.against) QVERIFY(s.to < s.from);
            if (!s.broken && !s.against) QCOMPARE(s.to, s.from);
        }
    }

    void offsetsAreJoined() {
        const TopicId bids{1};
        std::vector<OffsetRange> ranges;
        for (std::int64_t offset = 43; offset <= 142; ++offset) ranges.push_back({bids, 1, offset, offset});
        std::reverse(ranges.begin(), ranges.end());
        const auto whole = joined(ranges);
        QCOMPARE(whole.size(), std::size_t{1});
        const QString dash = QStringLiteral(" \u2013 ");
        QCOMPARE(rangesText(whole, *names()), QStringLiteral("bids/1 @ 43") + dash + QStringLiteral("142"));
        ranges = {{bids, 0, 7, 7}, {bids, 0, 9, 9}, {bids, 0, 11, 11}, {bids, 2, 1, 4}, {bids, 2, 6, 6}};
        QCOMPARE(rangesText(joined(ranges), *names(), 4), QStringLiteral("bids/0 @ 7, 9, 11; bids/2 @ 1") +
                                                              dash + QStringLiteral("4 and 1 more range"));
    }

    void manyEventsShareALine() {
        const OrderStrands picture = strandsOf(overtaken(1'000'000), 0, 600);
        QVERIFY(picture.strands.size() <= 42);
        QVERIFY(picture.events_per_strand > 70'000);
    }

    void nothingIsDrawnOfNothing() { QVERIFY(strandsOf({}, 0, 600).strands.empty()); }

    void findingsAreATreeWithErrorsFirst() {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.show({group(order::Kind::Overlap, order::Severity::Warn, 900, 0),
                    group(order::Kind::Inversion, order::Severity::Error, 80, 3),
                    group(order::Kind::Inversion, order::Severity::Error, 12, 1)},
                   names());
        QCOMPARE(model.rowCount(), 2);
        const QModelIndex inversion = model.index(0, 0);
        QCOMPARE(inversion.data().toString(), QStringLiteral("inversion"));
        QCOMPARE(model.index(0, FindingsModel::Units).data().toString(), QStringLiteral("92"));
        QCOMPARE(model.rowCount(inversion), 2);
        const QModelIndex first = model.index(0, 0, inversion);
        QVERIFY(model.group(first) != nullptr);
        QCOMPARE(model.group(first)->partition, 3);
        QCOMPARE(model.group(inversion), nullptr);
        QCOMPARE(model.indexOf(group(order::Kind::Overlap, order::Severity::Warn, 1, 0)).parent().row(), 1);
        // Only numbers change: rows stay what they are.
        const QPersistentModelIndex kept(first);
        model.show({group(order::Kind::Overlap, order::Severity::Warn, 901, 0),
                    group(order::Kind::Inversion, order::Severity::Error, 81, 3),
                    group(order::Kind::Inversion, order::Severity::Error, 13, 1)},
                   names());
        QVERIFY(kept.isValid());
        QCOMPARE(model.group(kept)->units, 81);
    }

    void rowsStayWhereTheyAreWhileLookedAt() {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        using order::Kind;
        using order::Severity;
        model.show(
            {group(Kind::Inversion, Severity::Error, 80, 3), group(Kind::Inversion, Severity::Error, 12, 1)},
            names());
        const QPersistentModelIndex first(model.index(0, 0, model.index(0, 0)));
        // Another partition has overtaken it, and a worse kind has come.
        const std::vector<FindingGroup> grown{
            group(Kind::Regression, Severity::Error, 900, 0), group(Kind::Inversion, Severity::Error, 500, 1),
            group(Kind::Inversion, Severity::Error, 90, 2), group(Kind::Inversion, Severity::Error, 80, 3)};
        model.show(grown, names(), true);
        QVERIFY(first.isValid());
        QCOMPARE(model.group(first)->partition, 3);
        const QModelIndex inversion = model.index(0, 0);
        QCOMPARE(inversion.data().toString(), QStringLiteral("inversion"));
        QCOMPARE(model.group(model.index(1, 0, inversion))->units, 500);
        QCOMPARE(model.group(model.index(2, 0, inversion))->partition, 2);  // a new one, at the end
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("regression"));
        model.show(grown, names());
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("regression"));
        QCOMPARE(model.group(model.index(0, 0, model.index(1, 0)))->partition, 1);
    }

    void tallyCountsUpToACursor() {
        FindingsTally tally;
        order::Finding f;
        f.kind = order::Kind::Overlap;
        f.severity = order::Severity::Warn;
        f.function = FunctionId{1};
        f.first = 10;
        f.last = 11;
        f.at = 500;
        tally.add(1, f);
        f.kind = order::Kind::Inversion;
        f.severity = order::Severity::Error;
        f.at = 300;  // found later, broken earlier
        tally.add(2, f);
        f.at = 500;
        tally.add(3, f);
        const auto at = [](TimeNs time, std::int64_t id) {
            return replay::Position{time, replay::Kind::Finding, id, 0};
        };
        QCOMPARE(tally.overview(replay::Position::start()).totals.errors, 0);
        FindingsOverview o = tally.overview(at(300, 2));
        QCOMPARE(o.totals.errors, 2);
        QCOMPARE(o.totals.warnings, 0);
        QCOMPARE(*o.groups[0].passed, 2);
        QVERIFY(o.groups[0].at_cursor && !o.groups[1].at_cursor);
        o = tally.overview(at(500, 1));
        QCOMPARE(o.totals.warnings, 2);
        QCOMPARE(o.totals.errors, 2);
        QVERIFY(o.groups[1].at_cursor);
        QCOMPARE(tally.overview(replay::Position::after(500)).totals.errors, 4);
        QCOMPARE(tally.overview(at(300, 1)).totals.errors, 0);  // and back
        QVERIFY(!tally.overview().groups[0].passed.has_value());
    }

    void aTallyOfManyFindingsStaysSmall() {
        FindingsTally tally;
        order::Finding f;
        f.kind = order::Kind::Overlap;
        f.severity = order::Severity::Warn;
        f.function = FunctionId{1};
        constexpr std::int64_t kFindings = 600'000;
        for (std::int64_t i = 1; i <= kFindings; ++i) {
            f.partition = static_cast<std::int32_t>(i % 3);
            f.at = i * kMicrosecond;
            tally.add(i, f);
        }
        QCOMPARE(tally.overview(replay::Position::after(kFindings * kMicrosecond)).totals.warnings,
                 kFindings);
        // Near ones are one by now: exact to a few microseconds.
        const auto half =
            tally.overview(replay::Position::after(kFindings / 2 * kMicrosecond)).totals.warnings;
        QVERIFY2(std::abs(half - kFindings / 2) < 100, qPrintable(QString::number(half)));
    }

    void tallyCountsUnitsAndKeepsTheWorst() {
        FindingsTally tally;
        order::Finding f;
        f.kind = order::Kind::Inversion;
        f.severity = order::Severity::Error;
        f.function = FunctionId{1};
        f.topic = TopicId{1};
        f.first = 10;
        f.last = 12;
        f.at = 500;
        tally.add(1, f);
        f.first = 20;
        f.last = 29;
        f.at = 700;
        tally.add(2, f);
        f.first = f.last = 40;
        tally.add(3, f);
        QCOMPARE(tally.next(), 4);
        const FindingsOverview o = tally.overview();
        QCOMPARE(o.totals.errors, 14);
        QCOMPARE(o.groups.size(), std::size_t{1});
        QCOMPARE(o.groups.front().worst, 2);
        QCOMPARE(o.groups.front().first_at, 500);
    }

    void brokenEventsAreATable() {
        BrokenEventsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto evidence = std::make_shared<order::Evidence>(overtaken(1));
        order::BrokenEvent event;
        event.offset = 72'976;
        event.key = "item-1807";
        event.call = InvocationId{2};
        event.end = 400 * kMillisecond;
        event.against_call = InvocationId{3};
        event.against_end = 100 * kMillisecond;
        evidence->broken.push_back(event);
        model.show(evidence, names());
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, BrokenEventsModel::Key).data().toString(), QStringLiteral("item-1807"));
        QVERIFY(
            model.index(0, BrokenEventsModel::Behind).data().toString().startsWith(QStringLiteral("300")));
        model.show(nullptr, names());
        QCOMPARE(model.rowCount(), 0);
    }

    void columnsFollowTheKind() {
        BrokenEventsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto evidence = std::make_shared<order::Evidence>(overtaken(4));
        evidence->finding.kind = order::Kind::Overlap;
        evidence->finding.topic = TopicId{1};
        evidence->finding.invocation = InvocationId{3};
        evidence->finding.against = order::Place{TopicId{1}, 0, 5};  // of call 2
        for (order::EvidenceCall& c : evidence->calls) {
            c.start *= kMillisecond;
            *c.end *= kMillisecond;
        }
        order::BrokenEvent event;
        event.offset = 9;
        evidence->broken.push_back(event);
        model.show(evidence, names());
        QStringList heads;
        for (int c = 0; c < model.columnCount(); ++c)
            heads << model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
        QVERIFY2(!heads.contains(QStringLiteral("Overtaken by")), qPrintable(heads.join(QLatin1Char(','))));
        const auto cell = [&](BrokenEventsModel::Column column) {
            return model.index(0, model.columnOf(column)).data().toString();
        };
        QCOMPARE(cell(BrokenEventsModel::Call), QStringLiteral("#3"));
        QCOMPARE(cell(BrokenEventsModel::With), QStringLiteral("#2"));
        QCOMPARE(cell(BrokenEventsModel::WithFrom), QStringLiteral("5"));
        QVERIFY(cell(BrokenEventsModel::AtOnce).startsWith(QStringLiteral("8")));  // 12 ms to 20 ms
        QVERIFY(sentenceOf(*evidence, *names()).contains(QStringLiteral("ran at once")));
        QVERIFY(!sentenceOf(*evidence, *names()).contains(QStringLiteral("ended first")));
        for (const order::Kind kind : order::kKinds) {
            auto other = std::make_shared<order::Evidence>(*evidence);
            other->finding.kind = kind;
            model.show(other, names());
            QCOMPARE(model.samples().size(), model.columnCount());
            for (int c = 0; c < model.columnCount(); ++c)
                QVERIFY(!model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
        }
    }

    void oneOvertakerIsASentenceToo() {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("Argument missing")));
        const QString words = sentenceOf(overtaken(1), *names());
        QVERIFY2(words.contains(QStringLiteral("a later one")), qPrintable(words));
    }

    void thePictureKeepsItsWordsApart() {
        // Nine calls of six-digit offsets, each wider than its box: drawn in light and dark, with cold ones.
        auto evidence = std::make_shared<order::Evidence>();
        evidence->finding.kind = order::Kind::Inversion;
        for (std::int64_t i = 0; i < 9; ++i) {
            evidence->calls.push_back(
                call(i + 1, 100'000 + i * 6, 100'005 + i * 6, i * kMillisecond, (i + 4) * kMillisecond,
                     i == 2 ? order::EvidenceCall::Role::Broken : order::EvidenceCall::Role::Around));
            evidence->by_end.push_back(static_cast<std::size_t>(i));
        }
        OrderPicture picture;
        EvidenceClock clock;
        picture.show(evidence, names(), {InvocationId{1}});
        clock.show(evidence, names(), {InvocationId{1}});
        for (const int width : {320, 640, 1200}) {
            picture.resize(width, 250);
            clock.resize(width, clock.sizeHint().height());
            QVERIFY(!picture.grab().isNull() && !clock.grab().isNull());
        }
    }
};

QTEST_MAIN(OrderTest)
#include "order_view_test.moc"
