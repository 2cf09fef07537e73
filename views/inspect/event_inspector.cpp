// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/event_inspector.h"

#include "events/cloud_event.h"
#include "inspect/value_part.h"
#include "theme/theme.h"
#include "widgets/facts_grid.h"
#include "widgets/section.h"
#include "widgets/themed_label.h"

#include <QClipboard>
#include <QComboBox>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace weir::views {
namespace {

QLabel* cell(const QString& words, QGridLayout* grid, int row, int column, bool quiet, bool mono = false) {
    auto* label = new QLabel(words);
    if (quiet) label->setForegroundRole(QPalette::PlaceholderText);
    if (mono) label->setFont(monoFont());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(label, row, column);
    return label;
}

}  // namespace

EventInspector::EventInspector(Selection* selection, QWidget* parent)
    : InspectorFrame(parent),
      selection_(selection),
      deliveries_(new QWidget),
      value_(new ValuePart),
      outputs_(new FactsGrid),
      cloud_(new FactsGrid),
      headers_(new FactsGrid),
      record_(new FactsGrid),
      lanes_(new QPushButton(tr("Lanes"))),
      lineage_(new QPushButton(tr("Lineage"))) {
    setAccessibleName(tr("Inspector of the event"));
    lanes_->setToolTip(tr("Show the call that delivered this event"));
    auto* copy = new QPushButton(tr("Copy"));
    copy->setIcon(glyphIcon(Glyph::Copy));
    auto* menu = new QMenu(copy);
    connect(menu->addAction(tr("Copy value")), &QAction::triggered, this, &EventInspector::copyValue);
    connect(menu->addAction(tr("Copy as kcat command")), &QAction::triggered, this,
            &EventInspector::copyCommand);
    copy->setMenu(menu);
    lineage_->setToolTip(tr("Show what caused this event and what it caused"));
    addButton(lanes_);
    addButton(lineage_);
    addButton(copy);
    connect(lanes_, &QPushButton::clicked, this, [this] { emit callWanted(call_); });
    connect(lineage_, &QPushButton::clicked, this, &EventInspector::lineageWanted);

    deliveries_section_ = new Section(QStringLiteral("deliveries"), tr("Deliveries"), deliveries_);
    value_section_ = new Section(QStringLiteral("value"), tr("Value"), value_);
    value_section_->addTool(value_->chooser());
    outputs_section_ = new Section(QStringLiteral("outputs"), tr("Outputs"), outputs_);
    cloud_section_ = new Section(QStringLiteral("cloudevents"), tr("CloudEvents"), cloud_);
    headers_section_ = new Section(QStringLiteral("headers"), tr("Headers"), headers_);
    addPart(deliveries_section_);
    addPart(value_section_);
    addPart(cloud_section_);
    addPart(headers_section_);
    addPart(outputs_section_);
    addPart(new Section(QStringLiteral("record"), tr("Record"), record_));
    addStretch();
}

void EventInspector::setSession(Session* session) {
    session_ = session;
    wanted_ = {};
}

EventInspector::Answer EventInspector::read(journal::SessionReader& reader, EventId id) {
    Answer answer{reader.event(id), {}, {}};
    if (auto deliveries = reader.deliveries(id, id)) answer.deliveries = std::move(*deliveries);
    if (auto outputs = reader.outputs(id)) answer.outputs = std::move(*outputs);
    return answer;
}

void EventInspector::showEvent(EventId event) {
    if (!session_ || !event) return;
    wanted_ = event;
    session_->ask(
        this, [event](journal::SessionReader& reader) { return read(reader, event); },
        [this, event](Answer answer) { take(event, std::move(answer)); }, true);
}

