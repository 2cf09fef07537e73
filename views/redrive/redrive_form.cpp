// SPDX-License-Identifier: GPL-3.0-or-later
#include "redrive/redrive_form.h"

#include "format/format.h"
#include "theme/theme.h"
#include "widgets/form_parts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::views {
namespace {

constexpr int kMost = 10'000;
constexpr double kPaces[] = {0, 1, 2, 10, 100};

/// Text as the filter language writes it.
QString quoted(const std::string& bytes) {
    QString out = QStringLiteral("\"");
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += QLatin1Char('\\');
            out += QLatin1Char(c);
        } else if (byte < 0x20 || byte >= 0x7F) {
            out += QStringLiteral("\\x%1").arg(static_cast<int>(byte), 2, 16, QLatin1Char('0'));
        } else {
            out += QLatin1Char(c);
        }
    }
    return out + QLatin1Char('"');
}

const QString& settingsKey() {
    static const QString key = QStringLiteral("redrive/flow");
    return key;
}

}  // namespace

QString filterOf(const Choice& choice, const Catalog& catalog,
                 const std::optional<journal::FindingRow>& finding) {
    QStringList parts;
    const auto topic = [&](TopicId id) {
        if (const auto* row = catalog.topic(id))
            parts << QStringLiteral("topic == %1").arg(quoted(row->name));
    };
    if (choice.event) {
        parts << QStringLiteral("event == %1").arg(choice.event.value);
        return parts.join(QStringLiteral(" && "));
    }
    if (choice.call) {
        parts << QStringLiteral("invocation == %1").arg(choice.call.value);
        return parts.join(QStringLiteral(" && "));
    }
    if (finding) {
        topic(finding->topic);
        if (finding->kind == "key-split") {  // of a key, wherever it stands
            if (finding->key) parts << QStringLiteral("key == %1").arg(quoted(*finding->key));
        } else {
            parts
                << QStringLiteral("partition == %1").arg(finding->partition)
                << QStringLiteral("offset in {%1..%2}").arg(finding->first_offset).arg(finding->last_offset);
        }
        parts << QStringLiteral("finding == %1").arg(text(finding->kind));
        return parts.join(QStringLiteral(" && "));
    }
    if (choice.place) {
        topic(choice.place->topic);
        if (choice.place->partition != PlaceChoice::kAll)
            parts << QStringLiteral("partition == %1").arg(choice.place->partition);
    }
    if (choice.key) parts << QStringLiteral("key == %1").arg(quoted(*choice.key));
    if (choice.function) {
        if (const auto* row = catalog.function(choice.function))
            parts << QStringLiteral("function == %1").arg(quoted(row->name));
    }
    if (choice.time) {
        parts << QStringLiteral("received >= %1").arg(choice.time->first)
              << QStringLiteral("received <= %1").arg(choice.time->second);
    }
    return parts.join(QStringLiteral(" && "));
}

RedriveForm::RedriveForm(RedriveStart start, ReadFlow read_flow, QWidget* parent)
    : QDialog(parent),
      start_(std::move(start)),
      read_flow_(std::move(read_flow)),
      events_(new QComboBox),
      function_(new QComboBox),
      batches_(new QComboBox),
      order_(new QComboBox),
      pace_(new QComboBox),
      filter_(new QLineEdit),
      flow_path_(new QLineEdit),
      batch_size_(new QSpinBox),
      concurrency_(new QSpinBox),
      consequence_(new QLabel) {
    setWindowTitle(tr("Run events again"));
    setMinimumWidth(560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    auto* head = new QLabel(tr("Run events of %1 again").arg(QFileInfo(start_.session).fileName()));
    head->setTextFormat(Qt::PlainText);
    head->setFont(titleFont());
    layout->addWidget(head);

    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignRight | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(10);
    form->setVerticalSpacing(6);
    const auto row = [&](const QString& words, QWidget* field) { addFormRow(*form, words, field); };
    events_->addItems({tr("all"), tr("those of the filter"), tr("those that are chosen"),
                       tr("those for which this holds")});
    auto* choices = qobject_cast<QStandardItemModel*>(events_->model());
    choices->item(OfFilter)->setEnabled(!start_.filter.isEmpty());
    choices->item(OfSelection)->setEnabled(!start_.selection.isEmpty());
    filter_->setFont(monoFont());
    filter_->setPlaceholderText(tr("every event of the function's topics"));
    row(tr("Events"), events_);
    row(tr("Filter"), filter_);

    auto* file = new QWidget;
    auto* file_row = new QHBoxLayout(file);
    file_row->setContentsMargins(0, 0, 0, 0);
    auto* choose = new QPushButton(tr("Choose…"));
    choose->setAutoDefault(false);
    file_row->addWidget(flow_path_, 1);
    file_row->addWidget(choose);
    flow_path_->setAccessibleName(tr("Flow file"));
    form->addRow(tr("Flow file"), file);
    row(tr("Function"), function_);

    batches_->addItems({tr("as the flow's settings form them"), tr("as they were, each event once")});
    order_->addItems(
        {tr("as the flow says"), QStringLiteral("partition"), QStringLiteral("key"), QStringLiteral("none")});
    for (QSpinBox* box : {batch_size_, concurrency_}) {
        box->setRange(0, kMost);
        box->setSpecialValueText(tr("as the flow says"));
    }
    pace_->addItems({tr("as fast as the function takes them"), tr("as they arrived"), tr("2 times faster"),
                     tr("10 times faster"), tr("100 times faster")});
    row(tr("Batches"), batches_);
    row(tr("Order"), order_);
    row(tr("Batch size"), batch_size_);
    row(tr("Concurrency"), concurrency_);
    row(tr("Pace"), pace_);
    layout->addLayout(form);

    showConsequence(*consequence_);
    layout->addWidget(consequence_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    go_ = buttons->addButton(tr("Run again"), QDialogButtonBox::AcceptRole);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        QSettings().setValue(settingsKey(), flow_path_->text());
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(choose, &QPushButton::clicked, this, &RedriveForm::browse);
    connect(events_, &QComboBox::currentIndexChanged, this, &RedriveForm::eventsChosen);
    connect(filter_, &QLineEdit::textEdited, this, [this] { events_->setCurrentIndex(Own); });
    connect(filter_, &QLineEdit::textChanged, this, &RedriveForm::refresh);
    connect(flow_path_, &QLineEdit::editingFinished, this, [this] { setFlowFile(flow_path_->text()); });
    for (QComboBox* box : {function_, batches_, order_, pace_})
        connect(box, &QComboBox::currentIndexChanged, this, &RedriveForm::refresh);
    for (QSpinBox* box : {batch_size_, concurrency_})
        connect(box, &QSpinBox::valueChanged, this, &RedriveForm::refresh);
    if (!start_.selection.isEmpty()) {
        events_->setCurrentIndex(OfSelection);
    } else if (!start_.filter.isEmpty()) {
        events_->setCurrentIndex(OfFilter);
    }
    setFlowFile(QSettings().value(settingsKey()).toString());
}

void RedriveForm::eventsChosen() {
    switch (static_cast<Events>(events_->currentIndex())) {
        case All:
            filter_->clear();
            break;
        case OfFilter:
            filter_->setText(start_.filter);
            break;
        case OfSelection:
            filter_->setText(start_.selection);
            filter_->setCursorPosition(0);  // a long one shows its beginning
            break;
        case Own:
            break;
    }
    refresh();
}

void RedriveForm::browse() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose a flow file"), flow_path_->text(),
                                                      tr("Flow files (*.flow.json *.json)"));
    if (!path.isEmpty()) setFlowFile(path);
}

