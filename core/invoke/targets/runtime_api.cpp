// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/runtime_api.h"

#include "invoke/targets/runtime_request.h"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::string_view kBase = "/2018-06-01/runtime/";
constexpr std::string_view kAccepted = R"({"status":"OK"})";
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

class Connection;

/// What a connection needs of the API that it belongs to.
struct Shared {
    RuntimeApi::Listener* listener = nullptr;  ///< null once closed
    std::vector<std::shared_ptr<Connection>> open;
    std::vector<std::shared_ptr<Connection>> asking;  ///< those with a `next` held open, oldest first

    void forget(const Connection* connection);
};
using SharedPtr = std::shared_ptr<Shared>;

/// A header value: clients refuse what is not printable ASCII.
std::string headerValue(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x21 || c > 0x7E; }, '-');
    return out;
}

std::string callHead(const RuntimeCall& call) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: {}\r\n"
        "Lambda-Runtime-Deadline-Ms: {}\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: {}\r\n"
        "Lambda-Runtime-Trace-Id: {}\r\n"
        "Content-Length: {}\r\n\r\n",
        call.request_id, call.deadline_ms, headerValue(call.function_arn), call.trace_id, call.event->size());
}

std::string reply(std::string_view status, std::string_view body) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                       status, body.size(), body);
}

/// Sorts a POST by its path; nothing when the path is none of the Runtime API.
std::optional<RuntimePost> sortPost(std::string_view path) {
    constexpr std::string_view kInvocation = "invocation/";
    if (path == "init/error") return RuntimePost{.kind = RuntimePost::Kind::InitError};
    if (!path.starts_with(kInvocation)) return std::nullopt;
    path.remove_prefix(kInvocation.size());
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view verb = path.substr(slash + 1);
    if (verb != "response" && verb != "error") return std::nullopt;
    return RuntimePost{
        .kind = verb == "response" ? RuntimePost::Kind::Response : RuntimePost::Kind::Error,
        .request_id = std::string(path.substr(0, slash)),
    };
}

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(tcp::socket socket, SharedPtr shared)
        : socket_(std::move(socket)), shared_(std::move(shared)) {}

    void readRequest() {
        request_.emplace();
        http::async_read_header(socket_, buffer_, *request_,
                                [self = shared_from_this()](const Code& failed, std::size_t) {
                                    failed ? self->drop() : self->headerCame();
                                });
    }

    void deliver(const RuntimeCall& call) {
        auto head = std::make_shared<const std::string>(callHead(call));
        const std::array<asio::const_buffer, 2> parts{asio::buffer(*head), asio::buffer(*call.event)};
        asio::async_write(socket_, parts,
                          [self = shared_from_this(), head, event = call.event, id = call.request_id](
                              const Code& failed, std::size_t) {
                              if (failed && self->shared_->listener)
                                  self->shared_->listener->deliveryFailed(id);
                              self->replied(failed);
                          });
    }

    /// The other side has closed the connection, as far as the kernel knows.
    [[nodiscard]] bool gone() {
        char byte = 0;
        Code failed;
        socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, failed);
        return failed && failed != asio::error::would_block;
    }

    void drop() {
        close();
        shared_->forget(this);
    }

    void close() {
        Code ignored;
        socket_.close(ignored);
    }

  private:
    void headerCame() {
        if (!request_->expects_continue || request_->is_done()) return readBody();
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(socket_, asio::buffer(kContinue.data(), kContinue.size()),
                          [self = shared_from_this()](const Code& failed, std::size_t) {
                              failed ? self->drop() : self->readBody();
                          });
    }

    void readBody() {
        if (request_->is_done()) return handle();
        http::async_read(socket_, buffer_, *request_,
                         [self = shared_from_this()](const Code& failed, std::size_t) {
                             failed ? self->drop() : self->handle();
                         });
    }

    void handle() {
        if (shared_->listener == nullptr) return;
        std::string_view path = request_->target;
        if (!path.starts_with(kBase)) return answer(notFound());
        path.remove_prefix(kBase.size());
        if (request_->method == "GET" && path == "invocation/next") return hold();
        std::optional<RuntimePost> post = sortPost(path);
        if (request_->method != "POST" || !post) return answer(notFound());
        post->error_type = std::move(request_->error_type);
        post->body = std::move(request_->body);
        post->body_size = request_->body_size;
        answer(reply("202 Accepted", kAccepted));
        shared_->listener->posted(std::move(*post));
    }

    [[nodiscard]] static std::string notFound() {
        return reply("404 Not Found",
                     R"({"errorType":"InvalidPath","errorMessage":"This is no path of the Runtime API."})");
    }

    void hold() {
        shared_->asking.push_back(shared_from_this());
        shared_->listener->nextAsked();
        if (held()) watchHeld();
    }

    /// A runtime that goes away while it waits must not be given a call.
    void watchHeld() {
        socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const Code& failed) {
            if (!failed && self->held() && self->gone()) self->drop();
        });
    }

    [[nodiscard]] bool held() const {
        return std::any_of(shared_->asking.begin(), shared_->asking.end(),
                           [this](const auto& c) { return c.get() == this; });
    }

    void answer(std::string text) {
        auto kept = std::make_shared<const std::string>(std::move(text));
        asio::async_write(
            socket_, asio::buffer(*kept),
            [self = shared_from_this(), kept](const Code& failed, std::size_t) { self->replied(failed); });
    }

    void replied(const Code& failed) {
        if (failed || !request_->keep_alive()) return drop();
        readRequest();
    }

    tcp::socket socket_;
    SharedPtr shared_;
    boost::beast::flat_buffer buffer_;
    std::optional<RuntimeRequest> request_;
};

