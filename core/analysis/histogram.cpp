// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/histogram.h"

#include <algorithm>
#include <cmath>

namespace weir::analysis {

void Histogram::merge(const Histogram& other) {
    if (other.count_ == 0) return;
    if (counts_.size() < other.counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    count_ += other.count_;
    sum_ += other.sum_;
}

std::int64_t Histogram::middleOf(std::size_t bucket) noexcept {
    if (bucket < kSub) return static_cast<std::int64_t>(bucket);
    const int shift = static_cast<int>(bucket / kSub) - 1;
    const std::uint64_t low = (bucket - kSub * static_cast<std::uint64_t>(shift)) << shift;
    return static_cast<std::int64_t>(low + ((std::uint64_t{1} << shift) >> 1));
}

std::int64_t Histogram::percentile(double quantile) const {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
    const std::uint64_t rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    if (rank >= count_) return max_;
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        seen += counts_[bucket];
        if (seen >= rank) return std::clamp(middleOf(bucket), min_, max_);
    }
    return max_;
}

}  // namespace weir::analysis
