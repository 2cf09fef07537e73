// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::kafka {

/// How long a probe may take, and the flag that ends it early.
class Patience {
  public:
    using Clock = std::chrono::steady_clock;
    Patience(std::chrono::milliseconds time, const std::atomic<bool>* cancel)
        : end_(Clock::now() + time), cancel_(cancel) {}

    [[nodiscard]] bool isCancelled() const { return cancel_ != nullptr && cancel_->load(); }
    [[nodiscard]] int leftMs() const;
    [[nodiscard]] bool isOver() const { return isCancelled() || leftMs() == 0; }
    /// A time to wait before looking at the flag again.
    [[nodiscard]] int sliceMs() const;

  private:
    Clock::time_point end_;
    const std::atomic<bool>* cancel_;
};

struct HostPort {
    std::string host;
    std::string port;
    [[nodiscard]] std::string text() const;
};

/// Takes a bootstrap list apart as librdkafka does: `[PROTOCOL://]host[:port],…`, port 9092 by default.
std::vector<HostPort> splitBrokers(std::string_view brokers);

/// An address that a name stands for, ready for connect().
struct Address {
    HostPort broker;
    int family = 0;
    std::vector<char> socket_address;
    std::string text;  ///< `10.20.4.11`
};

struct Lookup {
    std::vector<Address> addresses;
    std::vector<HostPort> not_found;
    std::string reason;  ///< why the last name was not found
};

/// Looks all names up at once. A name service that does not answer is left behind when patience ends.
Lookup lookUp(const std::vector<HostPort>& brokers, const Patience& patience);

/// A connected TCP socket that closes itself.
class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    [[nodiscard]] int fd() const { return fd_; }
    /// Waits for poll() `events`; false when patience ends first.
    [[nodiscard]] bool wait(short events, const Patience& patience) const;

  private:
    int fd_ = -1;
};

/// The error says whether the connection was refused or not answered.
Result<Socket> connectTo(const Address& address, const Patience& patience);

}  // namespace weir::kafka
