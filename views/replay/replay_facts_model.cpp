// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_facts_model.h"

#include "order/order_words.h"
#include "session/offset_ranges.h"
#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"

namespace weir::views {
namespace {

using replay::Kind;

QString stretchWords(const replay::Stretch& s, const Catalog& names) {
    return QStringLiteral("%1 @ %2").arg(names.place(s.topic, s.partition), offsetsText(s.first, s.last));
}

QString callWords(const replay::Call& call, const Catalog& names) {
    QString words = QStringLiteral("%1 %2").arg(callText(call.id.value), names.functionName(call.function));
    if (call.instance) words = QObject::tr("%1 on %2").arg(words, names.instanceName(call.instance));
    if (call.attempt > 1) words += QObject::tr(", attempt %1").arg(call.attempt);
    std::vector<OffsetRange> ranges;
    for (const replay::Stretch& s : call.stretches) ranges.push_back({s.topic, s.partition, s.first, s.last});
    if (!ranges.empty()) words += QStringLiteral(", ") + rangesText(joined(std::move(ranges)), names, 2);
    return words;
}

struct Wording {
    const Catalog& names;

    QString operator()(const replay::AssignmentMoment& m) const {
        return QObject::tr("%1 %2, epoch %3")
            .arg(names.place(m.topic, m.partition), QLatin1String(facts::word(m.state)))
            .arg(m.epoch);
    }
    QString operator()(const replay::RecordMoment& m) const { return stretchWords(m.events, names); }
    QString operator()(const replay::HoleMoment& m) const {
        return QStringLiteral("%1 @ %2").arg(names.place(m.topic, m.partition), offsetsText(m.first, m.last));
    }
    QString operator()(const replay::InstanceMoment& m) const {
        return QObject::tr("%1 of %2").arg(names.instanceName(m.id), names.functionName(m.function));
    }
    QString operator()(const replay::SkipMoment& m) const {
        return QObject::tr("%1 passes over %2")
            .arg(names.functionName(m.function), stretchWords(m.events, names));
    }
    QString operator()(const replay::BatchMoment& m) const {
        const auto* trigger = names.trigger(m.trigger);
        return QObject::tr("%1 of %2")
            .arg(countedText(m.events, QObject::tr("%1 event"), QObject::tr("%1 events")),
                 trigger == nullptr ? QStringLiteral("?") : text(trigger->name));
    }
    QString operator()(const replay::StartMoment& m) const { return callWords(*m.call, names); }
    QString operator()(const replay::EndMoment& m) const { return callText(m.call.value); }
    QString operator()(const replay::OutputMoment& m) const {
        return QObject::tr("%1 @ %2 of %3")
            .arg(names.place(m.topic, m.partition), countText(m.offset), names.functionName(m.function));
    }
    QString operator()(const replay::CommitMoment& m) const {
        return QStringLiteral("%1 @ %2").arg(names.place(m.topic, m.partition), countText(m.offset));
    }
    QString operator()(const replay::DecisionMoment& m) const {
        const auto* trigger = names.trigger(m.trigger);
        return trigger == nullptr
                   ? QLatin1String(facts::word(m.kind)) + QString()
                   : QStringLiteral("%1 %2").arg(QLatin1String(facts::word(m.kind)), text(trigger->name));
    }
};

Glyph glyphFor(const ReplayFact& fact) {
    if (fact.finding) return glyphOf(fact.finding->kind);
    switch (fact.happening.position.kind) {
        case Kind::Assignment:
            return Glyph::Pause;
        case Kind::Record:
        case Kind::Output:
            return Glyph::Topic;
        case Kind::Instance:
        case Kind::InstanceReady:
            return Glyph::Cold;
        case Kind::End:
        case Kind::EndOfNoTime:
            return Glyph::Success;
        case Kind::Start:
        case Kind::Observed:
            return Glyph::Function;
        case Kind::Hole:
        case Kind::Skip:
            return Glyph::Gap;
        case Kind::Batch:
            return Glyph::Waiting;
        case Kind::Commit:
            return Glyph::Forward;
        case Kind::InstanceEnd:
            return Glyph::Stop;
        case Kind::Decision:
        case Kind::Finding:
        case Kind::Last:
            break;
    }
    return Glyph::Warn;
}

}  // namespace

QString factWords(const ReplayFact& fact, const Catalog& names) {
    if (fact.happening.moment) return std::visit(Wording{names}, fact.happening.moment->body);
    if (!fact.finding) return notApplicable();
    return headlineOf(*fact.finding, names);
}

void ReplayFactsModel::show(const ReplayPicture& picture, std::shared_ptr<const Catalog> names) {
    beginResetModel();
    facts_ = picture.facts;
    happened_ = picture.happened;
    names_ = std::move(names);
    endResetModel();
}

const ReplayFact* ReplayFactsModel::fact(int row) const {
    return row >= 0 && row < rowCount() ? &facts_[static_cast<std::size_t>(row)] : nullptr;
}

int ReplayFactsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(facts_.size());
}
int ReplayFactsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant ReplayFactsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ReplayFact& fact = facts_[static_cast<std::size_t>(index.row())];
    const bool future = index.row() >= happened_;
    switch (role) {
        case Qt::DisplayRole:
            switch (index.column()) {
                case Time:
                    return clock_.time(fact.happening.position.at);
                case What:
                    return QString::fromLatin1(replay::word(fact.happening.position.kind));
                case Words:
                    return factWords(fact, *names_);
                default:
                    return {};
            }
        case Qt::ToolTipRole:
            return index.column() == Time ? clock_.exactTime(fact.happening.position.at)
                                          : factWords(fact, *names_);
        case Qt::FontRole:
            return index.column() == Time ? QVariant(monoFont()) : QVariant();
        case GlyphRole:
            return index.column() == What ? static_cast<int>(glyphFor(fact)) : -1;
        case ToneRole: {
            if (future) return static_cast<int>(CellTone::Quiet);
            if (!fact.finding || index.column() != What) return static_cast<int>(CellTone::Plain);
            const auto severity = fact.finding->severity;
            return static_cast<int>(severity == analysis::order::Severity::Error  ? CellTone::Broken
                                    : severity == analysis::order::Severity::Warn ? CellTone::Warn
                                                                                  : CellTone::Quiet);
        }
        case Qt::AccessibleTextRole:
            return future ? tr("yet to come: %1").arg(data(index, Qt::DisplayRole).toString())
                          : data(index, Qt::DisplayRole);
        default:
            return {};
    }
}

QVariant ReplayFactsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole) return static_cast<int>(Qt::AlignVCenter | Qt::AlignLeft);
    if (role != Qt::DisplayRole) return {};
    const QString heads[] = {tr("Time"), tr("Fact"), tr("What")};
    return heads[section];
}

}  // namespace weir::views
