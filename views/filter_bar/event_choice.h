// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/finding_rows.h"
#include "session/catalog.h"
#include "session/selection.h"

#include <QObject>
#include <QString>

#include <optional>
#include <string>

class QComboBox;
class QFormLayout;
class QLineEdit;

namespace weir::views {

/// What is chosen, as a filter; empty when nothing is. Events of the finding are told by its kind and place.
[[nodiscard]] QString filterOf(const Choice& choice, const Catalog& catalog,
                               const std::optional<journal::FindingRow>& finding);

/// Two rows of a form that say which events are meant: all, those of the window's filter, those that are
/// chosen, or those of a filter that is typed here.
class EventChoice : public QObject {
    Q_OBJECT
  public:
    enum Which { All, OfFilter, OfSelection, Own };

    /// `filter` of the window, `selection` as filterOf() tells it; an empty one cannot be chosen.
    EventChoice(QString filter, QString selection, QObject* parent);

    void addRows(QFormLayout& form);
    /// The filter that is meant.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] QComboBox* which() const { return which_; }
    [[nodiscard]] QLineEdit* filter() const { return filter_; }

  signals:
    void changed();

  private:
    void chosen();

    const QString of_filter_, of_selection_;
    QComboBox* which_;
    QLineEdit* filter_;
};

}  // namespace weir::views
