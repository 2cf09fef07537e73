// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/expression.h"
#include "flow/flow.h"
#include "flow/json_text.h"

#include <optional>
#include <string>

namespace weir::flow {

/// Writes the strings of one part of the flow: as the reference that they came from, as long as they still
/// have the value that it gave.
class TextWriter {
  public:
    explicit TextWriter(const Expressions& expressions) : expressions_(expressions) {}

    [[nodiscard]] std::string operator()(const std::string& place, const std::string& value) const {
        const auto found = expressions_.find(place);
        if (found != expressions_.end() && found->second.value == value) return found->second.text;
        return escapeReferences(value);
    }

    [[nodiscard]] std::optional<std::string> reference(const std::string& place) const {
        const auto found = expressions_.find(place);
        return found == expressions_.end() ? std::nullopt : std::optional(found->second.text);
    }

  private:
    const Expressions& expressions_;
};

[[nodiscard]] Json writeTarget(const TargetSpec& target, const TextWriter& text);

}  // namespace weir::flow