void RedriveForm::setFlowFile(const QString& path) {
    flow_path_->setText(path);
    flow_.reset();
    flow_error_.clear();
    const QString wanted = function_->count() > 0 ? function_->currentText() : start_.function;
    const QSignalBlocker quiet(function_);
    function_->clear();
    if (!path.isEmpty()) {
        auto reading = read_flow_(path);
        if (!reading) {
            flow_error_ = text(reading.error().message);
        } else if (!reading->problems.empty()) {
            flow_error_ = text(flow::problemLine(reading->problems.front()));
        } else {
            flow_ = std::move(reading->flow);
            for (const auto& f : flow_->functions) {
                if (!f.observe) function_->addItem(text(f.name));
            }
            function_->setCurrentIndex(std::max(0, function_->findText(wanted)));
        }
    }
    refresh();
}

std::optional<redrive::Plan> RedriveForm::plan() const {
    auto filter = filter::Filter::parse(utf8(filter_->text()));
    if (!filter || !flow_ || function_->currentIndex() < 0) return std::nullopt;
    redrive::Plan plan;
    plan.session = utf8(start_.session);
    plan.path = utf8(start_.new_session);
    plan.function = utf8(function_->currentText());
    plan.flow = *flow_;
    plan.filter = std::move(*filter);
    plan.pace.speed = kPaces[std::clamp(pace_->currentIndex(), 0, static_cast<int>(std::size(kPaces)) - 1)];
    plan.recorded_batches = batches_->currentIndex() == Recorded;
    constexpr flow::Order kOrders[] = {flow::Order::Partition, flow::Order::Key, flow::Order::None};
    if (order_->currentIndex() > 0) plan.order = kOrders[order_->currentIndex() - 1];
    if (!plan.recorded_batches && batch_size_->value() > 0) plan.batch_size = batch_size_->value();
    if (concurrency_->value() > 0) plan.concurrency = concurrency_->value();
    return plan;
}

QString RedriveForm::consequence() const {
    return consequence_->text();
}

void RedriveForm::refresh() {
    batch_size_->setEnabled(batches_->currentIndex() != Recorded);
    const auto filter = filter::Filter::parse(utf8(filter_->text()));
    const bool ready = plan().has_value();
    go_->setEnabled(ready);
    if (!filter) {
        consequence_->setText(text(filter.error().toError(utf8(filter_->text())).message));
    } else if (!flow_error_.isEmpty()) {
        consequence_->setText(flow_error_);
    } else if (!flow_) {
        consequence_->setText(tr("Choose the flow file that holds the function."));
    } else if (!ready) {
        consequence_->setText(tr("The flow has no function that Weir can call."));
    } else {
        consequence_->setText(tr("%1 is called with these events, and what happens is recorded into a "
                                 "session of its own, %2. Its "
                                 "outputs go nowhere, and nothing is committed.")
                                  .arg(function_->currentText(), QFileInfo(start_.new_session).fileName()));
    }
}

}  // namespace weir::views
