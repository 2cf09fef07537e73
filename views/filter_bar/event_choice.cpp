// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_bar/event_choice.h"

#include "format/format.h"
#include "theme/theme.h"
#include "widgets/form_parts.h"

#include <QComboBox>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QStringList>

#include <utility>

namespace weir::views {
namespace {

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
