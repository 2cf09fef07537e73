// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "invoke/targets/process.h"

#include <sys/types.h>

namespace weir::invoke {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
    [[nodiscard]] int release() noexcept;

  private:
    int fd_ = -1;
};

/// A child that runs its program already, and the ends of its pipes that are ours.
struct Spawned {
    pid_t pid = 0;      ///< also its process group
    Descriptor exited;  ///< pidfd: readable when it has ended
    Descriptor input;   ///< its standard input when it speaks; not blocking
    Descriptor output;  ///< its standard output; not blocking
    Descriptor error;   ///< its standard error; not blocking
};

/// Starts a program: own process group, standard input from /dev/null unless it speaks, no descriptor
/// inherited, signals as a fresh process has them, killed by the kernel when the calling *thread* ends.
/// Returns once the program runs.
Result<Spawned> spawnProcess(const ProcessSpec& spec);

}  // namespace weir::invoke
