// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/lane_queue.h"

#include <deque>
#include <utility>

namespace weir::invoke {
namespace {

class PlainQueue final : public LaneQueue {
  public:
    explicit PlainQueue(WireSize wire_size) : wire_size_(std::move(wire_size)) {}

    void push(const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count) override {
        for (std::uint32_t i = 0; i < count; ++i) wire_bytes_ += wire_size_(*chunk, from + i);
        records_ += count;
        if (slices_.empty() || slices_.back().chunk != chunk) memory_ += chunk->bytes();
        slices_.push_back({chunk, from, count});
    }

    Taken take(Batch& batch, std::size_t records, std::size_t bytes) override {
        while (!slices_.empty() && batch.count < records) {
            Slice& head = slices_.front();
            Slice part{head.chunk, head.from, 0};
            bool full = false;
            while (part.count < head.count && batch.count < records) {
                const std::size_t size = wire_size_(*head.chunk, head.from + part.count);
                if (batch.count != 0 && batch.bytes + size > bytes) {
                    full = true;
                    break;
                }
                batch.bytes += size;
                wire_bytes_ -= size;
                ++batch.count;
                ++part.count;
            }
            records_ -= part.count;
            head.from += part.count;
            head.count -= part.count;
            if (part.count != 0) batch.slices.push_back(std::move(part));
            if (head.count == 0) dropHead();
            if (full) return {true, {}};
        }
        return {};
    }

    void release(const Keys& /*keys*/) override {}

    void clear() override {
        slices_.clear();
        records_ = wire_bytes_ = memory_ = 0;
    }

    [[nodiscard]] std::size_t records() const override { return records_; }
    [[nodiscard]] std::size_t available() const override { return records_; }
    [[nodiscard]] std::size_t availableBytes() const override { return wire_bytes_; }
    [[nodiscard]] TimeNs oldest() const override { return slices_.front().chunk->received(); }
    [[nodiscard]] std::size_t memory() const override { return memory_; }

  private:
    void dropHead() {
        const ChunkPtr chunk = std::move(slices_.front().chunk);
        slices_.pop_front();
        if (slices_.empty() || slices_.front().chunk != chunk) memory_ -= chunk->bytes();
    }

    WireSize wire_size_;
    std::deque<Slice> slices_;
    std::size_t records_ = 0;
    std::size_t wire_bytes_ = 0;
    std::size_t memory_ = 0;
};

}  // namespace

std::unique_ptr<LaneQueue> makePlainQueue(WireSize wire_size) {
    return std::make_unique<PlainQueue>(std::move(wire_size));
}

}  // namespace weir::invoke
