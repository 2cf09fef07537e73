// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/pages.h"

#include <sstream>

namespace weir::cli {
namespace {

/// Text as groff takes it: dashes that stay dashes, and no line that begins a request.
std::string escaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        switch (c) {
            case '-':
                out += "\\-";
                break;
            case '\\':
                out += "\\e";
                break;
            case '"':
                out += "\\(dq";
                break;
            case '\'':
                out += "\\(aq";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string bold(const std::string& text) {
    return "\\fB" + escaped(text) + "\\fR";
}

std::string value(const DescribedOption& option) {
    if (option.choices.empty()) return "\\fI" + escaped(option.value) + "\\fR";
    std::string words;
    for (const std::string& choice : option.choices) words += (words.empty() ? "" : "|") + bold(choice);
    return words;
}

void writeOption(std::ostream& out, const DescribedOption& option) {
    out << ".TP\n";
    const char* between = "";
    for (const std::string& name : option.names) {
        out << between << bold(name);
        between = ", ";
    }
    if (!option.value.empty()) out << ' ' << value(option);
    out << '\n' << escaped(option.help);
    if (!option.otherwise.empty()) out << " (default " << bold(option.otherwise) << ")";
    if (option.required) out << " (required)";
    out << ".\n";
}

void writeCommand(std::ostream& out, const DescribedCommand& command) {
    out << ".SS " << bold(command.name);
    for (const DescribedOption& argument : command.arguments) {
        const std::string name = "\\fI" + escaped(argument.value) + "\\fR" + (argument.repeats ? "..." : "");
        out << ' ' << (argument.required ? name : "[" + name + "]");
    }
    for (const DescribedOption& option : command.options) {
        if (option.required) out << ' ' << bold(option.names.front()) << ' ' << value(option);
    }
    out << '\n' << escaped(command.help) << ".\n";
    if (!command.notes.empty()) out << ".PP\n" << escaped(command.notes) << '\n';
    for (const DescribedOption& argument : command.arguments) {
        out << ".TP\n\\fI" << escaped(argument.value) << "\\fR\n" << escaped(argument.help) << ".\n";
    }
    for (const DescribedOption& option : command.options) writeOption(out, option);
}

}  // namespace

std::string manSections(const DescribedProgram& program) {
    std::ostringstream out;
    out << ".SH COMMANDS\n";
    for (const DescribedCommand& command : program.commands) writeCommand(out, command);
    out << ".SH OPTIONS\nOf every command:\n";
    for (const DescribedOption& option : program.options) writeOption(out, option);
    return out.str();
}

}  // namespace weir::cli
