// SPDX-License-Identifier: GPL-3.0-or-later
#include "scripted_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace weir::invoke {
namespace {

void sendAll(int socket, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) return;
        sent += static_cast<std::size_t>(n);
    }
}

/// Reads one request into `buffer`; false at the end of the connection.
bool readRequest(int socket, std::string& buffer, std::string& request) {
    for (;;) {
        const std::size_t head = buffer.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::size_t length_at = buffer.find("Content-Length: ");
            std::size_t whole = head + 4;
            if (length_at < head) whole += std::strtoull(buffer.c_str() + length_at + 16, nullptr, 10);
            if (buffer.size() >= whole) {
                request = buffer.substr(0, whole);
                buffer.erase(0, whole);
                return true;
            }
        }
        char bytes[65'536];
        const ssize_t n = ::recv(socket, bytes, sizeof bytes, 0);
        if (n <= 0) return false;
        buffer.append(bytes, static_cast<std::size_t>(n));
    }
}

}  // namespace

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 100) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no port for the scripted server");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& worker : workers_) worker.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

std::string ScriptedServer::url() const {
    return fmt::format("http://127.0.0.1:{}/function", port_);
}

ScriptedServer::Reply ScriptedServer::answer(int status, const std::string& body,
                                             const std::string& headers) {
    return {fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers,
                        body)};
}

void ScriptedServer::accept() {
    for (;;) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        ++connections_;
        const std::lock_guard lock(mutex_);
        sockets_.push_back(socket);
        workers_.emplace_back([this, socket] { serve(socket); });
    }
}

void ScriptedServer::serve(int socket) {
    std::string buffer, request;
    while (!stopping_ && readRequest(socket, buffer, request)) {
        const Reply reply = script_(request);
        sendAll(socket, reply.bytes);
        if (reply.then == Reply::Then::Keep) continue;
        if (reply.then == Reply::Then::Reset) {
            const linger now{1, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
            ::shutdown(socket, SHUT_RDWR);
            return;
        }
        char byte = 0;
        while (::recv(socket, &byte, 1, 0) > 0) {
        }
    }
}

}  // namespace weir::invoke
