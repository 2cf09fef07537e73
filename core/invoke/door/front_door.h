// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "invoke/door/request_records.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::invoke {

/// A path behind which a trigger waits for requests.
struct DoorRoute {
    TriggerId trigger;
    std::string path;               ///< compared with the request's, without its query
    std::size_t most_bytes = 0;     ///< of a body; more is refused with 413
    DurationNs patience = kSecond;  ///< how long a caller waits before it gets 504
};

/// A request that was read whole and waits for reply().
struct DoorRequest {
    std::uint64_t id = 0;
    TriggerId trigger;
    TimeNs at = 0;
    std::vector<DoorRecord> records;  ///< one at least
};

/// The HTTP server of the front doors of one address. It answers by itself what never becomes an event: 404,
/// 405, 400, 413, 431, and 503 with Retry-After when too many requests wait already.
///
/// Threads: all functions from any thread but close(), which is the owner's. `wake` comes from the server's
/// thread when there is something to take().
class FrontDoor {
  public:
    /// `listen` is host:port; port 0 takes a free one. An address that cannot be had is an error.
    static Result<std::unique_ptr<FrontDoor>> open(const std::string& listen, std::vector<DoorRoute> routes,
                                                   std::function<void()> wake);
    ~FrontDoor();
    FrontDoor(const FrontDoor&) = delete;
    FrontDoor& operator=(const FrontDoor&) = delete;

    /// Where it listens, as host:port.
    [[nodiscard]] const std::string& address() const;
    /// Requests that came since the last call.
    std::vector<DoorRequest> take();
    /// Answers a request; nothing happens when its caller got an answer already.
    void reply(std::uint64_t request, DoorReply reply);
    /// From now on every new request gets 503.
    void refuse();
    /// Answers all that still wait with 503, gives that a second at most, and ends. Idempotent.
    void close();

  private:
    struct Impl;
    explicit FrontDoor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::invoke
