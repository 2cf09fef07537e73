// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_rows.h"

#include "format/format.h"
#include "order/order_words.h"
#include "theme/glyphs.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace weir::views {
namespace {

using compare::Both;
using compare::Comparison;
using compare::Example;

QString tr(const char* source) {
    return QCoreApplication::translate("Compare", source);
}

CompareCell words(const QString& text, CellTone tone = CellTone::Plain) {
    CompareCell cell;
    cell.words = text;
    cell.tone = tone;
    return cell;
}

CompareCell bold(const QString& text) {
    CompareCell cell = words(text);
    cell.bold = true;
    return cell;
}

/// Nothing is quiet, something has a tone.
CompareCell number(std::int64_t n, CellTone tone = CellTone::Plain) {
    CompareCell cell = words(countText(n), n == 0 ? CellTone::Quiet : tone);
    cell.number = true;
    return cell;
}

CompareCell figure(const QString& text, CellTone tone = CellTone::Plain) {
    CompareCell cell = words(text, tone);
    cell.number = true;
    return cell;
}

QString functionName(const compare::FunctionPair& f) {
    const QString a = text(f.names[0]);
    const QString b = text(f.names[1]);
    return a == b ? a : QStringLiteral("%1 → %2").arg(a, b);
}

/// What is worse in B is marked, what is better is told without a colour of alarm.
CompareCell difference(std::int64_t a, std::int64_t b, CellTone worse) {
    const std::int64_t d = b - a;
    if (d == 0) return figure(tr("same"), CellTone::Quiet);
    return figure((d > 0 ? QStringLiteral("+") : QStringLiteral("−")) + countText(std::abs(d)),
                  d > 0 ? worse : CellTone::Success);
}

CompareCell changeCell(double a, double b, bool noise) {
    if (a == b) return figure(tr("same"), CellTone::Quiet);
    if (a <= 0) return figure(notApplicable(), CellTone::Quiet);
    const double change = b / a - 1;
    CompareCell cell = figure(changeText(change), noise        ? CellTone::Quiet
                                                  : change > 0 ? CellTone::Warn
                                                               : CellTone::Success);
    cell.change = change;
    cell.noise = noise;
    return cell;
}

CompareCell noiseCell(bool beyond, bool same = false) {
    if (same) return words(tr("same"), CellTone::Quiet);
    return beyond ? words(tr("more than noise")) : words(tr("noise"), CellTone::Quiet);
}

std::optional<order::Kind> kindOf(const std::string& word) {
    for (const order::Kind kind :
         {order::Kind::Regression, order::Kind::Inversion, order::Kind::Overlap, order::Kind::Duplicate,
          order::Kind::Gap, order::Kind::OutputInversion, order::Kind::KeySplit, order::Kind::Late}) {
        if (order::word(kind) == word) return kind;
    }
    return std::nullopt;
}

std::int64_t sum(const Comparison& c, std::int64_t compare::OutputPair::*part) {
    std::int64_t all = 0;
    for (const compare::OutputPair& o : c.outputs) all += o.*part;
    return all;
}

}  // namespace

QString wordOf(Example::Kind kind) {
    switch (kind) {
        case Example::Kind::Changed:
            return tr("changed");
        case Example::Kind::Missing:
            return tr("missing");
        case Example::Kind::Extra:
            return tr("extra");
        case Example::Kind::Reordered:
            break;
    }
    return tr("reordered");
}

QString placeText(const compare::Place& place) {
    return QStringLiteral("%1 @ %2").arg(partitionText(text(place.topic), place.partition),
                                         countText(place.offset));
}

QString changeText(double change) {
    if (change >= 9) return QStringLiteral("%1\u00A0×").arg(std::lround(change + 1));
    const long percent = std::lround(std::abs(change) * 100);
    const QString share = percent == 0 ? QStringLiteral("<1") : QString::number(percent);
    return (change > 0 ? QStringLiteral("+") : QStringLiteral("−")) + share + QStringLiteral("\u00A0%");
}

