// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/session_feed.h"

#include "journal/headers_json.h"
#include "journal/session_rows.h"

#include <algorithm>
#include <utility>

namespace weir::redrive {
namespace {

/// One read of the file for all that is asked of it while this lives: without it each query locks the file
/// and looks at it anew.
class ReadOnce {
  public:
    explicit ReadOnce(sqlite3* db) : db_(db) { (void)journal::sqlite::execute(db_, "BEGIN"); }
    ~ReadOnce() { (void)journal::sqlite::execute(db_, "COMMIT"); }
    ReadOnce(const ReadOnce&) = delete;
    ReadOnce& operator=(const ReadOnce&) = delete;

  private:
    sqlite3* db_;
};

Bytes bytesOf(const std::optional<std::string>& text) {
    return text ? Bytes{text->data(), text->size()} : Bytes{};
}

}  // namespace

SessionFeed::SessionFeed(std::shared_ptr<journal::SessionReader> reader, const Selection& selection,
                         const std::vector<std::string>& topics, Pace pace)
    : reader_(std::move(reader)), pace_(pace), recorded_start_(selection.first_at) {
    for (const Selection::Topic& topic : selection.topics) {
        if (std::find(topics.begin(), topics.end(), topic.name) == topics.end()) continue;
        for (const auto& [partition, stretches] : topic.stretches) {
            partitions_[{topic.name, partition}].stretches = stretches;
        }
    }
}

Status SessionFeed::subscribe(const std::vector<std::string>& /*topics*/) {
    return {};
}
Status SessionFeed::assign(const std::vector<kafka::TopicPartition>& /*partitions*/) {
    return {};
}
Status SessionFeed::assignAt(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& /*offsets*/) {
    return {};
}
Status SessionFeed::commit(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& /*offsets*/) {
    return {};
}
Status SessionFeed::commitNow(const std::vector<std::pair<kafka::TopicPartition, std::int64_t>>& /*offsets*/,
                              int /*timeout_ms*/) {
    return {};
}

/// Back to an offset: what is not among the chosen events is passed over.
Status SessionFeed::seek(const std::vector<std::pair<kafka::TopicPartition, kafka::StartAt>>& targets) {
    using Where = kafka::StartAt::Kind;
    for (const auto& [name, to] : targets) {
        const auto found = partitions_.find(name);
        if (found == partitions_.end()) continue;
        Partition& p = found->second;
        p.announced = false;
        p.at = to.kind == Where::Latest ? p.stretches.size() : 0;
        p.read = 0;
        if (to.kind != Where::Offset) continue;
        while (!p.over() && p.stretches[p.at].last < to.offset) ++p.at;
        if (!p.over()) p.read = std::max<std::int64_t>(to.offset - p.stretches[p.at].first, 0);
    }
    return {};
}

void SessionFeed::start() {
    if (started_ == 0) started_ = now();
}

TimeNs SessionFeed::due(const Partition& p) const {
    if (pace_.speed <= 0 || p.over()) return 0;
    const auto after = static_cast<double>(p.stretches[p.at].received - recorded_start_) / pace_.speed;
    return started_ + static_cast<DurationNs>(std::max(after, 0.0));
}

std::vector<kafka::ConsumerEvent> SessionFeed::poll() {
    start();
    if (std::exchange(assigned_, true)) return {};
    kafka::PartitionsAssigned all;
    for (const auto& [name, p] : partitions_) all.partitions.push_back(name);
    return {std::move(all)};
}

std::vector<kafka::TopicPartition> SessionFeed::takeReady() {
    start();
    std::vector<kafka::TopicPartition> ready;
    const TimeNs at = now();
    for (auto& [name, p] : partitions_) {
        if (p.over() || p.announced || due(p) > at) continue;
        p.announced = true;
        ready.push_back(name);
    }
    return ready;
}

std::optional<TimeNs> SessionFeed::deadline() const {
    std::optional<TimeNs> next;
    for (const auto& [name, p] : partitions_) {
        if (p.over() || p.announced) continue;
        next = next ? std::min(*next, due(p)) : due(p);
    }
    return next;
}

Result<std::size_t> SessionFeed::read(const kafka::TopicPartition& name, RecordChunk& chunk,
                                      std::size_t max_records, std::size_t max_bytes) {
    const auto found = partitions_.find(name);
    if (found == partitions_.end()) return 0;
    Partition& p = found->second;
    p.announced = false;
    std::size_t records = 0;
    std::size_t bytes = 0;
    const TimeNs at = now();
    auto in_use = reader_->file().use();
    if (!in_use) return passOn(in_use);
    const ReadOnce once(reader_->file().handle());
    while (!p.over() && records < max_records && bytes < max_bytes && due(p) <= at) {
        const Stretch& stretch = p.stretches[p.at];
        const std::int64_t left = stretch.count() - p.read;
        const std::int64_t want =
            std::min(left, static_cast<std::int64_t>(std::min<std::size_t>(max_records - records, 250)));
        const std::int64_t from = stretch.first_event.value + p.read;
        std::int64_t taken = 0;
        Status s = journal::forEachRow(
            reader_->file(),
            "SELECT offset, timestamp_ns, timestamp_type, key, value, headers FROM event "
            "WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            [&](journal::RowReader& row) {
                const std::int64_t offset = row.integer();
                const auto timestamp = row.maybeInteger();
                const auto type = row.maybeInteger().value_or(0);
                const auto key = row.bytes();
                const auto value = row.bytes();
                const journal::StoredHeaders stored = journal::parseHeaders(row.textOrEmpty());
                if (row.bad() || bytes >= max_bytes) return;
                row.require(offset == stretch.first + p.read + taken);
                if (row.bad()) return;
                std::vector<Header> headers;
                for (const auto& [header, content] : stored) headers.push_back({header, bytesOf(content)});
                chunk.add(offset, timestamp.value_or(kNoTimestamp),
                          !timestamp  ? TimestampType::None
                          : type == 2 ? TimestampType::LogAppend
                                      : TimestampType::Create,
                          bytesOf(key), bytesOf(value), headers);
                bytes += key.value_or("").size() + value.value_or("").size() + 64;
                ++taken;
            },
            from, from + want - 1);
        if (!s) return passOn(s);
        if (taken == 0) break;  // the bytes are used up
        records += static_cast<std::size_t>(taken);
        p.read += taken;
        if (p.read == stretch.count()) {
            ++p.at;
            p.read = 0;
        }
    }
    // What is due is announced again when it is not wanted now; what is left later, by takeReady().
    return records;
}

std::optional<std::int64_t> SessionFeed::position(const kafka::TopicPartition& name) const {
    const auto found = partitions_.find(name);
    if (found == partitions_.end()) return std::nullopt;
    const Partition& p = found->second;
    return p.over() ? p.stretches.back().last + 1 : p.stretches[p.at].first + p.read;
}

std::optional<std::int64_t> SessionFeed::firstPosition(const kafka::TopicPartition& name) const {
    const auto found = partitions_.find(name);
    if (found == partitions_.end()) return std::nullopt;
    return found->second.stretches.front().first;
}

std::optional<std::int64_t> SessionFeed::highWatermark(const kafka::TopicPartition& name) const {
    const auto found = partitions_.find(name);
    if (found == partitions_.end()) return std::nullopt;
    return found->second.stretches.back().last + 1;
}

}  // namespace weir::redrive
