// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/described.h"

#include "option_words.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace weir::cli {
namespace {

DescribedOption describedOption(const CLI::Option& option) {
    DescribedOption text;
    if (option.get_positional()) {
        text.names = {option.get_name(true)};
        text.value = option.get_name(true);
    } else {
        for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
        for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
    }
    text.help = option.get_description();
    text.required = option.get_required();
    text.repeats = option.get_items_expected_max() > 1;
    if (option.get_items_expected_max() == 0) return text;  // a flag
    text.choices = choicesOf(option);
    if (!option.get_positional()) text.value = text.choices.empty() ? valueOf(option) : "WORD";
    text.otherwise = option.get_default_str();
    return text;
}

bool isHelp(const CLI::App& app, const CLI::Option* option) {
    return option == app.get_help_ptr();
}

std::vector<DescribedOption> optionsOf(const CLI::App& app, bool positional) {
    std::vector<DescribedOption> all;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty() || option->get_positional() != positional) continue;
        if (app.get_parent() == nullptr || !isHelp(app, option)) all.push_back(describedOption(*option));
    }
    return all;
}

}  // namespace

DescribedProgram described(const CLI::App& app) {
    DescribedProgram program;
    program.description = app.get_description();
    program.options = optionsOf(app, false);
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        DescribedCommand text{command->get_name(), command->get_description(), command->get_footer(),
                              optionsOf(*command, true), optionsOf(*command, false)};
        // What every command says is said once.
        const std::size_t common = text.notes.find(app.get_footer());
        if (common != std::string::npos) text.notes.erase(common);
        text.notes.erase(
            std::find_if(text.notes.rbegin(), text.notes.rend(), [](char c) { return c != '\n'; }).base(),
            text.notes.end());
        program.commands.push_back(std::move(text));
    }
    return program;
}

}  // namespace weir::cli