std::vector<CompareHead> outputHeads() {
    return {{tr("Function")},
            {tr("Topic")},
            {tr("Same"), true, tr("The same value for the same cause")},
            {tr("Changed"), true, tr("Another value for the same cause")},
            {tr("Missing"), true, tr("Only A has them, although B has the cause")},
            {tr("Extra"), true, tr("Only B has them, although A has the cause")},
            {tr("Reordered"), true, tr("Stand in B before one of their key behind which they stand in A")},
            {tr("Not compared"), true,
             tr("The other session does not have the cause, or a value was not recorded")}};
}

CompareRows outputRows(const Comparison& c) {
    CompareRows rows;
    for (const compare::OutputPair& o : c.outputs) {
        rows.push_back({bold(text(o.function)), words(text(o.topic)), number(o.same),
                        number(o.changed, CellTone::Broken), number(o.missing, CellTone::Failed),
                        number(o.extra, CellTone::Warn), number(o.reordered, CellTone::Broken),
                        number(o.unknown + o.no_cause[0] + o.no_cause[1])});
    }
    return rows;
}

std::vector<CompareHead> orderHeads() {
    return {{tr("What")}, {tr("A"), true}, {tr("B"), true}, {tr("Change"), true}};
}

CompareRows orderRows(const Comparison& c) {
    CompareRows rows;
    for (const compare::FindingPair& f : c.findings) {
        CompareCell what = words(text(f.kind));
        if (const auto kind = kindOf(f.kind)) {
            what.glyph = static_cast<int>(glyphOf(*kind));
            what.tip = meaningOf(*kind);
        }
        rows.push_back({what, number(f.units[0]), number(f.units[1]),
                        difference(f.units[0], f.units[1], CellTone::Broken)});
    }
    const auto of = [&](const QString& what, const compare::FunctionPair& f) {
        CompareCell cell = words(c.functions.size() == 1 ? what : tr("%1, %2").arg(what, functionName(f)));
        cell.tip = QStringLiteral("%1: %2").arg(functionName(f), what);
        return cell;
    };
    for (const compare::FunctionPair& f : c.functions) {
        if (f.only_succeeded[0] + f.only_succeeded[1] > 0) {
            const std::int64_t won = f.only_succeeded[1] - f.only_succeeded[0];
            CompareCell net = difference(0, won, CellTone::Success);
            if (won < 0) net.tone = CellTone::Failed;
            CompareCell what = of(tr("succeeded there only"), f);
            what.tip += QLatin1Char('\n') + tr("Events that both sessions have");
            rows.push_back({what, number(f.only_succeeded[0]), number(f.only_succeeded[1]), net});
        }
        if (f.failed_calls[0] + f.failed_calls[1] > 0) {
            rows.push_back({of(tr("failed calls"), f), number(f.failed_calls[0]), number(f.failed_calls[1]),
                            difference(f.failed_calls[0], f.failed_calls[1], CellTone::Failed)});
        }
    }
    return rows;
}

std::vector<CompareHead> timeHeads() {
    return {{tr("Function")},
            {tr("Time")},
            {tr("A p50"), true},
            {tr("B p50"), true},
            {tr("Change"), true},
            {tr("A p99"), true},
            {tr("B p99"), true},
            {tr("Change"), true},
            {tr("Difference"), false,
             tr("More than noise: the distributions differ by the test of Kolmogorov and Smirnov at 1 %, and "
                "the median or the 99th percentile by 5 % or more")}};
}

