// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/process.h"

#include "invoke/targets/log_lines.h"
#include "invoke/targets/spawn.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace weir::invoke {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadSize = 64 * 1024;  // a pipe holds no more by default
constexpr int kMostReads = 32;                // for one drain, should somebody fill the pipe meanwhile
constexpr auto kGroupPoll = std::chrono::milliseconds(2);
constexpr int kGroupPolls = 100;

/// One of the two output streams.
struct Output {
    Output(asio::io_context& context, Descriptor pipe, facts::Stream which)
        : descriptor(context, pipe.release()), stream(which) {}

    asio::posix::stream_descriptor descriptor;
    facts::Stream stream;
    LogLines lines;
};

}  // namespace

std::string ProcessExit::text() const {
    if (signal == 0) return fmt::format("exit status {}", status);
    return fmt::format("signal {} ({})", signal, strsignal(signal));
}

struct Process::Impl : std::enable_shared_from_this<Process::Impl> {
    Impl(asio::io_context& context, Spawned spawned, bool speaks, Listener& told)
        : pid(spawned.pid),
          input_is_pipe(speaks),
          input(context),
          exited(context, spawned.exited.release()),
          output(context, std::move(spawned.output), facts::Stream::Stdout),
          error(context, std::move(spawned.error), facts::Stream::Stderr),
          timer(context),
          listener(&told) {
        if (speaks) input.assign(spawned.input.release());
    }

    void begin() {
        watch(output);
        watch(error);
        exited.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& failed) {
                              if (!failed) self->reap();
                          });
    }

    void watch(Output& from) {
        if (!from.descriptor.is_open()) return;
        from.descriptor.async_wait(
            asio::posix::stream_descriptor::wait_read,
            [self = shared_from_this(), &from](const boost::system::error_code& failed) {
                if (failed) return;
                self->readOnce(from);
                self->watch(from);
            });
    }

    /// False when there is nothing more to read now.
    bool readOnce(Output& from) {
        if (!from.descriptor.is_open() || listener == nullptr) return false;
        std::array<char, kReadSize> buffer;
        const ssize_t got = ::read(from.descriptor.native_handle(), buffer.data(), buffer.size());
        const bool is_data = input_is_pipe && from.stream == facts::Stream::Stdout;
        if (got > 0 && is_data) {
            listener->outputRead({buffer.data(), static_cast<std::size_t>(got)});
            return true;
        }
        if (got > 0) {
            tell(from, from.lines.add({buffer.data(), static_cast<std::size_t>(got)}));
            return true;
        }
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return errno == EINTR;
        tell(from, from.lines.finish());
        boost::system::error_code ignored;
        from.descriptor.close(ignored);
        if (is_data) listener->outputEnded();
        return false;
    }

    void write(std::string_view bytes) {
        if (!input.is_open()) return;
        const bool idle = unsent.empty();
        unsent += bytes;
        if (idle) writeMore();
    }

    /// The pipe may be full: the rest goes when it takes more.
    void writeMore() {
        input.async_wait(asio::posix::stream_descriptor::wait_write,
                         [self = shared_from_this()](const boost::system::error_code& failed) {
                             if (failed || !self->input.is_open()) return;
                             const ssize_t sent = ::write(self->input.native_handle(), self->unsent.data(),
                                                          self->unsent.size());
                             if (sent < 0 && errno != EAGAIN && errno != EINTR) return self->closeInput();
                             if (sent > 0) self->unsent.erase(0, static_cast<std::size_t>(sent));
                             if (!self->unsent.empty()) self->writeMore();
                         });
    }

    void closeInput() {
        unsent.clear();
        boost::system::error_code ignored;
        input.close(ignored);
    }

    void tell(const Output& from, std::vector<std::string> lines) {
        for (std::string& line : lines) listener->lineWritten(from.stream, std::move(line));
    }

    void drain(Output& from) {
        for (int i = 0; i < kMostReads && readOnce(from); ++i) {
        }
    }

    void signalGroup(int number) const {
        if (!reaped) ::kill(-pid, number);
    }

    /// While the leader is not reaped yet its number names this group and no other.
    void reap() {
        signalGroup(SIGKILL);
        int status = 0;
        waitpid(pid, &status, 0);
        reaped = true;
        exit = WIFSIGNALED(status) ? ProcessExit{.signal = WTERMSIG(status)}
                                   : ProcessExit{.status = WEXITSTATUS(status)};
        awaitGroup(kGroupPolls);
    }

    /// The others of the group are killed, but somebody else reaps them: wait until they are gone.
    void awaitGroup(int polls_left) {
        if (polls_left == 0 || ::kill(-pid, 0) != 0) return finish();
        timer.expires_after(kGroupPoll);
        timer.async_wait([self = shared_from_this(), polls_left](const boost::system::error_code& failed) {
            if (!failed) self->awaitGroup(polls_left - 1);
        });
    }

    void finish() {
        for (Output* from : {&output, &error}) {
            drain(*from);
            tell(*from, from->lines.finish());
        }
        Listener* const told = listener;
        close();
        told->processEnded(exit);
    }

    void close() {
        listener = nullptr;
        closeInput();
        boost::system::error_code ignored;
        exited.close(ignored);
        output.descriptor.close(ignored);
        error.descriptor.close(ignored);
        timer.cancel();
    }

    const pid_t pid;
    const bool input_is_pipe;
    asio::posix::stream_descriptor input;
    std::string unsent;
    asio::posix::stream_descriptor exited;
    Output output;
    Output error;
    asio::steady_timer timer;
    Listener* listener;
    bool reaped = false;
    ProcessExit exit;
};

Result<std::unique_ptr<Process>> Process::spawn(asio::io_context& context, const ProcessSpec& spec,
                                                Listener& listener) {
    Result<Spawned> spawned = spawnProcess(spec);
    if (!spawned) return passOn(spawned);
    auto impl = std::make_shared<Impl>(context, std::move(*spawned), spec.speaks, listener);
    impl->begin();
    return std::unique_ptr<Process>(new Process(std::move(impl)));
}

Process::Process(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Process::~Process() {
    if (impl_->listener == nullptr) return;
    impl_->signalGroup(SIGKILL);
    if (!impl_->reaped) waitpid(impl_->pid, nullptr, 0);
    impl_->close();
}

void Process::terminate() {
    impl_->signalGroup(SIGTERM);
}

void Process::kill() {
    impl_->signalGroup(SIGKILL);
}

void Process::drainOutput() {
    impl_->drain(impl_->output);
    impl_->drain(impl_->error);
}

void Process::drainLog() {
    impl_->drain(impl_->error);
}

void Process::write(std::string_view bytes) {
    impl_->write(bytes);
}

void Process::closeInput() {
    impl_->closeInput();
}

pid_t Process::id() const {
    return impl_->pid;
}

}  // namespace weir::invoke
