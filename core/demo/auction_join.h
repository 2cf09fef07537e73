// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace weir::demo {

/// The stream processor of the auction: joins valid bids to valid items and answers one `item.completed` for
/// each auction whose end has passed in event time. It holds state, so it runs native and alone (concurrency
/// 1): what functions are not made for.
///
/// Event time is the highest record timestamp seen; an auction is closed `grace_ms` after its end, so that
/// bids that took longer through validation still count.
class AuctionJoin {
  public:
    explicit AuctionJoin(std::int64_t grace_ms = 500) : grace_ms_(grace_ms) {}

    [[nodiscard]] invoke::Answer operator()(const invoke::Batch& batch);

    /// Auctions that are open, for tests.
    [[nodiscard]] std::size_t open() const noexcept { return items_.size(); }

  private:
    struct Item {
        std::string title, seller;
        double reserve = 0;
        std::int64_t closes_ms = 0;
        bool listed = false;  ///< a bid may overtake its item, they come over different topics
        double best = 0;
        std::string best_bid, best_bidder;
        int bids = 0;
        std::unordered_map<std::string, double> bidders;  ///< their highest bids
    };

    void take(std::string_view value);
    [[nodiscard]] std::string completed(const std::string& name, const Item& item) const;

    std::int64_t grace_ms_;
    std::int64_t event_time_ms_ = 0;
    std::unordered_map<std::string, Item> items_;
};

}  // namespace weir::demo
