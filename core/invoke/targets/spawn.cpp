// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

enum class Step : int { Directory, Program, Other };

/// What a child that could not start its program tells before it ends.
struct ChildFailure {
    Step step = Step::Other;
    int error = 0;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// Descriptors below 3 would be overwritten in the child; they are free when Weir itself runs without
/// standard streams.
Descriptor aboveStandard(int fd) {
    if (fd < 0 || fd > STDERR_FILENO) return Descriptor(fd);
    const int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return Descriptor(moved);
}

bool openPipe(Pipe& out) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    out.read = aboveStandard(ends[0]);
    out.write = aboveStandard(ends[1]);
    return out.read.valid() && out.write.valid();
}

std::string_view environmentPath(const ProcessSpec& spec) {
    constexpr std::string_view kName = "PATH=";
    for (const std::string& entry : spec.environment) {
        if (std::string_view(entry).starts_with(kName)) return std::string_view(entry).substr(kName.size());
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

bool isProgram(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

/// The program's path, looked up in the child's own PATH; empty when there is none.
std::string findProgram(const ProcessSpec& spec) {
    const std::string& name = spec.command.front();
    if (name.find('/') != std::string::npos) return name;
    std::string_view path = environmentPath(spec);
    while (!path.empty()) {
        const std::size_t colon = std::min(path.find(':'), path.size());
        std::string candidate = fmt::format("{}/{}", path.substr(0, colon), name);
        if (colon != 0 && isProgram(candidate)) return candidate;
        path.remove_prefix(std::min(colon + 1, path.size()));
    }
    return {};
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

/// All that the child needs, prepared before the fork: after it only async-signal-safe calls are allowed.
struct ChildPlan {
    const char* program = nullptr;
    const char* directory = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    int input = -1, output = -1, error = -1, report = -1;
    pid_t parent = 0;
};

[[noreturn]] void reportAndExit(const ChildPlan& plan, Step step) {
    const ChildFailure failure{step, errno};
    [[maybe_unused]] const ssize_t written = write(plan.report, &failure, sizeof failure);
    _exit(127);
}

void resetSignals() {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void runChild(const ChildPlan& plan) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != plan.parent) _exit(127);  // Weir ended before the line above
    resetSignals();
    if (dup2(plan.input, STDIN_FILENO) < 0 || dup2(plan.output, STDOUT_FILENO) < 0 ||
        dup2(plan.error, STDERR_FILENO) < 0) {
        reportAndExit(plan, Step::Other);
    }
    // Descriptors that a library opened without the flag; an older kernel without the call loses only that.
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    if (plan.directory != nullptr && chdir(plan.directory) != 0) reportAndExit(plan, Step::Directory);
    execve(plan.program, plan.arguments, plan.environment);
    reportAndExit(plan, Step::Program);
}

tl::unexpected<Error> systemFailure(const ProcessSpec& spec, std::string_view what, int error) {
    return fail(ErrorCode::FunctionFailed,
                fmt::format("The command '{}' could not be started: {} ({}).", spec.command.front(), what,
                            std::strerror(error)),
                "The system may be out of processes or file descriptors: see `ulimit -u` and `ulimit -n`.");
}

tl::unexpected<Error> childFailure(const ProcessSpec& spec, const ChildFailure& failure) {
    switch (failure.step) {
        case Step::Directory:
            return fail(ErrorCode::FunctionFailed,
                        fmt::format("The command '{}' could not be started in the directory '{}': {}.",
                                    spec.command.front(), spec.directory, std::strerror(failure.error)),
                        "Check the function's `directory`; a relative one counts from the flow file.");
        case Step::Program:
            return fail(ErrorCode::FunctionFailed,
                        fmt::format("The command '{}' could not be started: {}.", spec.command.front(),
                                    std::strerror(failure.error)),
                        "Check that the program exists, may be executed, and that its interpreter (the "
                        "`#!` line) exists.");
        case Step::Other:
            break;
    }
    return systemFailure(spec, "its standard streams could not be set up", failure.error);
}

/// Waits until the child runs its program (the pipe closes) or says why it does not.
Status awaitProgram(const ProcessSpec& spec, int report, pid_t pid) {
    ChildFailure failure;
    ssize_t got = 0;
    do {
        got = read(report, &failure, sizeof failure);
    } while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof failure)) return {};
    waitpid(pid, nullptr, 0);
    return childFailure(spec, failure);
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) close(fd_);
        fd_ = other.release();
    }
    return *this;
}

int Descriptor::release() noexcept {
    return std::exchange(fd_, -1);
}

Result<Spawned> spawnProcess(const ProcessSpec& spec) {
    const std::string program = findProgram(spec);
    if (program.empty()) {
        return fail(ErrorCode::FunctionFailed,
                    fmt::format("The command '{}' was not found.", spec.command.front()),
                    fmt::format("Install it, or give its full path in the function's `command`. PATH is {}.",
                                environmentPath(spec)));
    }
    Pipe output;
    Pipe error;
    Pipe report;
    Pipe to_child;
    if (spec.speaks && !openPipe(to_child))
        return systemFailure(spec, "no pipe to it could be opened", errno);
    const Descriptor input =
        spec.speaks ? std::move(to_child.read) : aboveStandard(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!input.valid() || !openPipe(output) || !openPipe(error) || !openPipe(report)) {
        return systemFailure(spec, "no pipe to it could be opened", errno);
    }
    const std::vector<char*> arguments = pointers(spec.command);
    const std::vector<char*> environment = pointers(spec.environment);
    const ChildPlan plan{.program = program.c_str(),
                         .directory = spec.directory.empty() ? nullptr : spec.directory.c_str(),
                         .arguments = arguments.data(),
                         .environment = environment.data(),
                         .input = input.get(),
                         .output = output.write.get(),
                         .error = error.write.get(),
                         .report = report.write.get(),
                         .parent = getpid()};
    const pid_t pid = fork();
    if (pid == 0) runChild(plan);
    if (pid < 0) return systemFailure(spec, "no process could be made", errno);

    report.write = Descriptor();
    if (Status started = awaitProgram(spec, report.read.get(), pid); !started) return passOn(started);

    Spawned spawned{.pid = pid,
                    .exited = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
                    .input = std::move(to_child.write),
                    .output = std::move(output.read),
                    .error = std::move(error.read)};
    if (!spawned.exited.valid()) {
        const int reason = errno;
        kill(-pid, SIGKILL);
        waitpid(pid, nullptr, 0);
        return systemFailure(spec, "it cannot be watched, which needs Linux 5.3 or newer", reason);
    }
    for (const int fd : {spawned.input.get(), spawned.output.get(), spawned.error.get()}) {
        if (fd < 0) continue;
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    return spawned;
}

}  // namespace weir::invoke
