// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace weir::filter {

/// A regular expression in RE2's syntax: time linear in the text, whatever the expression. Immutable; any
/// thread. Text that is not UTF-8 is matched byte by byte.
class Pattern {
  public:
    /// Null when the expression is wrong; `why` then says what is.
    static std::shared_ptr<const Pattern> compile(const std::string& expression, std::string& why);
    ~Pattern();
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    /// Whether it fits anywhere in the text.
    [[nodiscard]] bool foundIn(std::string_view text) const;

  private:
    struct Impl;
    explicit Pattern(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::filter