CompareRows timeRows(const Comparison& c) {
    CompareRows rows;
    const auto time = [](std::int64_t count, DurationNs v) {
        return figure(count > 0 ? durationText(v) : notApplicable());
    };
    for (const compare::FunctionPair& f : c.functions) {
        CompareCell name = bold(functionName(f));
        name.tip = tr("%1 and %2 calls").arg(countText(f.calls[0]), countText(f.calls[1]));
        for (const compare::Measure& m : f.measures) {
            if (m.count[0] == 0 && m.count[1] == 0) continue;
            const bool both = m.count[0] > 0 && m.count[1] > 0;
            const auto change = [&](const Both<DurationNs>& v) {
                return both
                           ? changeCell(static_cast<double>(v[0]), static_cast<double>(v[1]), !m.beyond_noise)
                           : figure(notApplicable(), CellTone::Quiet);
            };
            rows.push_back({std::exchange(name, {}),
                            words(m.what == "wait" ? tr("batch wait") : text(m.what)),
                            time(m.count[0], m.p50[0]), time(m.count[1], m.p50[1]), change(m.p50),
                            time(m.count[0], m.p99[0]), time(m.count[1], m.p99[1]), change(m.p99),
                            both ? noiseCell(m.beyond_noise, m.p50[0] == m.p50[1] && m.p99[0] == m.p99[1])
                                 : words(notApplicable(), CellTone::Quiet)});
        }
        if (f.cold[0] + f.cold[1] == 0) continue;
        Both<double> share{};
        Both<CompareCell> cold;
        for (std::size_t side = 0; side < 2; ++side) {
            share.at(side) = f.calls.at(side) > 0 ? static_cast<double>(f.cold.at(side)) /
                                                        static_cast<double>(f.calls.at(side))
                                                  : 0;
            cold.at(side) = figure(shareText(share.at(side)));
            cold.at(side).tip =
                tr("%1 of %2 calls").arg(countText(f.cold.at(side)), countText(f.calls.at(side)));
        }
        const CompareCell none = figure(notApplicable(), CellTone::Quiet);
        rows.push_back({std::exchange(name, {}), words(tr("cold calls")), cold[0], cold[1],
                        changeCell(share[0], share[1], !f.cold_beyond_noise), none, none, none,
                        noiseCell(f.cold_beyond_noise)});
    }
    return rows;
}

std::vector<CompareHead> exampleHeads() {
    return {{tr("Output")}, {tr("Function")},  {tr("In A")},        {tr("In B")},
            {tr("Key")},    {tr("Caused by")}, {tr("What differs")}};
}

CompareRows exampleRows(const Comparison& c) {
    CompareRows rows;
    const auto mono = [](const QString& text) {
        CompareCell cell = words(text);
        cell.mono = true;
        return cell;
    };
    const auto place = [&](const std::optional<compare::Place>& p) {
        return p ? mono(placeText(*p)) : words(notApplicable(), CellTone::Quiet);
    };
    for (const Example& e : c.examples) {
        const bool gone = e.kind == Example::Kind::Missing;
        CompareCell kind = words(wordOf(e.kind), gone                             ? CellTone::Failed
                                                 : e.kind == Example::Kind::Extra ? CellTone::Warn
                                                                                  : CellTone::Broken);
        kind.glyph = static_cast<int>(gone                                 ? Glyph::Gap
                                      : e.kind == Example::Kind::Extra     ? Glyph::Plus
                                      : e.kind == Example::Kind::Reordered ? Glyph::OutputInversion
                                                                           : Glyph::Arrow);
        QStringList fields;
        for (const compare::FieldChange& f : e.fields) {
            const QString name = f.path.empty() ? tr("value") : text(f.path);
            fields << QStringLiteral("%1  %2 → %3")
                          .arg(name, f.a.empty() ? tr("absent") : bytesText(f.a),
                               f.b.empty() ? tr("absent") : bytesText(f.b));
        }
        CompareCell what = mono(fields.join(QStringLiteral(",  ")));
        if (fields.isEmpty()) what = words(notApplicable(), CellTone::Quiet);
        rows.push_back({kind, words(text(e.function), CellTone::Quiet), place(e.place[0]), place(e.place[1]),
                        e.key ? mono(bytesText(*e.key)) : words(QStringLiteral("null"), CellTone::Quiet),
                        place(e.cause), what});
    }
    return rows;
}

