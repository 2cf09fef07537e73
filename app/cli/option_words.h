// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace weir::cli {

/// The words that an option takes, sorted; empty: any value.
[[nodiscard]] std::vector<std::string> choicesOf(const CLI::Option& option);
/// What stands for the value of an option, such as DURATION, FILE or N.
[[nodiscard]] std::string valueOf(const CLI::Option& option);

/// Writes `--help`: what an option takes as a person would say it.
class HelpFormat final : public CLI::Formatter {
  public:
    std::string make_option_opts(const CLI::Option* option) const override;
};

}  // namespace weir::cli
