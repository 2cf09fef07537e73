// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/partition_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::kafka {
namespace {

constexpr std::size_t kBatch = 512;  // messages taken out of the queue at once

void onData(rd_kafka_t*, void* opaque) {
    const auto* note = static_cast<std::pair<ReadySet*, TopicPartition>*>(opaque);
    note->first->note(note->second);
}

Bytes bytesOf(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

std::size_t sizeOf(const rd_kafka_message_t& message) {
    return message.len + message.key_len;
}

TimestampType typeOf(rd_kafka_timestamp_type_t type) {
    switch (type) {
        case RD_KAFKA_TIMESTAMP_CREATE_TIME:
            return TimestampType::Create;
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
            return TimestampType::LogAppend;
        case RD_KAFKA_TIMESTAMP_NOT_AVAILABLE:
            break;
    }
    return TimestampType::None;
}

bool isBrokenRecord(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR__BAD_MSG || code == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
           code == RD_KAFKA_RESP_ERR_INVALID_MSG || code == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED;
}

}  // namespace

PartitionReader::PartitionReader(rd_kafka_t& client, TopicPartition partition, QueueLimits limits,
                                 ReadySet& ready)
    : partition_(std::move(partition)),
      limits_(limits),
      ready_(ready),
      note_(&ready, partition_),
      queue_(rd_kafka_queue_get_partition(&client, partition_.topic.c_str(), partition_.partition)),
      buffer_(kBatch) {
    taken_.reserve(kBatch);
    if (!queue_) return;  // the topic name is impossible; librdkafka reports it when it is assigned
    rd_kafka_queue_forward(queue_.get(), nullptr);
    do fill();  // what an earlier assignment left: it would hide that the queue fills again
    while (!taken_.empty());
    rd_kafka_queue_cb_event_enable(queue_.get(), onData, &note_);
}

PartitionReader::~PartitionReader() {
    if (queue_) rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
}

std::size_t PartitionReader::queued() const {
    return queue_ ? rd_kafka_queue_length(queue_.get()) : 0;
}

bool PartitionReader::hasData() const {
    return next_ < taken_.size() || !record_errors_.empty() || queued() > 0;
}

bool PartitionReader::isOver(std::size_t percent) const {
    const std::size_t records = queued();
    return records * 100 >= limits_.records * percent ||
           records * mean_size_ * 100 >= limits_.bytes * percent;
}

void PartitionReader::watchQueue() {
    if (isOver(75)) {
        was_full_ = true;
    } else if (was_full_ && !isOver(50)) {
        was_full_ = false;
        wants_wake_up_ = true;
    }
}

Result<std::size_t> PartitionReader::read(RecordChunk& chunk, std::size_t max_records,
                                          std::size_t max_bytes) {
    if (!record_errors_.empty()) {
        Error error = std::move(record_errors_.front());
        record_errors_.pop_front();
        return tl::unexpected(std::move(error));
    }
    watchQueue();
    if (chunk.empty()) reserve(chunk, max_records, max_bytes);

    std::size_t records = 0;
    std::size_t bytes = 0;
    while (records < max_records && (bytes < max_bytes || records == 0)) {
        if (next_ == taken_.size()) fill();
        if (next_ == taken_.size()) break;
        const rd_kafka_message_t& message = *taken_[next_];
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            if (isBrokenRecord(message.err) && records > 0) break;  // first what stands before it
            noteProblem(message);
            taken_[next_++].reset();
            if (!record_errors_.empty()) return read(chunk, 0, 0);
            continue;
        }
        add(message, chunk);
        bytes += sizeOf(message);
        ++records;
        taken_[next_++].reset();
    }
    if (records > 0) mean_size_ = (mean_size_ * 3 + std::max<std::size_t>(bytes / records, 1)) / 4 + 1;
    watchQueue();
    if (hasData()) ready_.add(partition_);
    return records;
}

void PartitionReader::reserve(RecordChunk& chunk, std::size_t max_records, std::size_t max_bytes) const {
    const std::size_t records = std::min(max_records, queued() + taken_.size() - next_);
    if (records > 0) chunk.reserve(records, std::min(max_bytes, records * mean_size_));
}

void PartitionReader::fill() {
    taken_.clear();
    next_ = 0;
    if (!queue_) return;
    const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), 0, buffer_.data(), buffer_.size());
    for (ssize_t i = 0; i < count; ++i) taken_.emplace_back(buffer_[static_cast<std::size_t>(i)]);
}

void PartitionReader::add(const rd_kafka_message_t& message, RecordChunk& chunk) {
    headers_.clear();
    rd_kafka_headers_t* list = nullptr;
    if (rd_kafka_message_headers(&message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0;
             rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
            headers_.push_back({name, bytesOf(value, size)});
        }
    }
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
    chunk.add(message.offset, timestampFromMs(timestamp), typeOf(type), bytesOf(message.key, message.key_len),
              bytesOf(message.payload, message.len), headers_);
    if (!first_position_) first_position_ = message.offset;
    position_ = message.offset + 1;
}

void PartitionReader::noteProblem(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        moveTo(message.offset);
        return;
    }
    const char* text = rd_kafka_message_errstr(&message);
    const ClientError error{message.err, text == nullptr ? "" : text};
    if (isBrokenRecord(message.err)) {
        record_errors_.push_back(translate(error, fmt::format("{}/{} near offset {}", partition_.topic,
                                                              partition_.partition, message.offset)));
        return;
    }
    errors_.push_back(error);
}

void PartitionReader::moveTo(std::int64_t offset) {
    if (offset < 0) return;
    if (!first_position_) first_position_ = offset;
    if (!position_ || *position_ < offset) position_ = offset;
}

}  // namespace weir::kafka
