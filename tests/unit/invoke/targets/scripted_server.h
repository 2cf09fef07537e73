// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weir::invoke {

/// An HTTP server on a loopback port that answers with bytes from a script, right or wrong. Connections stay
/// open until the script says otherwise.
class ScriptedServer {
  public:
    struct Reply {
        std::string bytes;
        enum class Then { Keep, Reset, Hang } then = Then::Keep;
    };
    /// Called with each whole request, on a thread of its connection.
    using Script = std::function<Reply(const std::string& request)>;

    explicit ScriptedServer(Script script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] int connections() const { return connections_; }

    /// A whole answer.
    static Reply answer(int status, const std::string& body, const std::string& headers = "");

  private:
    void accept();
    void serve(int socket);

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;  ///< guards the two below
    std::vector<int> sockets_;
    std::vector<std::thread> workers_;
    std::thread acceptor_;
};

}  // namespace weir::invoke
