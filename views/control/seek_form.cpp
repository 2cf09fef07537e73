// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/seek_form.h"

#include "format/format.h"
#include "theme/theme.h"
#include "widgets/form_parts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QVBoxLayout>

namespace weir::views {

SeekForm::SeekForm(SeekPlaces places, const QString& cluster, const SeekStart& start, QWidget* parent)
    : QDialog(parent),
      places_(std::move(places)),
      cluster_(cluster),
      topic_(new QComboBox),
      partition_(new QComboBox),
      from_(new QComboBox),
      offset_(new QLineEdit),
      consequence_(new QLabel) {
    setWindowTitle(tr("Go on from another offset"));
    QVBoxLayout* const layout =
        startForm(*this, 480, elidedName(text(places_.trigger), fontMetrics(), 440), text(places_.trigger));
    QFormLayout* const form = formRows();
    for (const auto& topic : places_.topics) topic_->addItem(text(topic.name));
    topic_->setCurrentIndex(std::max(0, topic_->findText(text(start.topic))));
    from_->addItems({tr("the beginning"), tr("an offset"), tr("the end, passing over what is there")});
    offset_->setFont(monoFont());
    offset_->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{1,18}")), offset_));
    const auto row = [&](const QString& words, QWidget* field) { addFormRow(*form, words, field); };
    row(tr("Topic"), topic_);
    row(tr("Partition"), partition_);
    row(tr("Go on from"), from_);
    row(tr("Offset"), offset_);
    layout->addLayout(form);
    showConsequence(*consequence_);
    layout->addWidget(consequence_);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    go_ = buttons->addButton(tr("Move and go on"), QDialogButtonBox::AcceptRole);
    go_->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    fillPartitions();
    if (start.partition) partition_->setCurrentIndex(std::min(*start.partition + 1, partition_->count() - 1));
    if (start.offset) {
        from_->setCurrentIndex(Offset);
        offset_->setText(QString::number(*start.offset));
    }
    connect(topic_, &QComboBox::currentIndexChanged, this, &SeekForm::fillPartitions);
    connect(partition_, &QComboBox::currentIndexChanged, this, &SeekForm::refresh);
    connect(from_, &QComboBox::currentIndexChanged, this, &SeekForm::refresh);
    connect(offset_, &QLineEdit::textChanged, this, &SeekForm::refresh);
    refresh();
}

void SeekForm::fillPartitions() {
    partition_->clear();
    partition_->addItem(tr("all"));
    const auto at = static_cast<std::size_t>(std::max(0, topic_->currentIndex()));
    const int count = at < places_.topics.size() ? places_.topics[at].partitions : 0;
    for (int p = 0; p < count; ++p) partition_->addItem(QString::number(p));
}

std::optional<invoke::control::Seek> SeekForm::command() const {
    invoke::control::Seek seek;
    seek.trigger = places_.trigger;
    seek.topic = utf8(topic_->currentText());
    if (partition_->currentIndex() > 0) seek.partition = partition_->currentIndex() - 1;
    switch (static_cast<From>(from_->currentIndex())) {
        case Beginning:
            seek.to = kafka::StartAt::earliest();
            break;
        case End:
            seek.to = kafka::StartAt::latest();
            break;
        case Offset: {
            bool number = false;
            seek.to.kind = kafka::StartAt::Kind::Offset;
            seek.to.offset = offset_->text().toLongLong(&number);
            if (!number) return std::nullopt;
            break;
        }
    }
    return seek;
}

QString SeekForm::consequence() const {
    return consequence_->text();
}

void SeekForm::refresh() {
    offset_->setEnabled(from_->currentIndex() == Offset);
    const auto seek = command();
    go_->setEnabled(seek.has_value());
    if (!seek) {
        consequence_->setText(tr("Give the offset of the first event to deliver."));
        return;
    }
    const QString where = seek->partition ? partitionText(text(seek->topic), *seek->partition)
                                          : tr("each partition of %1").arg(text(seek->topic));
    const QString what =
        from_->currentIndex() == End
            ? tr("What waits in %1 is never delivered.").arg(where)
            : tr("Events of %1 from there on are delivered, those that were delivered before once more; "
                 "what lies between is passed over when this is ahead.")
                  .arg(where);
    consequence_->setText(
        what + QLatin1Char(' ') +
        tr("Calls in flight finish first. This writes to %1: the committed offset of the group %2 moves.")
            .arg(cluster_, text(places_.group)));
}

}  // namespace weir::views
