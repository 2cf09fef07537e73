// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace weir::analysis {

/// A log-linear histogram of durations or other numbers from 0 on. A bucket is at most 1/64 of its value wide
/// and a percentile answers its middle, so that it is off by at most 0.8 %; minimum, maximum, count and sum
/// are exact. Memory follows the largest value: 14 KB for durations of seconds, less for shorter ones.
/// Histograms merge without loss.
class Histogram {
  public:
    /// Counts a value `weight` times. Negative values count as 0.
    void record(std::int64_t value, std::uint64_t weight = 1) {
        if (weight == 0) return;
        if (value < 0) value = 0;
        const std::size_t bucket = bucketOf(static_cast<std::uint64_t>(value));
        if (bucket >= counts_.size()) counts_.resize(bucket + 1);
        counts_[bucket] += weight;
        count_ += weight;
        sum_ += static_cast<double>(value) * static_cast<double>(weight);
        if (value < min_ || count_ == weight) min_ = value;
        if (value > max_) max_ = value;
    }

    void merge(const Histogram& other);

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

  private:
    static constexpr int kSubBits = 6;
    static constexpr std::uint64_t kSub = std::uint64_t{1} << kSubBits;

    /// Below 64 a bucket per value; above, 64 buckets per power of two.
    static std::size_t bucketOf(std::uint64_t value) noexcept {
        if (value < kSub) return static_cast<std::size_t>(value);
        const int shift = static_cast<int>(std::bit_width(value)) - 1 - kSubBits;
        return static_cast<std::size_t>(kSub * static_cast<std::uint64_t>(shift) + (value >> shift));
    }
    static std::int64_t middleOf(std::size_t bucket) noexcept;

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    double sum_ = 0;
    std::int64_t min_ = 0, max_ = 0;
};

}  // namespace weir::analysis
