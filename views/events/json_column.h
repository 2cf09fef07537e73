// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/ast.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::views {

/// A column of the events table that shows a place in the JSON of the value.
struct JsonColumn {
    QString name;  ///< as the filter language writes it: `value.price`
    std::vector<filter::PathStep> path;

    /// `value.bid.price`, `value.items[*].sku`, or the same without `value.`; nothing when it is no such
    /// place.
    [[nodiscard]] static std::optional<JsonColumn> parse(const QString& typed);
};

/// What stands at these places of a value, a text each; several elements are listed. Empty when there is
/// nothing, or the value is no JSON.
[[nodiscard]] std::vector<std::string> valuesAt(std::string_view json,
                                                const std::vector<JsonColumn>& columns);

/// The columns of the user, remembered.
class JsonColumns {
  public:
    [[nodiscard]] static std::vector<JsonColumn> all();
    static void save(const std::vector<JsonColumn>& columns);
};

}  // namespace weir::views