std::vector<CompareHead> changeHeads() {
    return {{tr("Field")}, {tr("A")}, {tr("B")}};
}

CompareRows changeRows(const Example& example) {
    CompareRows rows;
    const auto value = [](const std::string& json) {
        CompareCell cell = json.empty() ? words(tr("absent"), CellTone::Quiet) : words(bytesText(json));
        cell.mono = !json.empty();
        cell.tip = cell.words;
        return cell;
    };
    for (const compare::FieldChange& f : example.fields) {
        CompareCell path = words(f.path.empty() ? tr("value") : text(f.path));
        path.mono = !f.path.empty();
        path.tip = path.words;
        rows.push_back({path, value(f.a), value(f.b)});
    }
    return rows;
}

QString verdictOf(const Comparison& c) {
    if (c.nothingInCommon()) return tr("The sessions have no event in common: outputs were not compared.");
    if (!c.differ()) return tr("The sessions are the same: outputs, what succeeded, and order.");
    const bool outputs = sum(c, &compare::OutputPair::changed) + sum(c, &compare::OutputPair::missing) +
                             sum(c, &compare::OutputPair::extra) + sum(c, &compare::OutputPair::reordered) >
                         0;
    bool success = false;
    for (const compare::FunctionPair& f : c.functions)
        success = success || f.only_succeeded[0] + f.only_succeeded[1] > 0;
    bool findings = false;
    for (const compare::FindingPair& f : c.findings) findings = findings || f.units[0] != f.units[1];
    QStringList differ;
    QStringList same;
    (outputs ? differ : same) << tr("outputs");
    (success ? differ : same) << tr("what succeeded");
    (findings ? differ : same) << tr("order");
    const auto list = [](const QStringList& all) {
        return all.size() < 2
                   ? all.join(QString())
                   : all.mid(0, all.size() - 1).join(QStringLiteral(", ")) + tr(" and ") + all.last();
    };
    QString sentence = tr("The sessions differ in %1").arg(list(differ));
    if (!same.isEmpty())
        sentence += tr("; %1 the same").arg(list(same) + (same.size() > 1 ? tr(" are") : tr(" is")));
    return sentence + QLatin1Char('.');
}

QString detailsOf(const Comparison& c) {
    QStringList parts;
    const std::pair<std::int64_t, QString> outputs[] = {
        {sum(c, &compare::OutputPair::changed), tr("%1 changed")},
        {sum(c, &compare::OutputPair::missing), tr("%1 missing")},
        {sum(c, &compare::OutputPair::extra), tr("%1 extra")},
        {sum(c, &compare::OutputPair::reordered), tr("%1 reordered")}};
    if (c.nothingInCommon()) parts << tr("“Run events again” (Ctrl+R) makes a session with the same events");
    QStringList of_outputs;
    for (const auto& [count, word] : outputs) {
        if (count > 0) of_outputs << word.arg(countText(count));
    }
    if (!of_outputs.isEmpty()) parts << tr("Outputs: %1").arg(of_outputs.join(QStringLiteral(", ")));
    for (const compare::FindingPair& f : c.findings) {
        if (f.units[0] != f.units[1])
            parts << QStringLiteral("%1: %2 → %3")
                         .arg(text(f.kind), countText(f.units[0]), countText(f.units[1]));
    }
    parts << (c.by_place ? tr("events matched by topic, partition and offset")
                         : tr("events matched by topic, key and value"));
    // Lines break between the parts only.
    for (QString& part : parts)
        part.replace(QLatin1Char(' '), QChar(0xA0)).replace(QLatin1Char('-'), QChar(0x2011));
    return parts.join(QStringLiteral("   "));
}

}  // namespace weir::views
