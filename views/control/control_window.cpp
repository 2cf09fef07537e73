// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/control_window.h"

#include "format/format.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/data_table.h"
#include "widgets/themed_label.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace weir::views {

using invoke::TriggerState;
namespace control = invoke::control;

ControlWindow::ControlWindow(Send send, QWidget* parent)
    : QDialog(parent),
      send_(std::move(send)),
      model_(new TriggersModel(this)),
      table_(new DataTable(tr("Triggers"))),
      pause_(new QPushButton(tr("Pause"))),
      resume_(new QPushButton(tr("Resume"))),
      drain_(new QPushButton(tr("Drain"))),
      stop_(new QPushButton(tr("Stop for good"))),
      seek_(new QPushButton(tr("Go on from…"))),
      apply_(new QPushButton(tr("Apply"))),
      concurrency_(new QSpinBox),
      batch_(new QSpinBox),
      nothing_(new QLabel),
      error_(new ThemedLabel) {
    setWindowTitle(tr("Control the recording"));
    resize(920, 340);
    ask_ = [this](const QString& question, const QString& yes, std::function<void()> then) {
        auto* box =
            new QMessageBox(QMessageBox::Question, windowTitle(), question, QMessageBox::Cancel, this);
        box->setTextFormat(Qt::PlainText);
        box->setAttribute(Qt::WA_DeleteOnClose);
        QPushButton* go = box->addButton(yes, QMessageBox::AcceptRole);
        box->setDefaultButton(QMessageBox::Cancel);
        connect(go, &QPushButton::clicked, this, std::move(then));
        box->open();
    };
    table_->setModel(model_);
    table_->cells()->setToneRole(TriggersModel::ToneRole);
    table_->setWidths({QStringLiteral("item-complete→enrich-items"), QStringLiteral("draining"),
                       QStringLiteral("validate-item-xx"), QStringLiteral("00 000"), QStringLiteral("00 000"),
                       QStringLiteral("10 000"), QStringLiteral("10 000")});
    table_->horizontalHeader()->setSectionResizeMode(TriggersModel::Name, QHeaderView::Stretch);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 12);
    layout->setSpacing(8);
    layout->addWidget(table_, 1);
    nothing_->setContentsMargins(12, 12, 12, 0);
    nothing_->setWordWrap(true);
    nothing_->setForegroundRole(QPalette::PlaceholderText);
    nothing_->hide();
    layout->addWidget(nothing_, 1, Qt::AlignTop);
    buildButtons();
    error_->setContentsMargins(12, 0, 12, 0);
    error_->setWordWrap(true);
    error_->setTextFormat(Qt::PlainText);
    error_->setColour([] { return theme().failed.text; });
    error_->hide();
    layout->addWidget(error_);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ControlWindow::refresh);
    refresh();
}

