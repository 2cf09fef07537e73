// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/process_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace weir::invoke {
namespace {

constexpr int kDeepest = 8;  // processes that start processes

/// A file of /proc; its beginning where it is long.
std::string readFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::array<char, 8192> buffer;
    const ssize_t got = read(file, buffer.data(), buffer.size());
    close(file);
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

/// The number that begins the text, after blanks; what follows stays in it.
std::int64_t takeNumber(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::int64_t residentOf(pid_t pid, int depth) {
    const std::string statm = readFile(fmt::format("/proc/{}/statm", pid));
    std::string_view text = statm;
    (void)takeNumber(text);  // the whole size
    std::int64_t bytes = takeNumber(text) * sysconf(_SC_PAGESIZE);
    if (depth == 0) return bytes;
    const std::string children = readFile(fmt::format("/proc/{}/task/{}/children", pid, pid));
    text = children;
    while (true) {
        const std::int64_t child = takeNumber(text);
        if (child == 0) return bytes;
        bytes += residentOf(static_cast<pid_t>(child), depth - 1);
    }
}

}  // namespace

std::int64_t residentMemory(pid_t pid) {
    return residentOf(pid, kDeepest);
}

PeakMemory::PeakMemory(pid_t pid)
    : status_(open(fmt::format("/proc/{}/status", pid).c_str(), O_RDONLY | O_CLOEXEC)),
      reset_(open(fmt::format("/proc/{}/clear_refs", pid).c_str(), O_WRONLY | O_CLOEXEC)) {}

std::int64_t PeakMemory::bytes() const {
    std::array<char, 4096> buffer;
    const ssize_t got = pread(status_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return 0;
    const std::string_view status(buffer.data(), static_cast<std::size_t>(got));
    constexpr std::string_view kLabel = "VmHWM:";
    const std::size_t at = status.find(kLabel);
    if (at == std::string_view::npos) return 0;
    std::string_view text = status.substr(at + kLabel.size());
    return takeNumber(text) * 1024;
}

void PeakMemory::reset() const {
    [[maybe_unused]] const ssize_t written = pwrite(reset_.get(), "5", 1, 0);
}

}  // namespace weir::invoke
