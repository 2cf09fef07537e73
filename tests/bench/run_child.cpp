// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace weir::bench {
namespace {

double seconds(const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

FinishedChild runChild(const std::vector<std::string>& command) {
    std::array<int, 2> pipe_ends{};
    if (pipe(pipe_ends.data()) != 0) throw std::runtime_error("no pipe");
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("no process");
    if (pid == 0) {
        dup2(pipe_ends[1], STDOUT_FILENO);
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        std::vector<char*> arguments;
        for (const std::string& a : command) arguments.push_back(const_cast<char*>(a.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(pipe_ends[1]);
    FinishedChild child;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
        child.output.append(buffer.data(), static_cast<std::size_t>(n));
    }
    close(pipe_ends[0]);
    int status = 0;
    rusage usage{};
    if (wait4(pid, &status, 0, &usage) != pid || status != 0) {
        throw std::runtime_error(command[0] + " failed: " + child.output);
    }
    child.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    child.megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
    return child;
}

}  // namespace weir::bench
