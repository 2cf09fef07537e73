// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "invoke/recording.h"

#include <memory>
#include <optional>
#include <string>

namespace weir::demo {

struct AuctionOptions {
    std::string path;  ///< session file to write
    double rate = 60;  ///< bids a second
    flow::Order order = flow::Order::Partition;
    std::optional<DurationNs> duration;  ///< nothing: until stopped
};

/// The auction on an embedded cluster with real function processes: the topics, a source of items and bids,
/// and the recording that runs the flow.
/// Threads: all functions from any thread.
class Auction {
  public:
    static Result<std::unique_ptr<Auction>> start(AuctionOptions options);
    ~Auction();
    Auction(const Auction&) = delete;
    Auction& operator=(const Auction&) = delete;

    [[nodiscard]] invoke::Recording& recording();

  private:
    struct Impl;
    explicit Auction(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::demo
