// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "kafka/metadata.h"
#include "kafka/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::invoke {

/// What a range of history reads of one partition: offsets from `from` up to, without, `to`. It may be empty.
struct RangePart {
    std::int32_t partition = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// Turns the bounds of a range into offsets, within what each partition holds now: a bound before the first
/// record counts as the first, one behind the last as the end. Asks the cluster when a bound is a time, which
/// takes up to about ten seconds. A partition that the topic does not have is an error.
Result<std::vector<RangePart>> resolveRange(const flow::RangeSource& range, const kafka::TopicInfo& topic,
                                            const kafka::ClusterSettings& cluster, bool embedded);

/// For people: `bids/0 from 3 up to 17, bids/1 from 0 up to 9`.
[[nodiscard]] std::string rangeText(const std::string& topic, const std::vector<RangePart>& parts);

}  // namespace weir::invoke
