// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/facts.h"

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace weir::invoke {

struct ProcessSpec {
    std::vector<std::string> command;      ///< program and arguments; no shell in between
    std::string directory;                 ///< working directory; empty: this process's own
    std::vector<std::string> environment;  ///< `NAME=value`; nothing else is inherited
    bool speaks = false;  ///< its input is a pipe for write(), and its output goes to outputRead()
};

/// How a process ended.
struct ProcessExit {
    int signal = 0;  ///< 0: it exited by itself
    int status = 0;  ///< exit status, without a signal

    /// `exit status 3`, `signal 9 (Killed)`.
    [[nodiscard]] std::string text() const;
};

/// A child process in a process group of its own, whose output is read at all times. It dies with Weir, and
/// what it started and left in its group dies with it.
///
/// Threads: the io_context's thread only, which must live as long as the process.
class Process {
  public:
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void lineWritten(facts::Stream stream, std::string text) = 0;
        /// Only of a process that speaks: bytes of its standard output, and the end of them.
        virtual void outputRead(std::string_view bytes) { (void)bytes; }
        virtual void outputEnded() {}
        /// The last call: reaped, its group is dead and all its output was read.
        virtual void processEnded(const ProcessExit& exit) = 0;
    };

    /// The listener must live until processEnded().
    static Result<std::unique_ptr<Process>> spawn(boost::asio::io_context& context, const ProcessSpec& spec,
                                                  Listener& listener);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void terminate();  ///< asks the group to end (SIGTERM)
    void kill();       ///< ends the group (SIGKILL)

    /// Sends bytes to the standard input of a process that speaks, as fast as it takes them. What it does not
    /// take any more is dropped: then it has closed its input, or ended.
    void write(std::string_view bytes);
    void closeInput();

    [[nodiscard]] pid_t id() const;

    /// Reads what stands in the pipes now, so that what was printed before an answer is seen before it.
    void drainOutput();
    /// The same of its standard error alone.
    void drainLog();

  private:
    struct Impl;
    explicit Process(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace weir::invoke
