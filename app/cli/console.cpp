// SPDX-License-Identifier: GPL-3.0-or-later
#include "console.h"

#include "base/text.h"

#include <cerrno>
#include <cstring>

namespace weir::cli {
namespace {

/// Lines stay lines, everything else that could move a cursor does not reach the terminal.
std::string safeLines(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t end = text.find('\n');
        out += terminalSafe(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        out += '\n';
        text = text.substr(end + 1);
    }
}

}  // namespace

void Console::say(std::string_view text) const {
    if (quiet) return;
    clearProgress();
    std::fprintf(stderr, "%s\n", safeLines(text).c_str());
}

int Console::fail(const Error& error) const {
    clearProgress();
    const char* const start = color ? "\033[31m" : "";
    const char* const end = color ? "\033[0m" : "";
    std::fprintf(stderr, "%sweir-cli: %s%s\n", start, safeLines(error.message).c_str(), end);
    if (!error.hint.empty()) std::fprintf(stderr, "  %s\n", safeLines(error.hint).c_str());
    return exitCode(error.code);
}

void Console::showProgress(const std::string& line) const {
    if (!progress || quiet) return;
    std::fprintf(stderr, "\r\033[K%s", terminalSafe(line).c_str());
    std::fflush(stderr);
}

void Console::clearProgress() const {
    if (progress && !quiet) std::fputs("\r\033[K", stderr);
}

Status finishOutput() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
    const int reason = errno;
    if (reason == EPIPE) return {};  // whoever reads it has read enough, such as `| head`
    return weir::fail(reason == ENOSPC ? ErrorCode::DiskFull : ErrorCode::FileNotWritable,
                      std::string("The result could not be written: ") + std::strerror(reason) + ".");
}

}  // namespace weir::cli