void EventInspector::take(EventId id, Answer answer) {
    if (id != wanted_ || !session_) return;  // the user went on meanwhile
    if (!answer.event) {
        setTitle(tr("Event"));
        setOutcome({EventOutcome::Kind::Failed, text(answer.event.error().message)},
                   text(answer.event.error().hint));
        emit shown();
        return;
    }
    event_ = std::move(*answer.event);
    const journal::EventRow& row = event_.row;
    setTitle(session_->catalog().place(row.topic, row.partition) + QStringLiteral(" @ ") +
             countText(row.offset));
    const EventOutcome outcome = outcomeOf(answer.deliveries, session_->catalog().delivered(row.topic));
    QString more;
    for (const auto& delivery : answer.deliveries) {
        if (!delivery.error.empty()) more = text(delivery.error);
    }
    setOutcome(outcome, outcome.kind == EventOutcome::Kind::None ? tr("triggers no function") : more);
    call_ = answer.deliveries.empty() ? InvocationId{} : answer.deliveries.back().invocation;
    lanes_->setEnabled(static_cast<bool>(call_));
    showDeliveries(answer);

    value_->setEvent(event_);
    value_section_->setDetail(value_->detail());

    QVector<FactsGrid::Fact> outputs;
    for (const auto& output : answer.outputs) {
        outputs.append({callText(output.invocation.value),
                        partitionText(text(output.topic), output.partition) + QStringLiteral(" @ ") +
                            countText(output.offset),
                        true});
    }
    outputs_->setFacts(outputs);
    outputs_section_->setDetail(countText(outputs.size()));
    outputs_section_->setVisible(!outputs.isEmpty());

    const auto cloud = cloudEventOf(event_);
    cloud_section_->setVisible(cloud.has_value());
    if (cloud) {
        QVector<FactsGrid::Fact> facts;
        for (const auto& [name, value] : cloud->attributes) facts.append({name, value, true});
        cloud_->setFacts(facts);
        const bool binary = cloud->mode == CloudEvent::Mode::Binary;
        cloud_section_->setDetail(binary ? tr("%1, binary mode").arg(cloud->version)
                                         : tr("%1, structured mode").arg(cloud->version));
    }

    QVector<FactsGrid::Fact> headers;
    for (const auto& [name, value] : event_.headers)
        headers.append({bytesText(name), bytesText(value), true});
    headers_->setFacts(headers);
    headers_section_->setDetail(countText(headers.size()));
    headers_section_->setVisible(!headers.isEmpty());

    QVector<FactsGrid::Fact> record{{tr("Key"), bytesText(row.key), true},
                                    {tr("Arrived"), clock_.dateTime(row.received), true}};
    if (row.timestamp) {
        record.append({tr("Timestamp"), clock_.dateTime(*row.timestamp), true});
    }
    record.append({tr("Event id"), QString::number(row.id.value), true});
    record_->setFacts(record);
    emit shown();
}

void EventInspector::showDeliveries(const Answer& answer) {
    delete deliveries_->layout();
    qDeleteAll(deliveries_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    auto* grid = new QGridLayout(deliveries_);
    grid->setContentsMargins(8, 4, 8, 6);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(0, 1);
    deliveries_section_->setDetail(countText(static_cast<std::int64_t>(answer.deliveries.size())));
    if (answer.deliveries.empty()) {
        const bool waits = session_->catalog().delivered(event_.row.topic);
        cell(waits ? tr("Waiting: no call has taken it yet.") : tr("No function is triggered by this topic."),
             grid, 0, 0, true);
        return;
    }
    const QString heads[] = {tr("Function"), tr("Call"), tr("On"), tr("Try"), tr("Waited, ran")};
    for (int i = 0; i < 5; ++i) cell(heads[i], grid, 0, i, true);
    int row = 1;
    for (const auto& delivery : answer.deliveries) {
        const EventOutcome outcome = outcomeOf(delivery);
        auto* function = new QWidget;
        auto* line = new QHBoxLayout(function);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(5);
        auto* glyph = new ThemedLabel;
        if (const auto g = glyphOf(outcome.kind)) {
            glyph->setGlyph(*g, 12, [kind = outcome.kind] { return colourOf(kind, false); });
        }
        auto* name =
            new QLabel(elidedName(session_->catalog().functionName(delivery.function), fontMetrics(), 120));
        name->setToolTip(session_->catalog().functionName(delivery.function) + QStringLiteral(", ") +
                         outcome.words);
        line->addWidget(glyph);
        line->addWidget(name, 1);
        grid->addWidget(function, row, 0);
        auto* call = new ThemedLabel(QStringLiteral("<a href=\"c\" style=\"text-decoration:none\">%1</a>")
                                         .arg(callText(delivery.invocation.value)));
        call->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        call->setAccessibleName(tr("Show call %1 in Lanes").arg(delivery.invocation.value));
        connect(call, &QLabel::linkActivated, this,
                [this, id = delivery.invocation] { emit callWanted(id); });
        grid->addWidget(call, row, 1);
        cell(elidedName(session_->catalog().instanceName(delivery.instance), fontMetrics(), 80), grid, row, 2,
             false);
        cell(QString::number(delivery.attempt), grid, row, 3, false);
        const QString waited = durationText(std::max<DurationNs>(0, delivery.start - event_.row.received));
        const QString ran = delivery.end ? durationText(*delivery.end - delivery.start) : tr("in flight");
        cell(waited + QStringLiteral(", ") + ran, grid, row, 4, false);
        ++row;
    }
}

void EventInspector::copyValue() const {
    if (event_.value) QGuiApplication::clipboard()->setText(text(*event_.value));
}

void EventInspector::copyCommand() const {
    if (!session_) return;
    const Catalog& c = session_->catalog();
    QGuiApplication::clipboard()->setText(kcatCommand(text(c.info.cluster), c.topicName(event_.row.topic),
                                                      event_.row.partition, event_.row.offset));
}

}  // namespace weir::views