void ControlWindow::buildButtons() {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(6);
    pause_->setToolTip(tr("No new call starts; calls in flight finish, what is queued stays"));
    resume_->setToolTip(tr("Ends a pause or a drain"));
    drain_->setToolTip(tr("Nothing more is read; what is queued is still delivered"));
    stop_->setToolTip(
        tr("No new call starts, calls in flight finish and are committed, then the group is left"));
    seek_->setToolTip(tr("Delivers again from an offset, or passes over what waits"));
    apply_->setToolTip(tr("From the next batch and the next call on"));
    for (QPushButton* button : {pause_, resume_, drain_, stop_, seek_}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch();
    const auto field = [&](const QString& words, QSpinBox* box) {
        auto* label = new QLabel(words);
        label->setBuddy(box);
        label->setForegroundRole(QPalette::PlaceholderText);
        box->setRange(1, 10'000);
        box->setAccessibleName(words);
        row->addWidget(label);
        row->addWidget(box);
    };
    field(tr("Batch size"), batch_);
    field(tr("Concurrency"), concurrency_);
    row->addWidget(apply_);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);

    connect(pause_, &QPushButton::clicked, this, [this] {
        if (const auto* t = chosen()) carryOut(control::Pause{t->name});
    });
    connect(resume_, &QPushButton::clicked, this, [this] {
        const auto* t = chosen();
        if (t == nullptr) return;
        ask_(tr("Resume %1?\n\nIt calls %2 again and commits to %3.")
                 .arg(text(t->name), text(t->function), cluster_),
             tr("Resume"), [this, name = t->name] { carryOut(control::Resume{name}); });
    });
    connect(drain_, &QPushButton::clicked, this, [this] {
        const auto* t = chosen();
        if (t == nullptr) return;
        ask_(tr("Drain %1?\n\nNothing more is read. The %2 events that wait are still delivered to %3 and "
                "committed to %4.")
                 .arg(text(t->name), countText(t->queued), text(t->function), cluster_),
             tr("Drain"), [this, name = t->name] { carryOut(control::Drain{name}); });
    });
    connect(stop_, &QPushButton::clicked, this, [this] {
        const auto* t = chosen();
        if (t == nullptr) return;
        ask_(tr("Stop %1 for good?\n\nCalls in flight finish, their offsets are committed to %2, and the "
                "group is "
                "left. It cannot be resumed in this recording.")
                 .arg(text(t->name), cluster_),
             tr("Stop for good"), [this, name = t->name] { carryOut(control::Stop{name}); });
    });
    connect(seek_, &QPushButton::clicked, this, [this] {
        if (const auto* t = chosen()) showSeek(t->name);
    });
    connect(apply_, &QPushButton::clicked, this, &ControlWindow::applyFigures);
}

void ControlWindow::applyFigures() {
    const auto* t = chosen();
    if (t == nullptr) return;
    const invoke::TriggerStatus now = *t;
    if (concurrency_->value() != now.concurrency)
        carryOut(control::SetConcurrency{now.function, concurrency_->value()});
    if (batch_->value() != now.batch_size) carryOut(control::SetBatchSize{now.name, batch_->value()});
}

const invoke::TriggerStatus* ControlWindow::chosen() const {
    return model_->trigger(table_->currentIndex().row());
}

QString ControlWindow::shownError() const {
    return error_->isHidden() ? QString() : error_->text();
}

void ControlWindow::setTriggers(std::vector<invoke::TriggerStatus> triggers) {
    over_ = false;
    model_->setTriggers(std::move(triggers));
    if (!table_->currentIndex().isValid() && model_->rowCount() > 0) table_->selectRow(0);
    refresh();
}

void ControlWindow::setOver() {
    over_ = true;
    model_->setTriggers({});
    edited_.clear();
    refresh();
}

void ControlWindow::showSeek(const std::string& trigger, const SeekStart& start) {
    for (const SeekPlaces& places : places_) {
        if (places.trigger != trigger) continue;
        auto* form = new SeekForm(places, cluster_, start, this);
        form->setAttribute(Qt::WA_DeleteOnClose);
        connect(form, &QDialog::accepted, this, [this, form] {
            if (const auto seek = form->command()) carryOut(*seek);
        });
        form->open();
        return;
    }
}

void ControlWindow::refresh() {
    const bool any = model_->rowCount() > 0;
    table_->setVisible(any);
    nothing_->setVisible(!any);
    nothing_->setText(over_ ? tr("The recording has ended.")
                            : tr("Nothing to control: this recording calls no function, it only watches."));
    const auto* t = chosen();
    const bool over = t == nullptr || t->state == TriggerState::Stopped;
    const auto enable = [](QWidget* widget, bool on) {
        if (widget->isEnabled() != on) widget->setEnabled(on);
    };
    enable(pause_, !over && t->state == TriggerState::Running);
    enable(resume_, !over && t->state != TriggerState::Running);
    enable(drain_, !over && t->state == TriggerState::Running);
    enable(stop_, !over);
    enable(seek_, !over);
    for (QWidget* widget :
         {static_cast<QWidget*>(concurrency_), static_cast<QWidget*>(batch_), static_cast<QWidget*>(apply_)})
        enable(widget, !over);
    // Figures come several times a second: what the user is typing stays.
    if (t == nullptr || t->name == edited_) return;
    edited_ = t->name;
    concurrency_->setValue(t->concurrency);
    batch_->setValue(t->batch_size);
}

void ControlWindow::carryOut(control::Command command) {
    const Status done = send_(std::move(command));
    error_->setVisible(!done);
    if (!done) error_->setText(errorText(done.error()));
}

}  // namespace weir::views
