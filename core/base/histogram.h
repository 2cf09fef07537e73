// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A log-linear histogram of durations or other numbers from 0 on. A bucket is at most 1/2^SubBits of its
/// value wide and a percentile answers its middle, so that it is off by at most half of that; minimum,
/// maximum and count are exact. Memory follows the span between the least and the largest value.
/// Histograms merge without loss.
template <int SubBits>
class BasicHistogram {
  public:
    /// Counts a value `weight` times. Negative values count as 0.
    void record(std::int64_t value, std::uint64_t weight = 1) {
        if (weight == 0) return;
        if (value < 0) value = 0;
        const std::uint32_t bucket = bucketOf(static_cast<std::uint64_t>(value));
        const std::uint32_t at = bucket - first_;  // wraps round when it stands before the first
        if (at < counts_.size()) {
            counts_[at] += weight;
        } else {
            slot(bucket) += weight;
        }
        sum_ += static_cast<double>(value) * static_cast<double>(weight);
        if (count_ == 0 || value < min_) min_ = value;
        if (value > max_) max_ = value;
        count_ += weight;
    }

    void merge(const BasicHistogram& other);

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] std::int64_t min() const noexcept { return min_; }
    [[nodiscard]] std::int64_t max() const noexcept { return max_; }
    /// 0 when empty.
    [[nodiscard]] double mean() const noexcept {
        return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
    }
    /// The value that a share of at least `quantile` (0…1) does not exceed, by nearest rank. 0 when empty.
    [[nodiscard]] std::int64_t percentile(double quantile) const;

    /// Calls `each(low, high, count)` for the buckets that are not empty, in rising order: `count` values
    /// from `low` to `high`, both inclusive.
    template <typename Each>
    void forEachBucket(const Each& each) const {
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] == 0) continue;
            const auto bucket = first_ + static_cast<std::uint32_t>(i);
            each(lowOf(bucket), lowOf(bucket + 1) - 1, counts_[i]);
        }
    }

    /// The bytes that a session keeps of it (docs/session-format.md); nothing for an empty one.
    [[nodiscard]] std::string encode() const;
    /// Reads them back; nothing when they are not a histogram of this precision.
    [[nodiscard]] static std::optional<BasicHistogram> decode(std::string_view bytes);

  private:
    static constexpr std::uint64_t kSub = std::uint64_t{1} << SubBits;

    /// Below kSub a bucket per value; above, kSub buckets per power of two.
    static std::uint32_t bucketOf(std::uint64_t value) noexcept {
        if (value < kSub) return static_cast<std::uint32_t>(value);
        const int shift = static_cast<int>(std::bit_width(value)) - 1 - SubBits;
        return static_cast<std::uint32_t>(kSub * static_cast<std::uint64_t>(shift) + (value >> shift));
    }
    static constexpr std::uint32_t kBuckets = static_cast<std::uint32_t>(kSub * (64 - SubBits));
    static std::int64_t lowOf(std::uint32_t bucket) noexcept;
    static std::int64_t middleOf(std::uint32_t bucket) noexcept;
    /// The counter of a bucket outside the present span.
    std::uint64_t& slot(std::uint32_t bucket);

    std::vector<std::uint64_t> counts_;  ///< of the buckets from first_ on
    std::uint32_t first_ = 0;
    std::uint64_t count_ = 0;
    double sum_ = 0;
    std::int64_t min_ = 0, max_ = 0;
};

extern template class BasicHistogram<6>;
extern template class BasicHistogram<4>;

/// Percentiles within 0.8 %.
using Histogram = BasicHistogram<6>;
/// Percentiles within 3.2 %, in a quarter of the room: for figures over time.
using CoarseHistogram = BasicHistogram<4>;

}  // namespace weir
