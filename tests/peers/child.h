// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace weir::peers {

/// A child process whose standard input stays open as long as this object (and this program) lives, and whose
/// standard output is read by lines.
class Child {
  public:
    explicit Child(const std::vector<std::string>& command);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output; nothing at its end or when the time is over.
    std::optional<std::string> readLine(std::chrono::steady_clock::time_point deadline);

    void signal(int number) const;
    /// Ends its input, which asks it to end, and waits for that.
    void endInput();
    /// Waits until it has ended.
    void wait();

  private:
    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string pending_;
};

}  // namespace weir::peers
