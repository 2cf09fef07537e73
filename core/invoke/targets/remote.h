// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "http/client.h"
#include "invoke/target.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::invoke {

/// What one kind of function behind an HTTP address sends, and how it reads what comes back.
class RemoteProtocol {
  public:
    /// A call that has ended, with what else the answer told.
    struct Ended {
        Answer answer;
        std::vector<LogWritten> log = {};  ///< written before the call ended; ids are filled in
    };

    virtual ~RemoteProtocol() = default;
    /// See Target::wireSize().
    [[nodiscard]] virtual std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const = 0;
    /// The request of a call, without its timeout; or why there can be none. Engine's thread.
    [[nodiscard]] virtual Result<HttpRequest> request(const Invocation& invocation) = 0;
    /// Reads a whole answer. The client's thread, one call at a time.
    [[nodiscard]] virtual Ended ended(const Invocation& invocation, HttpResponse response) = 0;
    /// True: each call is one of the same service, which counts as one instance that never starts cold.
    [[nodiscard]] virtual bool isOneInstance() const { return true; }
};

/// A target that is called over HTTP. Calls that were not answered (no connection, a timeout, an answer that
/// is too large) end here, for all kinds alike.
[[nodiscard]] std::unique_ptr<Target> makeRemoteTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                       std::unique_ptr<RemoteProtocol> protocol,
                                                       TargetHost& host);

/// 429 and 503: the function asks to be left alone, for as long as Retry-After says.
[[nodiscard]] Answer throttledAnswer(const HttpResponse& response, std::string error);
/// `The function answers 500: boom`, with at most 500 bytes of the body.
[[nodiscard]] std::string statusText(const HttpResponse& response);
/// 3xx: never followed.
[[nodiscard]] Answer redirectedAnswer(const HttpResponse& response);

}  // namespace weir::invoke
