// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/lane_queue.h"

#include <queue>

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir::invoke {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Numbered places that are used again.
template <typename T>
class Slots {
  public:
    std::uint32_t add(T value) {
        if (free_.empty()) {
            items_.push_back(std::move(value));
            return static_cast<std::uint32_t>(items_.size() - 1);
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        items_[slot] = std::move(value);
        return slot;
    }
    void remove(std::uint32_t slot) {
        items_[slot] = T{};
        free_.push_back(slot);
    }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(items_.size()); }
    T& operator[](std::uint32_t slot) { return items_[slot]; }
    const T& operator[](std::uint32_t slot) const { return items_[slot]; }

  private:
    std::vector<T> items_;
    std::vector<std::uint32_t> free_;
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

/// A list of records per key. Keys that no batch holds stand in a heap by the offset of their first record;
/// an entry that does not fit its key any more is stale and dropped when it comes to the top.
class KeyQueue final : public LaneQueue {
  public:
    explicit KeyQueue(WireSize wire_size) : wire_size_(std::move(wire_size)) {}

    void push(const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count) override {
        if (count == 0) return;
        const std::uint32_t part = parts_.add({chunk, count});
        memory_ += chunk->bytes();
        for (std::uint32_t i = from; i < from + count; ++i) add(part, *chunk, i);
    }

    Taken take(Batch& batch, std::size_t records, std::size_t bytes) override {
        Taken taken;
        while (batch.count < records && !ready_.empty()) {
            const std::uint32_t key = ready_.top().key;
            Key& k = keys_[key];
            const Waiting& head = waiting_[k.head];
            if (batch.count != 0 && batch.bytes + head.wire_bytes > bytes) {
                taken.full = true;
                break;
            }
            if (!std::exchange(k.in_batch, true)) taken.keys.push_back(key);
            ready_.pop();
            append(batch, parts_[head.part].chunk, head.index, head.wire_bytes);
            --available_;
            available_bytes_ -= head.wire_bytes;
            dropHead(k);
            if (k.head != kNone) ready_.push({offsetOf(k.head), key});
            dropStale();
        }
        for (const std::uint32_t key : taken.keys) {
            Key& k = keys_[key];
            k.in_batch = false;
            k.held = true;
            available_ -= k.records;
            available_bytes_ -= k.wire_bytes;
        }
        dropStale();
        return taken;
    }

    void release(const Keys& keys) override {
        for (const std::uint32_t key : keys) {
            Key& k = keys_[key];
            k.held = false;
            if (k.head == kNone) {
                forget(key);
                continue;
            }
            available_ += k.records;
            available_bytes_ += k.wire_bytes;
            ready_.push({offsetOf(k.head), key});
        }
        dropStale();
    }

    void clear() override {
        for (std::uint32_t key = 0; key < keys_.size(); ++key) {
            Key& k = keys_[key];
            if (k.head == kNone) continue;
            while (k.head != kNone) dropHead(k);
            if (!k.held) forget(key);
        }
        ready_ = {};
        available_ = available_bytes_ = 0;
    }

    [[nodiscard]] std::size_t records() const override { return records_; }
    [[nodiscard]] std::size_t available() const override { return available_; }
    [[nodiscard]] std::size_t availableBytes() const override { return available_bytes_; }
    [[nodiscard]] TimeNs oldest() const override {
        return parts_[waiting_[keys_[ready_.top().key].head].part].chunk->received();
    }
    [[nodiscard]] std::size_t memory() const override { return memory_; }

  private:
    /// What is left of a chunk in this queue.
    struct Part {
        ChunkPtr chunk;
        std::uint32_t waiting = 0;
    };
    struct Waiting {
        std::size_t wire_bytes = 0;
        std::uint32_t part = 0;
        std::uint32_t index = 0;  // in the chunk
        std::uint32_t next = kNone;
    };
    struct Key {
        const std::string* name = nullptr;  // of by_name_; none: a record without a key
        std::uint32_t head = kNone, tail = kNone;
        std::size_t records = 0, wire_bytes = 0;
        bool held = false;
        bool in_batch = false;  // only while take() runs
    };
    struct Ready {
        std::int64_t offset = 0;
        std::uint32_t key = 0;
        bool operator>(const Ready& other) const { return offset > other.offset; }
    };

    void add(std::uint32_t part, const RecordChunk& chunk, std::uint32_t index) {
        const std::size_t wire_bytes = wire_size_(chunk, index);
        const std::uint32_t key = keyOf(chunk.key(index));
        Key& k = keys_[key];
        const std::uint32_t node = waiting_.add({wire_bytes, part, index, kNone});
        const bool first = k.head == kNone;
        (first ? k.head : waiting_[k.tail].next) = node;
        k.tail = node;
        ++k.records;
        k.wire_bytes += wire_bytes;
        ++records_;
        if (k.held) return;
        ++available_;
        available_bytes_ += wire_bytes;
        if (first) ready_.push({chunk[index].offset, key});
    }

    std::uint32_t keyOf(Bytes name) {
        if (name.isNull()) return keys_.add({});
        if (const auto found = by_name_.find(name.view()); found != by_name_.end()) return found->second;
        const auto added = by_name_.emplace(std::string(name.view()), kNone).first;
        Key key;
        key.name = &added->first;
        return added->second = keys_.add(key);
    }

    void forget(std::uint32_t key) {
        if (keys_[key].name != nullptr) by_name_.erase(by_name_.find(*keys_[key].name));
        keys_.remove(key);
    }

    [[nodiscard]] std::int64_t offsetOf(std::uint32_t node) const {
        const Waiting& w = waiting_[node];
        return (*parts_[w.part].chunk)[w.index].offset;
    }

    /// Takes the first record of a key out of the queue.
    void dropHead(Key& k) {
        const std::uint32_t node = k.head;
        const Waiting w = waiting_[node];
        k.head = w.next;
        --k.records;
        k.wire_bytes -= w.wire_bytes;
        --records_;
        waiting_.remove(node);
        Part& part = parts_[w.part];
        if (--part.waiting == 0) {
            memory_ -= part.chunk->bytes();
            parts_.remove(w.part);
        }
    }

    void dropStale() {
        while (!ready_.empty()) {
            const Ready& top = ready_.top();
            const Key& k = keys_[top.key];
            if (!k.held && k.head != kNone && offsetOf(k.head) == top.offset) return;
            ready_.pop();
        }
    }

    WireSize wire_size_;
    Slots<Part> parts_;
    Slots<Waiting> waiting_;
    Slots<Key> keys_;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> by_name_;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready_;
    std::size_t records_ = 0;
    std::size_t available_ = 0, available_bytes_ = 0;
    std::size_t memory_ = 0;
};

}  // namespace

std::unique_ptr<LaneQueue> makeKeyQueue(WireSize wire_size) {
    return std::make_unique<KeyQueue>(std::move(wire_size));
}

}  // namespace weir::invoke
