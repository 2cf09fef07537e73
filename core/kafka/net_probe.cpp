// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/net_probe.h"

#include "kafka/errors.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace weir::kafka {
namespace {

constexpr int kSliceMs = 50;

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

std::string numeric(const sockaddr* address, socklen_t size) {
    std::array<char, NI_MAXHOST> host{};
    if (getnameinfo(address, size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) return "?";
    return host.data();
}

struct Answer {
    std::vector<Address> addresses;
    std::string reason;
};

Answer lookUpOne(const HostPort& broker) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(broker.host.c_str(), broker.port.c_str(), &hints, &found);
    if (code != 0) return {{}, gai_strerror(code)};
    const std::unique_ptr<addrinfo, FreeAddresses> owner(found);
    Answer answer;
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        const char* const bytes = reinterpret_cast<const char*>(at->ai_addr);
        answer.addresses.push_back(
            {broker, at->ai_family, {bytes, bytes + at->ai_addrlen}, numeric(at->ai_addr, at->ai_addrlen)});
    }
    return answer;
}

/// What the look-up threads share with the caller, who may leave before them.
struct Answers {
    std::mutex mutex;  ///< guards answers and missing
    std::condition_variable changed;
    std::vector<Answer> answers;
    std::size_t missing = 0;
};

void closeQuietly(int fd) {
    if (fd >= 0) ::close(fd);
}

Error connectError(const Address& address, const std::string& reason) {
    return translate(
        {RD_KAFKA_RESP_ERR__TRANSPORT, fmt::format("{}: Connect failed: {}", address.broker.text(), reason)});
}

std::string errnoText(int code) {
    return std::generic_category().message(code);
}

}  // namespace

int Patience::leftMs() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

int Patience::sliceMs() const {
    return std::min(kSliceMs, leftMs());
}

std::string HostPort::text() const {
    const bool is_ip6 = host.find(':') != std::string::npos;
    return is_ip6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::vector<HostPort> splitBrokers(std::string_view brokers) {
    std::vector<HostPort> result;
    while (!brokers.empty()) {
        std::string_view one = brokers.substr(0, brokers.find(','));
        brokers.remove_prefix(std::min(one.size() + 1, brokers.size()));
        const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
        while (!one.empty() && is_space(one.front())) one.remove_prefix(1);
        while (!one.empty() && is_space(one.back())) one.remove_suffix(1);
        if (const auto scheme = one.find("://"); scheme != std::string_view::npos)
            one.remove_prefix(scheme + 3);
        if (one.empty()) continue;
        std::string_view host = one;
        std::string_view port = "9092";
        const auto colon = one.rfind(':');
        const bool bracketed = one.front() == '[';
        if (colon != std::string_view::npos && (!bracketed || one[colon - 1] == ']')) {
            host = one.substr(0, colon);
            port = one.substr(colon + 1);
        }
        if (bracketed && host.size() >= 2) host = host.substr(1, host.size() - 2);
        result.push_back({std::string(host), std::string(port)});
    }
    return result;
}

Lookup lookUp(const std::vector<HostPort>& brokers, const Patience& patience) {
    const auto shared = std::make_shared<Answers>();
    shared->answers.resize(brokers.size(), Answer{{}, "the name service does not answer"});
    shared->missing = brokers.size();
    for (std::size_t i = 0; i < brokers.size(); ++i) {
        // getaddrinfo() cannot be interrupted, so nobody waits for these threads.
        std::thread([shared, i, broker = brokers[i]] {
            Answer answer = lookUpOne(broker);
            const std::lock_guard lock(shared->mutex);
            shared->answers[i] = std::move(answer);
            --shared->missing;
            shared->changed.notify_one();
        }).detach();
    }
    std::unique_lock lock(shared->mutex);
    while (shared->missing > 0 && !patience.isOver()) {
        shared->changed.wait_for(lock, std::chrono::milliseconds(patience.sliceMs()));
    }
    Lookup lookup;
    for (std::size_t i = 0; i < brokers.size(); ++i) {
        const Answer& answer = shared->answers[i];
        lookup.addresses.insert(lookup.addresses.end(), answer.addresses.begin(), answer.addresses.end());
        if (!answer.addresses.empty()) continue;
        lookup.not_found.push_back(brokers[i]);
        lookup.reason = answer.reason;
    }
    return lookup;
}

Socket::~Socket() {
    closeQuietly(fd_);
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
    if (this != &other) {
        closeQuietly(fd_);
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

bool Socket::wait(short events, const Patience& patience) const {
    while (!patience.isOver()) {
        pollfd entry{fd_, events, 0};
        if (::poll(&entry, 1, patience.sliceMs()) > 0) return true;
    }
    return false;
}

Result<Socket> connectTo(const Address& address, const Patience& patience) {
    Socket socket(::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.fd() < 0) return tl::unexpected(connectError(address, errnoText(errno)));
    const auto* const to = reinterpret_cast<const sockaddr*>(address.socket_address.data());
    if (::connect(socket.fd(), to, static_cast<socklen_t>(address.socket_address.size())) == 0) return socket;
    if (errno != EINPROGRESS) return tl::unexpected(connectError(address, errnoText(errno)));
    if (!socket.wait(POLLOUT, patience)) return tl::unexpected(connectError(address, "Connection timed out"));
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return tl::unexpected(connectError(address, errnoText(code)));
    return socket;
}

}  // namespace weir::kafka
