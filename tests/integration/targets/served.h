// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "peers/child.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::peers {

inline std::string lineFrom(Child& child, const std::string& with = "") {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::optional<std::string> line = child.readLine(until)) {
        if (line->find(with) != std::string::npos) return *line;
    }
    throw std::runtime_error("the server does not start");
}

/// A port of the loopback that nobody listens on, for a server that cannot say which one it took.
inline std::uint16_t freePort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    const bool bound = ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(listener);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

/// A command that serves until its input ends, for one that would serve for ever. Its error output is its
/// output.
inline std::vector<std::string> untilInputEnds(const std::vector<std::string>& command) {
    std::vector<std::string> wrapped = {"sh", "-c",
                                        "\"$@\" 2>&1 & server=$!; cat >/dev/null; kill $server; wait", "sh"};
    wrapped.insert(wrapped.end(), command.begin(), command.end());
    return wrapped;
}

}  // namespace weir::peers
