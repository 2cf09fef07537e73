// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/door/front_door.h"

#include "invoke/targets/io_thread.h"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t kMostWaiting = 1'000;      // requests that wait for an answer
constexpr std::size_t kMostHeld = 64 << 20;      // bytes of their bodies, those being read included
constexpr std::size_t kMostConnections = 2'000;  // beyond, a connection is closed at once
constexpr std::uint32_t kMostHeaders = 64 << 10;
constexpr std::size_t kMostSwallowed = 16 << 20;
constexpr auto kReadWithin = 30s;
constexpr auto kIdleFor = 120s;
constexpr auto kWriteWithin = 30s;
constexpr auto kCloseWithin = 1s;
constexpr auto kAcceptPause = 50ms;

class Session;

/// What the connections of a server share. On the server's thread, but for what names another.
struct Shared {
    std::vector<DoorRoute> routes;
    std::function<void()> wake;
    std::map<std::uint64_t, std::shared_ptr<Session>> waiting;
    std::uint64_t next_id = 1;
    std::size_t held = 0;  // bytes
    std::size_t connections = 0;

    std::atomic<bool> refusing{false};  // any thread
    std::mutex mutex;                   // guards all below
    std::condition_variable quiet;
    std::vector<DoorRequest> arrived;
    std::size_t writing = 0;
    bool closed = false;
};
using SharedPtr = std::shared_ptr<Shared>;

std::string textOf(const DoorReply& reply, bool keep_alive) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(reply.status));
    std::string text =
        fmt::format("HTTP/1.1 {} {}\r\n", reply.status, std::string_view(reason.data(), reason.size()));
    for (const auto& [name, value] : reply.headers) text += fmt::format("{}: {}\r\n", name, value);
    if (reply.status != 204) text += fmt::format("Content-Length: {}\r\n", reply.body.size());
    if (!keep_alive) text += "Connection: close\r\n";
    text += "\r\n";
    if (reply.status != 204) text += reply.body;
    return text;
}

class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(tcp::socket socket, SharedPtr shared)
        : stream_(std::move(socket)), timer_(stream_.get_executor()), shared_(std::move(shared)) {
        ++shared_->connections;
    }
    ~Session() {
        --shared_->connections;
        release();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read() {
        parser_.emplace();
        parser_->header_limit(kMostHeaders);
        parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
        stream_.expires_after(kIdleFor);
        http::async_read_header(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](const Code& failed, std::size_t) { self->headerCame(failed); });
    }

    /// On the server's thread.
    void answer(const DoorReply& reply, bool keep_alive) {
        timer_.cancel();
        shared_->waiting.erase(std::exchange(id_, 0));
        release();
        const bool keep = keep_alive && parser_ && parser_->keep_alive();
        auto text = std::make_shared<const std::string>(textOf(reply, keep));
        stream_.expires_after(kWriteWithin);
        {
            const std::lock_guard lock(shared_->mutex);
            ++shared_->writing;
        }
        asio::async_write(stream_, asio::buffer(*text),
                          [self = shared_from_this(), text, keep](const Code& failed, std::size_t) {
                              self->written(failed, keep);
                          });
    }

  private:
    void written(const Code& failed, bool keep) {
        {
            const std::lock_guard lock(shared_->mutex);
            --shared_->writing;
            if (shared_->closed) keep = false;
        }
        shared_->quiet.notify_all();
        if (failed) return;
        if (keep) return read();
        Code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        swallow(kMostSwallowed);
    }

    /// What the caller still sends would reset the connection and take the answer with it.
    void swallow(std::size_t left) {
        stream_.expires_after(1s);
        stream_.async_read_some(asio::buffer(rest_),
                                [self = shared_from_this(), left](const Code& failed, std::size_t size) {
                                    if (!failed && size < left) self->swallow(left - size);
                                });
    }

    void refuse(int status, const std::string& why) { answer(replyFailure(status, why), false); }

    void headerCame(const Code& failed) {
        if (failed == http::error::header_limit) return refuse(431, "The headers are too long.");
        if (failed == http::error::end_of_stream) return;
        if (failed.category() == make_error_code(http::error::bad_method).category())
            return refuse(400, fmt::format("This is no HTTP request: {}.", failed.message()));
        if (failed) return;
        const auto whole = parser_->get().target();
        std::string_view path(whole.data(), whole.size());
        path = path.substr(0, path.find('?'));
        const auto route = std::find_if(shared_->routes.begin(), shared_->routes.end(),
                                        [path](const DoorRoute& r) { return r.path == path; });
        if (route == shared_->routes.end()) return refuse(404, fmt::format("Nothing waits behind {}.", path));
        if (parser_->get().method() != http::verb::post) {
            DoorReply reply = replyFailure(405, "Events are sent with POST.");
            reply.headers.emplace_back("allow", "POST");
            return answer(reply, false);
        }
        route_ = *route;
        const auto length = parser_->content_length();
        if (length && *length > route_.most_bytes) return refuse(413, tooLarge());
        if (shared_->refusing) return refuse(503, "No events are taken any more.");
        const std::size_t room = length ? static_cast<std::size_t>(*length) : route_.most_bytes;
        const bool full = shared_->held > 0 && shared_->held + room > kMostHeld;
        if (full || shared_->waiting.size() >= kMostWaiting) return refuse(503, "Too many requests wait.");
        held_ = room;
        shared_->held += room;
        parser_->body_limit(route_.most_bytes);
        stream_.expires_after(kReadWithin);
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return readBody();
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                          [self = shared_from_this()](const Code& broken, std::size_t) {
                              if (!broken) self->readBody();
                          });
    }

    [[nodiscard]] std::string tooLarge() const {
        return fmt::format("The body is over {} bytes.", route_.most_bytes);
    }

    void readBody() {
        http::async_read(stream_, buffer_, *parser_,
                         [self = shared_from_this()](const Code& failed, std::size_t) {
                             if (failed == http::error::body_limit)
                                 return self->refuse(413, self->tooLarge());
                             if (!failed) self->requestCame();
                         });
    }

    void requestCame() {
        HttpHeaders headers;
        for (const auto& field : parser_->get()) {
            std::string name(field.name_string().data(), field.name_string().size());
            std::ranges::transform(name, name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            headers.emplace_back(std::move(name), std::string(field.value().data(), field.value().size()));
        }
        auto records = recordsOf(headers, std::move(parser_->get().body()));
        if (!records) return answer(replyFailure(400, records.error().message), true);
        id_ = shared_->next_id++;
        shared_->waiting[id_] = shared_from_this();
        stream_.expires_never();
        timer_.expires_after(std::chrono::nanoseconds(route_.patience));
        timer_.async_wait([self = shared_from_this(), id = id_](const Code& cancelled) {
            if (cancelled || self->id_ != id) return;
            self->answer(replyFailure(504, "The event is here, but not done in time."), true);
        });
        {
            const std::lock_guard lock(shared_->mutex);
            shared_->arrived.push_back({id_, route_.trigger, now(), std::move(*records)});
        }
        shared_->wake();
    }

    void release() { shared_->held -= std::exchange(held_, 0); }

    beast::tcp_stream stream_;
    asio::steady_timer timer_;
    SharedPtr shared_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    DoorRoute route_;
    std::uint64_t id_ = 0;  // while it waits for an answer
    std::size_t held_ = 0;
    std::array<char, 4096> rest_{};
};

