// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"

#include <QDialog>

#include <map>
#include <string>
#include <utility>
#include <vector>

class QComboBox;

namespace weir::views {

/// Asks which functions of two sessions are the same although their names differ.
class MatchFunctionsWindow : public QDialog {
    Q_OBJECT
  public:
    /// `alone`: functions that only one session has; `known`: what was said before.
    MatchFunctionsWindow(const compare::Both<std::vector<std::string>>& alone,
                         const std::map<std::string, std::string>& known, QWidget* parent = nullptr);

    /// As compare::Options::functions.
    [[nodiscard]] std::map<std::string, std::string> functions() const;
    [[nodiscard]] QComboBox* choice(int row) const { return rows_[static_cast<std::size_t>(row)].second; }

  private:
    std::vector<std::pair<std::string, QComboBox*>> rows_;
};

}  // namespace weir::views