void Shared::forget(const Connection* connection) {
    const auto same = [connection](const auto& c) { return c.get() == connection; };
    std::erase_if(asking, same);
    std::erase_if(open, same);
}

}  // namespace

struct RuntimeApi::Impl : std::enable_shared_from_this<RuntimeApi::Impl> {
    Impl(asio::io_context& context, Listener& listener) : acceptor(context), pause(context) {
        shared->listener = &listener;
    }

    void listen(Code& failed) {
        const tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
        acceptor.open(loopback.protocol(), failed);
        if (!failed) acceptor.bind(loopback, failed);
        if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }

    void accept() {
        acceptor.async_accept([self = shared_from_this()](const Code& failed, tcp::socket socket) {
            if (!self->acceptor.is_open()) return;
            if (failed) return self->acceptLater();
            Code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            socket.non_blocking(true, ignored);
            auto connection = std::make_shared<Connection>(std::move(socket), self->shared);
            self->shared->open.push_back(connection);
            connection->readRequest();
            self->accept();
        });
    }

    /// Out of descriptors, most likely: trying again at once would burn the processor.
    void acceptLater() {
        pause.expires_after(kAcceptPause);
        pause.async_wait([self = shared_from_this()](const Code& failed) {
            if (!failed) self->accept();
        });
    }

    void close() {
        shared->listener = nullptr;
        Code ignored;
        acceptor.close(ignored);
        pause.cancel();
        shared->asking.clear();
        for (const auto& connection : std::exchange(shared->open, {})) connection->close();
    }

    tcp::acceptor acceptor;
    asio::steady_timer pause;
    SharedPtr shared = std::make_shared<Shared>();
};

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::open(asio::io_context& context, Listener& listener) {
    auto impl = std::make_shared<Impl>(context, listener);
    Code failed;
    impl->listen(failed);
    if (failed) {
        return fail(ErrorCode::FunctionFailed,
                    fmt::format("No port on the loopback interface could be opened for an instance: {}.",
                                failed.message()),
                    "The system may be out of file descriptors: see `ulimit -n`.");
    }
    impl->accept();
    return std::unique_ptr<RuntimeApi>(new RuntimeApi(std::move(impl)));
}

RuntimeApi::RuntimeApi(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

RuntimeApi::~RuntimeApi() {
    close();
}

std::string RuntimeApi::address() const {
    Code ignored;
    return fmt::format("127.0.0.1:{}", impl_->acceptor.local_endpoint(ignored).port());
}

bool RuntimeApi::asked() const {
    return !impl_->shared->asking.empty();
}

bool RuntimeApi::deliver(const RuntimeCall& call) {
    std::vector<std::shared_ptr<Connection>>& asking = impl_->shared->asking;
    while (!asking.empty()) {
        const std::shared_ptr<Connection> newest = asking.back();  // most likely the one that is alive
        asking.pop_back();
        // It may be gone and nobody has been told so yet.
        if (newest->gone()) {
            newest->drop();
            continue;
        }
        newest->deliver(call);
        return true;
    }
    return false;
}

void RuntimeApi::close() {
    impl_->close();
}

}  // namespace weir::invoke
