// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "kafka/producer.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace weir::demo {

/// The people of the auction, as events: sellers who list items and bidders who bid on them, now and then
/// with a bid that has to be rejected. Reproducible by its seed; reads no clock.
class Crowd {
  public:
    explicit Crowd(std::uint64_t seed) : random_(seed) {}

    /// Events that happen up to `now_ms`, in order, at about `bids_per_second`. Times are milliseconds since
    /// the Unix epoch; the first call sets the beginning.
    [[nodiscard]] std::vector<kafka::OutgoingRecord> until(std::int64_t now_ms, double bids_per_second);

  private:
    struct Lot {
        std::string name, seller;
        double price = 0;
        std::int64_t closes_ms = 0;
    };

    kafka::OutgoingRecord list(std::int64_t at_ms);
    kafka::OutgoingRecord bid(std::int64_t at_ms);
    [[nodiscard]] kafka::OutgoingRecord event(const std::string& topic, const std::string& type,
                                              const std::string& id, const std::string& key,
                                              std::int64_t at_ms, std::string value) const;
    int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

    std::mt19937_64 random_;
    std::vector<Lot> lots_;
    std::int64_t items_ = 1800;
    std::int64_t bids_ = 418'000;
    double due_ms_ = -1;
};

}  // namespace weir::demo
