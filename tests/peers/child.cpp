// SPDX-License-Identifier: GPL-3.0-or-later
#include "peers/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace weir::peers {
namespace {

// Close-on-exec, so that no other child keeps an end open and with it this one alive.
std::array<int, 2> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
    return ends;
}

void closeEnd(int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
}

}  // namespace

Child::Child(const std::vector<std::string>& command) {
    auto [input_read, input_write] = makePipe();
    auto [output_read, output_write] = makePipe();

    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input_read, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output_write, STDOUT_FILENO);
    const int error = ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    closeEnd(input_read);
    closeEnd(output_write);
    input_ = input_write;
    output_ = output_read;
    if (error != 0) {
        closeEnd(input_);
        closeEnd(output_);
        throw std::runtime_error(command[0] + ": " + std::strerror(error));
    }
}

Child::~Child() {
    endInput();
    closeEnd(output_);
}

std::optional<std::string> Child::readLine(std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        if (const auto end = pending_.find('\n'); end != std::string::npos) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return std::nullopt;
        pollfd waiting{output_, POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
        std::array<char, 4096> buffer{};
        const auto count = ::read(output_, buffer.data(), buffer.size());
        if (count <= 0) return std::nullopt;
        pending_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void Child::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

void Child::endInput() {
    closeEnd(input_);
    wait();
}

void Child::wait() {
    if (pid_ <= 0) return;
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

}  // namespace weir::peers
