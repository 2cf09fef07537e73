// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weir {

struct HttpRequest {
    std::string url;
    std::vector<std::string> headers;  ///< `Name: value`
    std::string body;
    DurationNs timeout = 0;            ///< for all of it, connecting included; 0: none
    std::string authorities = {};      ///< file or folder of certificates to trust instead of the system's
    std::string authorities_pem = {};  ///< the same as text
};

/// What came back. `status` is 0 when there was no whole answer; then `error` says why.
struct HttpResponse {
    enum class Failure { None, Timeout, TooLarge, Stopped, Certificate, Broken };
    Failure failure = Failure::None;
    int status = 0;
    std::string content_type;
    /// All of them, in their order; names in lower case.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string location;                   ///< of a redirect; never followed
    std::optional<DurationNs> retry_after;  ///< from Retry-After, seconds or a date
    std::string body;
    std::string error;
};

/// Posts to HTTP servers, many at once, on one thread; connections are kept and used again. Certificates are
/// verified. Over libcurl's multi interface.
///
/// Threads: post() and stop() from one owner; callbacks come from the client's thread, or from stop().
class HttpClient {
  public:
    using Callback = std::function<void(HttpResponse)>;

    /// Keeps at most `connections` open, and takes answers of at most `max_body` bytes.
    HttpClient(std::size_t connections, std::size_t max_body);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Exactly one callback follows.
    void post(HttpRequest request, Callback callback);
    /// Breaks off what runs; its callbacks say Failure::Stopped. Idempotent; post() must not follow.
    void stop();

  private:
    struct Transfer;
    struct Multi;

    void run();
    bool takeNew();
    void finishDone();

    std::size_t max_body_;
    std::unique_ptr<Multi> multi_;
    std::mutex mutex_;  ///< guards the two below
    std::vector<std::unique_ptr<Transfer>> fresh_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace weir
