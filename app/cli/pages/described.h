// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir::cli {

/// An option or an argument, in words.
struct DescribedOption {
    std::vector<std::string> names;    ///< with their dashes, short ones first; of an argument its only name
    std::string value;                 ///< what stands for the value, such as DURATION; empty: it takes none
    std::vector<std::string> choices;  ///< the values that there are; empty: any
    std::string help;
    std::string otherwise;  ///< the value without the option; empty: none worth telling
    bool required = false;
    bool repeats = false;

    [[nodiscard]] bool isFile() const { return value == "FILE" || value == "FLOW" || value == "FACTS"; }
};

struct DescribedCommand {
    std::string name, help;
    std::string notes;  ///< what there is to say beyond the options
    std::vector<DescribedOption> arguments, options;
};

struct DescribedProgram {
    std::string description;
    std::vector<DescribedOption> options;  ///< of every command
    std::vector<DescribedCommand> commands;
};

/// Takes a command line apart.
DescribedProgram described(const CLI::App& app);

}  // namespace weir::cli
