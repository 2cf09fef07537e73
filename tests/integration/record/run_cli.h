// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weir::test {

struct CliResult {
    int exit_code = -1;  ///< −N when it died of signal N
    std::string out, err;
};

/// A running weir-cli. It ends with this object.
class Cli {
  public:
    explicit Cli(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment = {});
    ~Cli();
    Cli(const Cli&) = delete;
    Cli& operator=(const Cli&) = delete;

    void signal(int number) const;
    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Waits for its end.
    CliResult wait();

  private:
    pid_t pid_ = -1;
    std::filesystem::path output_, errors_;
};

/// Runs weir-cli to its end.
CliResult runCli(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment = {});

/// Runs weir-cli to its end on a terminal of its own, where `typed` is typed. `out` is all that it showed
/// there.
CliResult runCliOnTerminal(const std::vector<std::string>& arguments, const std::string& typed);

/// A folder of its own for a test, removed with it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& text) const;

  private:
    std::filesystem::path path_;
};

}  // namespace weir::test
