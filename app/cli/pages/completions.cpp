// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/pages.h"

#include <sstream>
#include <string_view>

namespace weir::cli {
namespace {

constexpr std::string_view kLicence = "# SPDX-License-Identifier: GPL-3.0-or-later\n";

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// All names of the options, those of every command too.
std::string optionWords(const DescribedProgram& program, const DescribedCommand* command) {
    std::string words;
    for (const DescribedOption& option : program.options) words += joined(option.names, " ") + " ";
    if (command != nullptr) {
        for (const DescribedOption& option : command->options) words += joined(option.names, " ") + " ";
    }
    words.pop_back();
    return words;
}

void bashValues(std::ostream& out, const std::vector<DescribedOption>& options, const char* indent) {
    for (const DescribedOption& option : options) {
        if (option.value.empty()) continue;
        out << indent << joined(option.names, " | ") << ") ";
        if (!option.choices.empty()) {
            out << "mapfile -t COMPREPLY < <(compgen -W " << quoted(joined(option.choices, " "))
                << " -- \"$current\"); ";
        } else if (option.isFile()) {
            out << "mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); ";
        }
        out << "return ;;\n";
    }
}

/// What zsh does with a value: the words, files, or anything.
std::string zshAction(const DescribedOption& option) {
    if (!option.choices.empty()) return option.value + ":(" + joined(option.choices, " ") + ")";
    return option.value + ":" + (option.isFile() ? "_files" : "");
}

/// Brackets and colons mean something in a specification of zsh.
std::string zshText(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

void zshOptions(std::ostream& out, const std::vector<DescribedOption>& options, const char* indent) {
    for (const DescribedOption& option : options) {
        for (const std::string& name : option.names) {
            const std::string spec = name + "[" + zshText(option.help) + "]" +
                                     (option.value.empty() ? "" : ":" + zshAction(option));
            out << " \\\n" << indent << quoted(spec);
        }
    }
}

void fishOption(std::ostream& out, const DescribedOption& option, const std::string& condition) {
    out << "complete -c weir-cli" << condition;
    for (const std::string& name : option.names) {
        out << (name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
    }
    if (!option.choices.empty()) {
        out << " -x -a " << quoted(joined(option.choices, " "));
    } else if (!option.value.empty()) {
        out << (option.isFile() ? " -r -F" : " -x");
    }
    out << " -d " << quoted(option.help) << '\n';
}

}  // namespace

std::string bashCompletion(const DescribedProgram& program) {
    std::ostringstream out;
    out << kLicence << R"(
_weir_cli() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' word
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        )";
    const char* between = "";
    for (const DescribedCommand& command : program.commands) {
        out << between << command.name;
        between = " | ";
    }
    out << ") command=$word; break ;;\n        esac\n    done\n    case $before in\n";
    bashValues(out, program.options, "    ");
    out << "    esac\n    case $command in\n    '')\n"
        << "        if [[ $current == -* ]]; then\n            mapfile -t COMPREPLY < <(compgen -W "
        << quoted(optionWords(program, nullptr)) << " -- \"$current\")\n        else\n"
        << "            mapfile -t COMPREPLY < <(compgen -W '";
    between = "";
    for (const DescribedCommand& command : program.commands) {
        out << between << command.name;
        between = " ";
    }
    out << "' -- \"$current\")\n        fi\n        return\n        ;;\n";
    for (const DescribedCommand& command : program.commands) {
        out << "    " << command.name << ")\n        case $before in\n";
        bashValues(out, command.options, "        ");
        out << "        esac\n        if [[ $current == -* ]]; then\n            mapfile -t COMPREPLY < "
               "<(compgen -W "
            << quoted(optionWords(program, &command))
            << " -- \"$current\")\n            return\n        fi\n        ;;\n";
    }
    out << "    esac\n    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n}\n"
        << "complete -o filenames -F _weir_cli weir-cli\n";
    return out.str();
}

std::string zshCompletion(const DescribedProgram& program) {
    std::ostringstream out;
    out << "#compdef weir-cli\n" << kLicence << "\nlocal -a commands\ncommands=(\n";
    for (const DescribedCommand& command : program.commands) {
        out << "    " << quoted(command.name + ":" + zshText(command.help)) << '\n';
    }
    out << ")\nlocal curcontext=$curcontext state line\n_arguments -C";
    zshOptions(out, program.options, "    ");
    out << " \\\n    '1:command:->command' '*::argument:->arguments'\ncase $state in\n"
        << "command) _describe command commands ;;\narguments)\n    case $line[1] in\n";
    for (const DescribedCommand& command : program.commands) {
        out << "    " << command.name << ")\n        _arguments";
        zshOptions(out, program.options, "            ");
        zshOptions(out, command.options, "            ");
        for (const DescribedOption& argument : command.arguments) {
            const std::string spec = std::string(argument.repeats ? "*" : "") + ":" +
                                     (argument.required ? "" : ":") + zshAction(argument);
            out << " \\\n            " << quoted(spec);
        }
        out << "\n        ;;\n";
    }
    out << "    esac\n    ;;\nesac\n";
    return out.str();
}

std::string fishCompletion(const DescribedProgram& program) {
    std::ostringstream out;
    out << kLicence << '\n';
    for (const DescribedCommand& command : program.commands) {
        out << "complete -c weir-cli -n __fish_use_subcommand -f -a " << command.name << " -d "
            << quoted(command.help) << '\n';
    }
    for (const DescribedOption& option : program.options) fishOption(out, option, "");
    for (const DescribedCommand& command : program.commands) {
        const std::string condition = " -n " + quoted("__fish_seen_subcommand_from " + command.name);
        for (const DescribedOption& option : command.options) fishOption(out, option, condition);
    }
    return out.str();
}

}  // namespace weir::cli
