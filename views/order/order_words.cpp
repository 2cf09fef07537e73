// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/order_words.h"

#include "order/together.h"

#include <QCoreApplication>

namespace weir::views {
namespace {

using order::Cause;
using order::Kind;
using order::Severity;

QString tr(const char* source) {
    return QCoreApplication::translate("Order", source);
}

QString mono(const QString& words) {
    return QStringLiteral("<span style=\"font-family:'%1'\">%2</span>")
        .arg(monoFont().family().toHtmlEscaped(), words.toHtmlEscaped());
}

QString bold(const QString& words) {
    return QStringLiteral("<b>%1</b>").arg(words.toHtmlEscaped());
}

QString placeOf(const order::Place& place, const Catalog& catalog) {
    return QStringLiteral("%1 @ %2").arg(catalog.place(place.topic, place.partition),
                                         countText(place.offset));
}

QString eventsOf(const order::Finding& f, const Catalog& catalog) {
    return f.units() == 1
               ? tr("Event %1").arg(mono(placeOf({f.topic, f.partition, f.first}, catalog)))
               : tr("%1 events of %2").arg(countText(f.units()), mono(catalog.place(f.topic, f.partition)));
}

/// How many later events were there first, as far as the calls in the picture tell.
std::int64_t overtakers(const order::Evidence& e) {
    std::int64_t count = 0;
    for (const order::EvidenceCall& call : e.calls) {
        if (call.role == order::EvidenceCall::Role::Against) count += call.events;
    }
    return count;
}

QString overlapSentence(const order::Evidence& e, const QString& events, const QString& function) {
    const Together both = togetherOf(e);
    const QString own = mono(callText(e.finding.invocation.value));
    if (both.other == nullptr)
        return tr("%1: call %2 of %3 ran at the same time as another one of the same scope.")
            .arg(events, own, function);
    const QString other = mono(callText(both.other->id.value));
    return both.time()
               ? tr("%1: call %2 of %3 ran at once with call %4 for %5; neither waited for the other.")
                     .arg(events, own, function, other, durationText(*both.time()))
               : tr("%1: call %2 of %3 ran at once with call %4; neither waited for the other.")
                     .arg(events, own, function, other);
}

QString body(const order::Evidence& e, const Catalog& catalog) {
    const order::Finding& f = e.finding;
    const QString events = eventsOf(f, catalog);
    const bool one = f.units() == 1;
    const QString function = bold(catalog.functionName(f.function));
    const std::int64_t later = overtakers(e);
    const QString by = later > 1 ? tr("%1 later ones").arg(countText(later)) : tr("a later one");
    switch (f.kind) {
        case Kind::Regression:
            return tr("%1 began in %3 only after %2 had succeeded.").arg(events, by, function);
        case Kind::Inversion:
            return (one ? tr("%1 was overtaken by %2 while %3 still ran it.")
                        : tr("%1 were overtaken by %2 while %3 still ran them."))
                .arg(events, by, function);
        case Kind::Overlap:
            return overlapSentence(e, events, function);
        case Kind::Duplicate:
            return tr("%1 succeeded again in call %2 of %3.")
                .arg(events, mono(callText(f.invocation.value)), function);
        case Kind::Gap:
            return f.against ? tr("%1 never succeeded in %2, although %3 above did.")
                                   .arg(events, function, mono(placeOf(*f.against, catalog)))
                             : tr("%1 never succeeded in %2, although later ones did.").arg(events, function);
        case Kind::OutputInversion:
            return (one ? tr("%1 of %2 stands behind an output of a later cause.")
                        : tr("%1 of %2 stand behind outputs of later causes."))
                .arg(one ? tr("Output %1").arg(mono(placeOf({f.topic, f.partition, f.first}, catalog)))
                         : tr("%1 outputs in %2")
                               .arg(countText(f.units()), mono(catalog.place(f.topic, f.partition))),
                     function);
        case Kind::KeySplit:
            return tr("Records with the key %1 stand in more than one partition of %2: nothing keeps their "
                      "order.")
                .arg(mono(bytesText(f.key)), mono(catalog.topicName(f.topic)));
        case Kind::Late:
            return (one ? tr("%1 carries a timestamp that is older than one at a lower offset, by %2.")
                        : tr("%1 carry timestamps that are older than one at a lower offset, by up to %2."))
                .arg(events, durationText(f.lateness));
    }
    return {};
}

/// Why it came to that, where the kind does not say so already.
QString causeSentence(const order::Evidence& e) {
    const bool overtaken = e.finding.kind == Kind::Inversion || e.finding.kind == Kind::Regression ||
                           e.finding.kind == Kind::OutputInversion;
    const QString start = QLatin1Char(' ') + tr("Cause: %1.").arg(bold(wordOf(e.finding.cause)));
    switch (e.finding.cause) {
        case Cause::Rebalance:
            return start + QLatin1Char(' ') +
                   tr("The partition was assigned anew before the call of the older epoch had ended.");
        case Cause::Bisect:
            return start + QLatin1Char(' ') +
                   tr("The batch had failed and was split; its parts went separate ways.");
        case Cause::Timeout:
            return start + QLatin1Char(' ') + tr("An earlier attempt had run into its timeout.");
        case Cause::Retry:
            return start + QLatin1Char(' ') +
                   tr("An earlier attempt had failed, and what came later did not wait.");
        case Cause::Concurrency:
            if (e.finding.kind == Kind::Overlap) return start;
            return start + QLatin1Char(' ') +
                   (overtaken ? tr("Both calls ran at once, and the later event's ended first.")
                              : tr("Both calls ran at once."));
        case Cause::Producer:
            return start + QLatin1Char(' ') + tr("It was written that way.");
        case Cause::Unknown:
            return {};
    }
    return {};
}

}  // namespace

Glyph glyphOf(Kind kind) {
    switch (kind) {
        case Kind::Regression:
            return Glyph::Regression;
        case Kind::Inversion:
            return Glyph::OrderBreak;
        case Kind::Overlap:
            return Glyph::Overlap;
        case Kind::Duplicate:
            return Glyph::Duplicate;
        case Kind::Gap:
            return Glyph::Gap;
        case Kind::OutputInversion:
            return Glyph::OutputInversion;
        case Kind::KeySplit:
            return Glyph::KeySplit;
        case Kind::Late:
            return Glyph::Late;
    }
    return Glyph::OrderBreak;
}

const Tone& toneOf(Severity severity, const Theme& theme) {
    return severity == Severity::Error  ? theme.broken
           : severity == Severity::Warn ? theme.warn
                                        : theme.waiting;
}

QString wordOf(Kind kind) {
    return QString::fromLatin1(order::word(kind));
}
QString wordOf(Severity severity) {
    return QString::fromLatin1(order::word(severity));
}
QString wordOf(Cause cause) {
    return cause == Cause::Unknown ? notApplicable() : QString::fromLatin1(order::word(cause));
}

QString meaningOf(Kind kind) {
    switch (kind) {
        case Kind::Regression:
            return tr("began after a later one had succeeded");
        case Kind::Inversion:
            return tr("overtaken while running");
        case Kind::Overlap:
            return tr("two invocations of one scope at once");
        case Kind::Duplicate:
            return tr("succeeded again");
        case Kind::Gap:
            return tr("passed over");
        case Kind::OutputInversion:
            return tr("outputs not in the order of their causes");
        case Kind::KeySplit:
            return tr("one key in several partitions");
        case Kind::Late:
            return tr("older timestamp than at a lower offset");
    }
    return {};
}

QString headlineOf(const order::Finding& f, const Catalog& catalog) {
    QString kind = wordOf(f.kind);
    kind[0] = kind[0].toUpper();
    return tr("%1 in %2")
        .arg(kind,
             f.kind == Kind::KeySplit ? catalog.topicName(f.topic) : catalog.place(f.topic, f.partition));
}

QString sentenceOf(const order::Evidence& evidence, const Catalog& catalog) {
    return body(evidence, catalog) + causeSentence(evidence);
}

}  // namespace weir::views