class Server : public std::enable_shared_from_this<Server> {
  public:
    Server(asio::io_context& context, SharedPtr shared)
        : acceptor_(context), pause_(context), shared_(std::move(shared)) {}

    void listen(const std::string& host, const std::string& port, Code& failed) {
        tcp::resolver resolver(acceptor_.get_executor());
        const auto found = resolver.resolve(host, port, tcp::resolver::passive, failed);
        if (failed) return;
        const tcp::endpoint endpoint = found.begin()->endpoint();
        acceptor_.open(endpoint.protocol(), failed);
        if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
        if (!failed) acceptor_.bind(endpoint, failed);
        if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    }

    [[nodiscard]] unsigned port() const {
        Code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](const Code& failed, tcp::socket socket) {
            if (!self->acceptor_.is_open()) return;
            if (failed) return self->acceptLater();
            Code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            if (self->shared_->connections < kMostConnections)
                std::make_shared<Session>(std::move(socket), self->shared_)->read();
            self->accept();
        });
    }

    void close() {
        Code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        const auto waiting = shared_->waiting;
        for (const auto& [id, session] : waiting)
            session->answer(replyFailure(503, "The recording has ended before the event was done."), false);
    }

  private:
    /// Out of descriptors, most likely: trying again at once would burn the processor.
    void acceptLater() {
        pause_.expires_after(kAcceptPause);
        pause_.async_wait([self = shared_from_this()](const Code& cancelled) {
            if (!cancelled) self->accept();
        });
    }

    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    SharedPtr shared_;
};

}  // namespace

struct FrontDoor::Impl {
    IoThread io;
    SharedPtr shared = std::make_shared<Shared>();
    std::shared_ptr<Server> server;
    std::string address;
};

FrontDoor::FrontDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

FrontDoor::~FrontDoor() {
    close();
}

Result<std::unique_ptr<FrontDoor>> FrontDoor::open(const std::string& listen, std::vector<DoorRoute> routes,
                                                   std::function<void()> wake) {
    auto impl = std::make_unique<Impl>();
    impl->shared->routes = std::move(routes);
    impl->shared->wake = std::move(wake);
    impl->server = std::make_shared<Server>(impl->io.context(), impl->shared);
    const std::size_t colon = listen.rfind(':');
    std::string host = listen.substr(0, colon);
    const std::string bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    Code failed;
    impl->server->listen(bare, colon == std::string::npos ? "0" : listen.substr(colon + 1), failed);
    if (failed) {
        return fail(ErrorCode::Unreachable,
                    fmt::format("The front door cannot listen on {}: {}.", listen, failed.message()),
                    "Another program may have the address: choose another `listen`, or end it.");
    }
    impl->address = fmt::format("{}:{}", host, impl->server->port());
    impl->io.post([server = impl->server] { server->accept(); });
    return std::unique_ptr<FrontDoor>(new FrontDoor(std::move(impl)));
}

const std::string& FrontDoor::address() const {
    return impl_->address;
}

std::vector<DoorRequest> FrontDoor::take() {
    const std::lock_guard lock(impl_->shared->mutex);
    return std::exchange(impl_->shared->arrived, {});
}

void FrontDoor::reply(std::uint64_t request, DoorReply reply) {
    impl_->io.post([shared = impl_->shared, request, reply = std::move(reply)] {
        const auto found = shared->waiting.find(request);
        if (found == shared->waiting.end()) return;
        const std::shared_ptr<Session> session = found->second;
        session->answer(reply, true);
    });
}

void FrontDoor::refuse() {
    impl_->shared->refusing = true;
}

void FrontDoor::close() {
    if (!impl_->server) return;
    refuse();
    const auto closed = std::make_shared<std::promise<void>>();
    impl_->io.post([closed, server = impl_->server] {
        server->close();
        closed->set_value();
    });
    closed->get_future().wait();
    std::unique_lock lock(impl_->shared->mutex);
    impl_->shared->closed = true;
    impl_->shared->quiet.wait_for(lock, kCloseWithin, [&] { return impl_->shared->writing == 0; });
    lock.unlock();
    impl_->server.reset();
}

}  // namespace weir::invoke
