// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_bar/event_choice.h"

#include "filter_bar/filter_scope.h"
#include "format/format.h"
#include "theme/theme.h"
#include "widgets/form_parts.h"

#include <QComboBox>
#include <QLineEdit>
#include <QStandardItemModel>

#include <utility>

namespace weir::views {
QString filterOf(const Choice& choice, const Catalog& catalog,
                 const std::optional<journal::FindingRow>& finding) {
    if (choice.event) return QStringLiteral("event == %1").arg(choice.event.value);
    if (choice.call) return QStringLiteral("invocation == %1").arg(choice.call.value);
    if (!finding) return text(scopeFilter(choice, catalog));
    Choice events;  // of the finding
    events.place = PlaceChoice{finding->topic, PlaceChoice::kAll};
    const bool placed = finding->kind != "key-split";  // that is of a key, wherever it stands
    if (placed) {
        events.place->partition = finding->partition;
    } else {
        events.key = finding->key;
    }
    QString filter = text(scopeFilter(events, catalog));
    if (placed)
        filter +=
            QStringLiteral(" && offset in {%1..%2}").arg(finding->first_offset).arg(finding->last_offset);
    return filter + QStringLiteral(" && finding == %1").arg(text(finding->kind));
}

EventChoice::EventChoice(QString filter, QString selection, QObject* parent)
    : QObject(parent),
      of_filter_(std::move(filter)),
      of_selection_(std::move(selection)),
      which_(new QComboBox),
      filter_(new QLineEdit) {
    which_->addItems({tr("all"), tr("those of the filter"), tr("those that are chosen"),
                      tr("those for which this holds")});
    auto* choices = qobject_cast<QStandardItemModel*>(which_->model());
    choices->item(OfFilter)->setEnabled(!of_filter_.isEmpty());
    choices->item(OfSelection)->setEnabled(!of_selection_.isEmpty());
    filter_->setFont(monoFont());
    filter_->setPlaceholderText(tr("every event"));
    connect(which_, &QComboBox::currentIndexChanged, this, &EventChoice::chosen);
    connect(filter_, &QLineEdit::textEdited, this, [this] { which_->setCurrentIndex(Own); });
    connect(filter_, &QLineEdit::textChanged, this, &EventChoice::changed);
    if (!of_selection_.isEmpty()) {
        which_->setCurrentIndex(OfSelection);
    } else if (!of_filter_.isEmpty()) {
        which_->setCurrentIndex(OfFilter);
    }
}

void EventChoice::addRows(QFormLayout& form) {
    addFormRow(form, tr("Events"), which_);
    addFormRow(form, tr("Filter"), filter_);
}

std::string EventChoice::text() const {
    return utf8(filter_->text());
}

void EventChoice::chosen() {
    switch (static_cast<Which>(which_->currentIndex())) {
        case All:
            filter_->clear();
            break;
        case OfFilter:
            filter_->setText(of_filter_);
            break;
        case OfSelection:
            filter_->setText(of_selection_);
            filter_->setCursorPosition(0);  // a long one shows its beginning
            break;
        case Own:
            break;
    }
}

}  // namespace weir::views
