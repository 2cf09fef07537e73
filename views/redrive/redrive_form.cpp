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
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::views {
namespace {

constexpr int kMost = 10'000;
constexpr double kPaces[] = {0, 1, 2, 10, 100};

const QString& settingsKey() {
    static const QString key = QStringLiteral("redrive/flow");
    return key;
}

}  // namespace

RedriveForm::RedriveForm(RedriveStart start, ReadFlow read_flow, QWidget* parent)
    : QDialog(parent),
      start_(std::move(start)),
      read_flow_(std::move(read_flow)),
      events_(new EventChoice(start_.filter, start_.selection, this)),
      function_(new QComboBox),
      batches_(new QComboBox),
      order_(new QComboBox),
      pace_(new QComboBox),
      flow_path_(new QLineEdit),
      batch_size_(new QSpinBox),
      concurrency_(new QSpinBox),
      consequence_(new QLabel) {
    setWindowTitle(tr("Run events again"));
    QVBoxLayout* const layout =
        startForm(*this, 560, tr("Run events of %1 again").arg(QFileInfo(start_.session).fileName()));
    QFormLayout* const form = formRows();
    const auto row = [&](const QString& words, QWidget* field) { addFormRow(*form, words, field); };
    events_->filter()->setPlaceholderText(tr("every event of the function's topics"));
    events_->addRows(*form);

    QPushButton* const choose = addFileRow(*form, tr("Flow file"), flow_path_);
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
    connect(events_, &EventChoice::changed, this, &RedriveForm::refresh);
    connect(flow_path_, &QLineEdit::editingFinished, this, [this] { setFlowFile(flow_path_->text()); });
    for (QComboBox* box : {function_, batches_, order_, pace_})
        connect(box, &QComboBox::currentIndexChanged, this, &RedriveForm::refresh);
    for (QSpinBox* box : {batch_size_, concurrency_})
        connect(box, &QSpinBox::valueChanged, this, &RedriveForm::refresh);
    setFlowFile(start_.flow.isEmpty() ? QSettings().value(settingsKey()).toString() : start_.flow);
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
    auto filter = filter::Filter::parse(events_->text());
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
    const auto filter = filter::Filter::parse(events_->text());
    const bool ready = plan().has_value();
    go_->setEnabled(ready);
    if (!filter) {
        consequence_->setText(text(filter.error().toError(events_->text()).message));
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
