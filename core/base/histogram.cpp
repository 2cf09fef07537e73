// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weir {
namespace {

void appendVarint(std::string& out, std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
    out += static_cast<char>(v);
}

bool readVarint(std::string_view& in, std::uint64_t& v) {
    v = 0;
    for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        if (shift == 63 && byte > 1) return false;
        v |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return false;
}

}  // namespace

template <int SubBits>
std::uint64_t& BasicHistogram<SubBits>::slot(std::uint32_t bucket) {
    if (counts_.empty()) {
        first_ = bucket;
        counts_.resize(1);
    } else if (bucket < first_) {
        counts_.insert(counts_.begin(), first_ - bucket, 0);
        first_ = bucket;
    } else if (bucket - first_ >= counts_.size()) {
        counts_.resize(bucket - first_ + 1);
    }
    return counts_[bucket - first_];
}

template <int SubBits>
void BasicHistogram<SubBits>::merge(const BasicHistogram& other) {
    if (other.count_ == 0) return;
    (void)slot(other.first_);
    (void)slot(other.first_ + static_cast<std::uint32_t>(other.counts_.size()) - 1);
    for (std::size_t i = 0; i < other.counts_.size(); ++i) {
        counts_[other.first_ - first_ + i] += other.counts_[i];
    }
    min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    count_ += other.count_;
    sum_ += other.sum_;
}

template <int SubBits>
std::int64_t BasicHistogram<SubBits>::lowOf(std::uint32_t bucket) noexcept {
    if (bucket < kSub) return static_cast<std::int64_t>(bucket);
    const std::uint64_t shift = bucket / kSub - 1;
    const std::uint64_t mantissa = bucket - kSub * shift;
    if (shift >= 63 - SubBits) return std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(mantissa << shift);
}

template <int SubBits>
std::int64_t BasicHistogram<SubBits>::middleOf(std::uint32_t bucket) noexcept {
    if (bucket < kSub) return static_cast<std::int64_t>(bucket);
    const std::uint64_t shift = bucket / kSub - 1;
    return lowOf(bucket) + static_cast<std::int64_t>((std::uint64_t{1} << shift) >> 1);
}

template <int SubBits>
std::int64_t BasicHistogram<SubBits>::percentile(double quantile) const {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
    const std::uint64_t rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    if (rank >= count_) return max_;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= rank) return std::clamp(middleOf(first_ + static_cast<std::uint32_t>(i)), min_, max_);
    }
    return max_;
}

// precision, least, largest, mean; then for each bucket that is not empty how far it stands behind the one
// before, and its count. All numbers but the first are varints (LEB128).
template <int SubBits>
std::string BasicHistogram<SubBits>::encode() const {
    std::string out;
    if (count_ == 0) return out;
    out += static_cast<char>(SubBits);
    appendVarint(out, static_cast<std::uint64_t>(min_));
    appendVarint(out, static_cast<std::uint64_t>(max_));
    // Rounding must not carry it out of the range.
    appendVarint(out, std::clamp(static_cast<std::uint64_t>(std::clamp(mean(), 0.0, 9.2e18)),
                                 static_cast<std::uint64_t>(min_), static_cast<std::uint64_t>(max_)));
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] == 0) continue;
        const auto bucket = first_ + static_cast<std::uint32_t>(i);
        appendVarint(out, bucket - last);
        appendVarint(out, counts_[i]);
        last = bucket;
    }
    return out;
}

template <int SubBits>
std::optional<BasicHistogram<SubBits>> BasicHistogram<SubBits>::decode(std::string_view bytes) {
    BasicHistogram h;
    if (bytes.empty()) return h;
    if (bytes.front() != static_cast<char>(SubBits)) return std::nullopt;
    bytes.remove_prefix(1);
    std::uint64_t min = 0, max = 0, mean = 0;
    if (!readVarint(bytes, min) || !readVarint(bytes, max) || !readVarint(bytes, mean)) return std::nullopt;
    constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
    if (min > max || max > kLargest) return std::nullopt;
    std::uint64_t bucket = 0;
    while (!bytes.empty()) {
        std::uint64_t step = 0, count = 0;
        if (!readVarint(bytes, step) || !readVarint(bytes, count)) return std::nullopt;
        if (step >= kBuckets || count == 0 || count > kLargest - h.count_) return std::nullopt;
        if ((bucket += step) >= kBuckets) return std::nullopt;
        h.slot(static_cast<std::uint32_t>(bucket)) += count;
        h.count_ += count;
    }
    // Large means were once kept as they were rounded: a little beside the range.
    const auto slack = (max >> 48) + 1;
    if (h.count_ == 0 || mean + slack < min || mean > max + slack) return std::nullopt;
    mean = std::clamp(mean, min, max);
    h.min_ = static_cast<std::int64_t>(min);
    h.max_ = static_cast<std::int64_t>(max);
    h.sum_ = static_cast<double>(mean) * static_cast<double>(h.count_);
    return h;
}

template class BasicHistogram<6>;
template class BasicHistogram<4>;

}  // namespace weir
