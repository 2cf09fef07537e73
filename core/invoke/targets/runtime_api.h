// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace weir::invoke {

/// The largest answer that Lambda accepts.
constexpr std::size_t kLargestAnswer = 6 * 1024 * 1024 + 100;

/// One event as the runtime gets it.
struct RuntimeCall {
    std::string request_id;
    std::int64_t deadline_ms = 0;  ///< Unix milliseconds
    std::string function_arn;
    std::string trace_id;
    std::shared_ptr<const std::string> event;  ///< JSON
};

/// What a runtime posted.
struct RuntimePost {
    enum class Kind { Response, Error, InitError };
    Kind kind = Kind::Response;
    std::string request_id = {};  ///< empty for an init error
    std::string error_type = {};  ///< the header, may be absent
    std::string body = {};        ///< at most kLargestAnswer + 1 bytes of it
    std::size_t body_size = 0;    ///< all of it
};

/// The AWS Lambda Runtime API of one instance, on a loopback port of its own. It answers as the clients of
/// the languages need it: `next` is held open until there is a call, every post is accepted with 202,
/// whatever its size or request id, because several clients end their process on anything else. Calls are
/// matched by the id in the path, never by connection.
///
/// Threads: the io_context's thread only.
class RuntimeApi {
  public:
    class Listener {
      public:
        virtual ~Listener() = default;
        /// The runtime asks for its next call; answer now or later with deliver().
        virtual void nextAsked() = 0;
        virtual void posted(RuntimePost post) = 0;
        /// The connection broke while the call was being sent; the runtime did not get it.
        virtual void deliveryFailed(const std::string& request_id) = 0;
    };

    /// The listener must live until close() or destruction.
    static Result<std::unique_ptr<RuntimeApi>> open(boost::asio::io_context& context, Listener& listener);
    ~RuntimeApi();
    RuntimeApi(const RuntimeApi&) = delete;
    RuntimeApi& operator=(const RuntimeApi&) = delete;

    /// `127.0.0.1:PORT`, for AWS_LAMBDA_RUNTIME_API.
    [[nodiscard]] std::string address() const;
    /// Whether a `next` is held open.
    [[nodiscard]] bool asked() const;
    /// Answers a `next` that is held open by a runtime that is still there; false when there is none.
    bool deliver(const RuntimeCall& call);
    /// Ends all connections; nothing is told any more.
    void close();

  private:
    struct Impl;
    explicit RuntimeApi(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace weir::invoke
