// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_cli.h"

#include "places.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace weir::test {
namespace {

std::string readAll(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path temporaryFile() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-cli-XXXXXX").string();
    const int fd = mkstemp(name.data());
    if (fd < 0) throw std::runtime_error("no temporary file");
    close(fd);
    return name;
}

}  // namespace

Cli::Cli(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment)
    : output_(temporaryFile()), errors_(temporaryFile()) {
    const std::string program = test::programDirectory() + "/weir-cli";
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const int out = open(output_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    const int err = open(errors_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
        execv(program.c_str(), argv.data());
        _exit(127);
    }
    close(out);
    close(err);
}

Cli::~Cli() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(output_, ignored);
    std::filesystem::remove(errors_, ignored);
}

void Cli::signal(int number) const {
    kill(pid_, number);
}

CliResult Cli::wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return {code, readAll(output_), readAll(errors_)};
}

CliResult runCli(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment) {
    return Cli(arguments, environment).wait();
}

CliResult runCliOnTerminal(const std::vector<std::string>& arguments, const std::string& typed) {
    const std::string program = test::programDirectory() + "/weir-cli";
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    int terminal = -1;
    const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid < 0) throw std::runtime_error("no terminal");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(program.c_str(), argv.data());
        _exit(127);
    }
    CliResult result;
    if (write(terminal, typed.data(), typed.size()) < 0) kill(pid, SIGKILL);
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(terminal, buffer.data(), buffer.size())) > 0;)
        result.out.append(buffer.data(), static_cast<std::size_t>(n));
    close(terminal);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return result;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream out(path_ / name, std::ios::binary);
    out << text;
    return path(name);
}

}  // namespace weir::test
