// SPDX-License-Identifier: GPL-3.0-or-later
#include "slow_answers.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

namespace weir::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// One connection: one request at a time, as clients without pipelining send them.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(tcp::socket socket, DurationNs delay)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), delay_(delay) {}

    void read() {
        // Clients that send head and body apart with Nagle's algorithm on, as Java's does, would otherwise
        // wait for a delayed acknowledgement. Not sticky, so set each time.
        socket_.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_QUICKACK>(true));
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](auto error, std::size_t size) {
                                    if (error) return;
                                    self->request_.append(self->buffer_.data(), size);
                                    if (self->complete()) {
                                        self->wait();
                                    } else {
                                        self->read();
                                    }
                                });
    }

  private:
    [[nodiscard]] bool complete() const {
        const std::size_t head = request_.find("\r\n\r\n");
        if (head == std::string::npos) return false;
        return request_.size() >= head + 4 + bodySize(std::string_view(request_).substr(0, head));
    }

    static std::size_t bodySize(std::string_view head) {
        constexpr std::string_view kName = "content-length:";
        const auto at = std::search(head.begin(), head.end(), kName.begin(), kName.end(), [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == b;
        });
        if (at == head.end()) return 0;
        return std::strtoul(&*at + kName.size(), nullptr, 10);
    }

    void wait() {
        request_.clear();
        timer_.expires_after(std::chrono::nanoseconds(delay_));
        timer_.async_wait([self = shared_from_this()](auto error) {
            if (!error) self->answer();
        });
    }

    void answer() {
        asio::async_write(socket_, asio::buffer(kAnswer),
                          [self = shared_from_this()](auto error, std::size_t) {
                              if (!error) self->read();
                          });
    }

    tcp::socket socket_;
    asio::steady_timer timer_;
    DurationNs delay_;
    std::array<char, 4096> buffer_{};
    std::string request_;
};

}  // namespace

struct SlowAnswers::Impl {
    explicit Impl(DurationNs d)
        : delay(d), acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        accept();
        thread = std::thread([this] { context.run(); });
    }

    void accept() {
        acceptor.async_accept([this](auto error, tcp::socket socket) {
            if (error) return;
            socket.set_option(tcp::no_delay(true));
            std::make_shared<Connection>(std::move(socket), delay)->read();
            accept();
        });
    }

    DurationNs delay;
    asio::io_context context{1};
    tcp::acceptor acceptor;
    std::thread thread;
};

SlowAnswers::SlowAnswers(DurationNs delay) : impl_(std::make_unique<Impl>(delay)) {}

SlowAnswers::~SlowAnswers() {
    impl_->context.stop();
    impl_->thread.join();
}

std::string SlowAnswers::url() const {
    return "http://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port()) + "/";
}

}  // namespace weir::bench
