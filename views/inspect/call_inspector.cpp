// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/call_inspector.h"

#include "theme/theme.h"
#include "widgets/facts_grid.h"
#include "widgets/section.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

#include <algorithm>

namespace weir::views {
namespace {
constexpr std::int64_t kMostLogs = 500;
}

CallInspector::CallInspector(QWidget* parent)
    : InspectorFrame(parent),
      facts_(new FactsGrid),
      error_(new QLabel),
      logs_(new QPlainTextEdit),
      events_(new QPushButton(tr("Events"))) {
    setAccessibleName(tr("Inspector of the call"));
    events_->setToolTip(tr("Show the events of this call in the table"));
    auto* copy_button = new QPushButton(tr("Copy"));
    copy_button->setIcon(glyphIcon(Glyph::Copy));
    addButton(events_);
    addButton(copy_button);
    connect(events_, &QPushButton::clicked, this, [this] { emit eventWanted(first_event_); });
    connect(copy_button, &QPushButton::clicked, this, &CallInspector::copy);
    error_->setWordWrap(true);
    error_->setTextFormat(Qt::PlainText);
    error_->setFont(monoFont());
    error_->setContentsMargins(8, 6, 8, 8);
    error_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    logs_->setReadOnly(true);
    logs_->setFrameShape(QFrame::NoFrame);
    logs_->setFont(monoFont());
    logs_->setWordWrapMode(QTextOption::WrapAnywhere);
    logs_->setMinimumHeight(120);
    logs_->setAccessibleName(tr("Log of the call"));
    error_section_ = new Section(QStringLiteral("error"), tr("Error"), error_);
    logs_section_ = new Section(QStringLiteral("log"), tr("Log"), logs_);
    addPart(new Section(QStringLiteral("call"), tr("Call"), facts_));
    addPart(error_section_);
    addPart(logs_section_);
    addStretch();
}

void CallInspector::setSession(Session* session) {
    session_ = session;
    wanted_ = {};
    open_ = false;
    if (session != nullptr) connect(session, &Session::grew, this, &CallInspector::refresh);
}

void CallInspector::refresh() {
    const Call* call = session_ && open_ ? session_->lanes().call(wanted_) : nullptr;
    if (call != nullptr && !call->open()) showCall(wanted_);
}

CallInspector::Answer CallInspector::read(journal::SessionReader& reader, InvocationId id) {
    Answer answer{reader.invocationsById({id}), {}, {}, {}};
    if (!answer.calls || answer.calls->empty()) return answer;
    if (auto logs = reader.logs(id, kMostLogs)) answer.logs = std::move(*logs);
    if (auto ranges = rangesOf(reader, id)) answer.ranges = std::move(*ranges);
    const journal::InvocationRow& call = answer.calls->front();
    const auto event = reader.findEvent(call.topic, call.partition, call.first_offset);
    if (event && *event) {
        auto rows = reader.events(*event, 1, 0);
        if (rows && !rows->empty()) answer.first = std::move(rows->front());
    }
    return answer;
}

void CallInspector::showCall(InvocationId call) {
    if (!session_ || !call) return;
    wanted_ = call;
    session_->ask(
        this, [call](journal::SessionReader& reader) { return read(reader, call); },
        [this, call](Answer answer) { take(call, std::move(answer)); }, true);
}

void CallInspector::take(InvocationId id, Answer answer) {
    if (id != wanted_ || !session_) return;
    if (!answer.calls || answer.calls->empty()) {
        setTitle(callText(id.value));
        const QString why =
            answer.calls ? tr("This call is not in the session.") : text(answer.calls.error().message);
        setOutcome({EventOutcome::Kind::Failed, why}, {});
        emit shown();
        return;
    }
    const journal::InvocationRow& call = answer.calls->front();
    const Catalog& c = session_->catalog();
    open_ = !call.end.has_value();
    setTitle(callText(id.value) + QStringLiteral("  ") + c.functionName(call.function));
    EventOutcome outcome{kindOf(call.outcome, call.attempt), {}};
    outcome.words = call.outcome ? text(facts::word(*call.outcome)) : tr("in flight");
    QStringList more;
    if (call.attempt > 1) more << tr("attempt %1").arg(call.attempt);
    if (call.cold) more << tr("cold start");
    setOutcome(outcome, more.join(QStringLiteral(", ")));
    first_event_ = answer.first ? answer.first->id : EventId{};
    events_->setEnabled(static_cast<bool>(first_event_));
    showFacts(call, answer);

    error_section_->setVisible(!call.error.empty());
    error_->setText(text(call.error));
    QString lines;
    for (const auto& log : answer.logs) {
        lines += clock_.time(log.at) + QLatin1Char(' ') + text(log.text).trimmed() + QLatin1Char('\n');
    }
    if (lines.endsWith(QLatin1Char('\n'))) lines.chop(1);
    logs_->setPlainText(lines);
    logs_section_->setDetail(
        countedText(static_cast<std::int64_t>(answer.logs.size()), tr("%1 line"), tr("%1 lines")));
    logs_section_->setVisible(!answer.logs.empty());
    emit shown();
}

void CallInspector::showFacts(const journal::InvocationRow& call, const Answer& answer) {
    const Catalog& c = session_->catalog();
    QVector<FactsGrid::Fact> facts;
    facts.append({tr("Instance"), c.instanceName(call.instance), true});
    if (const auto* trigger = c.trigger(call.trigger)) facts.append({tr("Trigger"), text(trigger->name)});
    facts.append({tr("Events"), countedText(call.events, tr("%1 event"), tr("%1 events"))});
    std::vector<OffsetRange> ranges = answer.ranges;
    if (ranges.empty()) ranges = {{call.topic, call.partition, call.first_offset, call.last_offset}};
    facts.append({tr("From"), rangesText(ranges, c), true});
    if (call.batch) facts.append({tr("Batch"), countText(call.batch.value)});
    facts.append({tr("Attempt"), QString::number(call.attempt)});
    if (call.split_of) facts.append({tr("Split of"), callText(call.split_of.value)});
    if (call.epoch > 0) facts.append({tr("Epoch"), QString::number(call.epoch)});
    facts.append({tr("Started"), clock_.time(call.start), true});
    if (answer.first) {
        const DurationNs waited = std::max<DurationNs>(0, call.start - answer.first->received);
        facts.append({tr("Waited"), tr("%1, its first event").arg(durationText(waited))});
    }
    const auto* instance = c.instance(call.instance);
    if (call.cold && instance != nullptr && instance->ready) {
        facts.append({tr("Init"), durationText(*instance->ready - instance->started), false,
                      [] { return theme().cold.text; }});
    }
    facts.append({tr("Ran"), call.end ? durationText(*call.end - call.start) : tr("in flight")});
    facts_->setFacts(facts);
    copied_.clear();
    QStringList lines{callText(call.id.value) + QLatin1Char(' ') + c.functionName(call.function)};
    for (const auto& fact : facts) lines << fact.name + QStringLiteral(": ") + fact.value;
    if (!call.error.empty()) lines << text(call.error);
    copied_ = lines.join(QLatin1Char('\n'));
}

void CallInspector::copy() const {
    QGuiApplication::clipboard()->setText(copied_);
}

}  // namespace weir::views
