// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/recorded_batches.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace weir::invoke {
namespace {

class RecordedQueue final : public LaneQueue {
  public:
    RecordedQueue(WireSize wire_size, std::shared_ptr<const RecordedBatches> batches, bool by_key)
        : wire_size_(std::move(wire_size)), plan_(std::move(batches)), by_key_(by_key) {}

    void push(const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count) override {
        if (count == 0) return;
        if (parts_.empty() || parts_.back().chunk != chunk) {
            parts_.push_back({chunk, 0});
            memory_ += chunk->bytes();
        }
        const std::size_t part = parts_begin_ + parts_.size() - 1;
        parts_.back().waiting += count;
        for (std::uint32_t i = from; i < from + count; ++i) waiting_.push_back({(*chunk)[i].offset, part, i});
        records_ += count;
        reached_ = waiting_.back().offset;
        look();
    }

    Taken take(Batch& batch, std::size_t /*records*/, std::size_t /*bytes*/) override {
        Taken taken;
        std::set<std::string_view> names;
        forHead([&](Waiting& w) {
            const ChunkPtr chunk = home(w).chunk;
            append(batch, chunk, w.index, wire_size_(*chunk, w.index));
            if (const Bytes key = chunk->key(w.index); by_key_ && !key.isNull()) names.insert(key.view());
            w.taken = true;
            --home(w).waiting;
            --records_;
        });
        for (const std::string_view name : names) taken.keys.push_back(hold(name));
        dropTaken();
        ++at_;
        look();
        return taken;
    }

    void release(const Keys& keys) override {
        for (const std::uint32_t key : keys) held_.erase(numbers_.extract(key).mapped());
        look();
    }

    void clear() override {
        waiting_.clear();
        parts_begin_ += parts_.size();
        parts_.clear();
        records_ = memory_ = available_ = available_bytes_ = 0;
    }

    [[nodiscard]] std::size_t records() const override { return records_; }
    [[nodiscard]] std::size_t available() const override { return available_; }
    [[nodiscard]] std::size_t availableBytes() const override { return available_bytes_; }
    [[nodiscard]] TimeNs oldest() const override { return parts_.front().chunk->received(); }
    [[nodiscard]] std::size_t memory() const override { return memory_; }
    [[nodiscard]] bool starved() const override {
        return at_ < plan_->batches.size() && reached_ < head_last_;
    }
    [[nodiscard]] std::optional<facts::ClosedBy> closed() const override {
        if (available_ == 0) return std::nullopt;
        return plan_->batches[at_].closed_by;
    }

  private:
    struct Part {
        ChunkPtr chunk;
        std::size_t waiting = 0;
    };
    struct Waiting {
        std::int64_t offset = 0;
        std::size_t part = 0;  // number, counted from the first there ever was
        std::uint32_t index = 0;
        bool taken = false;
    };

    Part& home(const Waiting& w) { return parts_[w.part - parts_begin_]; }

    /// Calls `visit` for the records of the next batch that are here.
    template <typename Visit>
    void forHead(const Visit& visit) {
        const std::size_t begin = at_ == 0 ? 0 : plan_->batches[at_ - 1].runs_end;
        for (std::size_t r = begin; r < plan_->batches[at_].runs_end; ++r) {
            const RecordedBatches::Run& run = plan_->runs[r];
            auto w =
                std::lower_bound(waiting_.begin(), waiting_.end(), run.first,
                                 [](const Waiting& x, std::int64_t offset) { return x.offset < offset; });
            for (; w != waiting_.end() && w->offset <= run.last; ++w) {
                if (!w->taken) visit(*w);
            }
        }
    }

    /// Moves on to the next batch of which something is here or may come, and sees whether it may be sent.
    void look() {
        available_ = available_bytes_ = 0;
        for (; at_ < plan_->batches.size(); ++at_) {
            const std::size_t begin = at_ == 0 ? 0 : plan_->batches[at_ - 1].runs_end;
            head_last_ = -1;
            for (std::size_t r = begin; r < plan_->batches[at_].runs_end; ++r) {
                head_last_ = std::max(head_last_, plan_->runs[r].last);
            }
            if (reached_ < head_last_) return;
            std::size_t count = 0, bytes = 0;
            bool held = false;
            forHead([&](const Waiting& w) {
                const RecordChunk& chunk = *home(w).chunk;
                ++count;
                bytes += wire_size_(chunk, w.index);
                const Bytes key = chunk.key(w.index);
                held = held || (by_key_ && !key.isNull() && held_.contains(key.view()));
            });
            if (count == 0) continue;
            if (held) return;
            available_ = count;
            available_bytes_ = bytes;
            return;
        }
    }

    std::uint32_t hold(std::string_view name) {
        const auto [at, added] = held_.emplace(name);
        numbers_.emplace(++newest_, at);
        return newest_;
    }

    void dropTaken() {
        while (!waiting_.empty() && waiting_.front().taken) waiting_.pop_front();
        while (!parts_.empty() && parts_.front().waiting == 0) {
            memory_ -= parts_.front().chunk->bytes();
            parts_.pop_front();
            ++parts_begin_;
        }
    }

    using Held = std::set<std::string, std::less<>>;

    WireSize wire_size_;
    std::shared_ptr<const RecordedBatches> plan_;
    const bool by_key_;
    std::deque<Waiting> waiting_;  // rising offsets
    std::deque<Part> parts_;
    std::size_t parts_begin_ = 0;
    std::size_t at_ = 0;           // the next batch
    std::int64_t head_last_ = -1;  // its highest offset
    std::int64_t reached_ = -1;    // the highest offset that came
    std::size_t records_ = 0, memory_ = 0;
    std::size_t available_ = 0, available_bytes_ = 0;
    Held held_;  // keys of batches that are out: no two have the same
    std::map<std::uint32_t, Held::iterator> numbers_;
    std::uint32_t newest_ = 0;
};

}  // namespace

std::unique_ptr<LaneQueue> makeRecordedQueue(WireSize wire_size,
                                             std::shared_ptr<const RecordedBatches> batches, bool by_key) {
    return std::make_unique<RecordedQueue>(std::move(wire_size), std::move(batches), by_key);
}

}  // namespace weir::invoke
