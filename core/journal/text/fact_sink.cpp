// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_sink.h"

#include <utility>

namespace weir::journal {
namespace {

constexpr std::uint32_t kMostRecords = 4096;
constexpr std::size_t kMostBytes = 1 << 20;

}  // namespace

RecordChunk& RecordGatherer::chunkFor(TimeNs at, TopicId topic, std::int32_t partition, std::int64_t offset,
                                      EventId id, std::size_t bytes) {
    const bool goes_on = open_ && open_->received() == at && open_->topic() == topic &&
                         open_->partition() == partition && offset > last_offset_ &&
                         open_->size() < kMostRecords && bytes_ + bytes <= kMostBytes;
    if (!goes_on) {
        flush();
        open_ = std::make_shared<RecordChunk>(topic, partition);
        open_->setReceived(at);
        open_->setFirstEvent(id);
        bytes_ = 0;
    }
    last_offset_ = offset;
    bytes_ += bytes;
    return *open_;
}

void RecordGatherer::put(TimeNs at, facts::Body body) {
    flush();
    next_.put(at, std::move(body));
}

void RecordGatherer::flush() {
    if (!open_) return;
    const TimeNs at = open_->received();
    next_.put(at, facts::Records{std::move(open_)});
    open_.reset();
}

}  // namespace weir::journal
