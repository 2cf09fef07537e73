// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/republish.h"

#include "base/text.h"
#include "journal/headers_json.h"
#include "journal/session_rows.h"
#include "kafka/metadata.h"
#include "kafka/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace weir::redrive {
namespace {

constexpr int kConnectMs = 10'000;
constexpr int kFlushMs = 100;
constexpr int kStoppedMs = 5'000;
constexpr std::int64_t kPage = 250;
constexpr DurationNs kLook = 100 * kMillisecond;

/// The topics of a session, or the one that is named.
Result<std::vector<std::string>> topicsOf(journal::SessionReader& reader, const std::string& wanted) {
    auto known = reader.topics();
    if (!known) return passOn(known);
    std::vector<std::string> names;
    std::string all;
    for (const journal::TopicRow& t : *known) {
        all += (all.empty() ? "" : ", ") + t.name;
        if (wanted.empty() || t.name == wanted) names.push_back(t.name);
    }
    if (!names.empty()) return names;
    return fail(
        ErrorCode::Usage,
        wanted.empty() ? "The session holds no topics." : fmt::format("The session has no topic {}.", wanted),
        all.empty() ? "" : "It has: " + all + ".");
}

/// Stretches with their partitions, in the order in which they arrived.
std::vector<std::pair<Stretch, std::int32_t>> byArrival(const Selection& selection) {
    std::vector<std::pair<Stretch, std::int32_t>> all;
    for (const Selection::Topic& topic : selection.topics) {
        for (const auto& [partition, stretches] : topic.stretches) {
            for (const Stretch& s : stretches) all.emplace_back(s, partition);
        }
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.first.first_event < b.first.first_event; });
    return all;
}

/// Writes records and counts what the cluster has acknowledged.
class Writer {
  public:
    using Look = std::function<bool(std::int64_t)>;
    Writer(std::unique_ptr<kafka::Producer> producer, Look look, std::int64_t& written)
        : producer_(std::move(producer)), look_(std::move(look)), written_(written) {}

    Status write(const kafka::OutgoingRecord& record) {
        for (;;) {
            auto queued = producer_->produce(record, 0);
            if (!queued) return passOn(queued);
            if (*queued) {
                ++queued_;
                return now() < next_look_ ? Status{} : settle();
            }
            (void)producer_->flush(kFlushMs);  // the queue is full
            if (Status s = settle(); !s) return s;
        }
    }
    /// Waits for an instant.
    Status waitFor(TimeNs due) {
        while (now() < due) {
            (void)producer_->flush(0);
            if (Status s = settle(); !s) return s;
            std::this_thread::sleep_for(
                std::chrono::nanoseconds(std::clamp<DurationNs>(due - now(), 0, kLook)));
        }
        return {};
    }
    /// Waits until all is acknowledged.
    Status finish() {
        while (queued_ > 0) {
            (void)producer_->flush(kFlushMs);
            if (Status s = settle(); !s) return s;
        }
        return {};
    }
    /// What is on its way may still arrive: counts it.
    void giveUp() {
        (void)producer_->flush(kStoppedMs);
        for (const kafka::DeliveryReport& report : producer_->poll()) written_ += report.status ? 1 : 0;
    }

  private:
    Status settle() {
        Status first;
        for (kafka::DeliveryReport& report : producer_->poll()) {
            --queued_;
            if (report.status) {
                ++written_;
            } else if (first) {
                first = std::move(report.status);
            }
        }
        if (!first) return first;
        if (now() < next_look_) return {};
        next_look_ = now() + kLook;
        if (look_(written_)) return {};
        return fail(ErrorCode::Cancelled, "Stopped on request.");
    }

    std::unique_ptr<kafka::Producer> producer_;
    Look look_;
    std::int64_t& written_;
    std::int64_t queued_ = 0;
    TimeNs next_look_ = 0;
};

}  // namespace

Republish::Republish(RepublishPlan plan, std::unique_ptr<journal::SessionReader> reader)
    : plan_(std::move(plan)), reader_(std::move(reader)) {}

Result<std::unique_ptr<Republish>> Republish::prepare(RepublishPlan plan) {
    if (Status s = kafka::checkProperties(plan.cluster.properties); !s) return passOn(s);
    auto reader = journal::SessionReader::open(plan.session);
    if (!reader) return passOn(reader);
    std::unique_ptr<Republish> made(new Republish(std::move(plan), std::move(*reader)));
    RepublishPlan& p = made->plan_;
    auto topics = topicsOf(*made->reader_, p.from);
    if (!topics) return passOn(topics);
    auto selection = select(*made->reader_, *topics, p.filter);
    if (!selection) return passOn(selection);
    std::erase_if(selection->topics, [](const Selection::Topic& t) { return t.stretches.empty(); });
    if (selection->topics.size() > 1) {
        std::string names;
        for (const auto& t : selection->topics) names += (names.empty() ? "" : ", ") + t.name;
        return fail(ErrorCode::Usage, fmt::format("The chosen events are of several topics: {}.", names),
                    "Say which of them is meant.");
    }
    made->selection_ = std::move(*selection);
    const Selection::Topic& source = made->selection_.topics.front();
    p.from = source.name;

    auto cluster = kafka::describeCluster(p.cluster, {p.to}, false, kConnectMs);
    if (!cluster) return passOn(cluster);
    made->partitions_ = static_cast<std::int32_t>(cluster->topics.front().partitions.size());
    const std::int32_t highest = source.stretches.rbegin()->first;
    if (p.placing == Placing::Recorded && highest >= made->partitions_) {
        return fail(ErrorCode::Usage,
                    fmt::format("The topic {} has {} partitions, but events stand in partition {}.", p.to,
                                made->partitions_, highest),
                    "Let the keys choose the partitions, or give the topic as many.");
    }
    return made;
}

Result<std::int64_t> Republish::run(const std::function<bool(const Progress&)>& look) {
    auto producer = kafka::Producer::create(plan_.cluster, {}, {});
    if (!producer) return passOn(producer);
    Writer writer(
        std::move(*producer),
        [&](std::int64_t written) {
            return look(Progress{written, selection_.events});
        },
        written_);
    const TimeNs started = now();
    kafka::OutgoingRecord record;
    record.topic = plan_.to;
    Status status;
    for (const auto& [stretch, partition] : byArrival(selection_)) {
        if (plan_.pace.speed > 0) {
            const auto after = static_cast<double>(stretch.received - selection_.first_at) / plan_.pace.speed;
            status = writer.waitFor(started + static_cast<DurationNs>(std::max(after, 0.0)));
        }
        record.partition = plan_.placing == Placing::Recorded ? partition : -1;
        const std::int64_t first = stretch.first_event.value;
        for (std::int64_t at = 0; status && at < stretch.count(); at += kPage) {
            auto in_use = reader_->file().use();
            if (!in_use) return passOn(in_use);
            Status sent;
            Status read = journal::forEachRow(
                reader_->file(),
                "SELECT timestamp_ns, key, value, headers FROM event WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
                [&](journal::RowReader& row) {
                    const auto timestamp = row.maybeInteger();
                    record.key = row.bytes();
                    record.value = row.bytes();
                    record.headers = journal::parseHeaders(row.textOrEmpty());
                    record.timestamp_ms.reset();
                    if (timestamp && *timestamp > 0) record.timestamp_ms = timestampToMs(*timestamp);
                    if (!row.bad() && sent) sent = writer.write(record);
                },
                first + at, first + std::min(at + kPage, stretch.count()) - 1);
            status = read ? sent : read;
        }
        if (!status) break;
    }
    if (status) status = writer.finish();
    if (status) return written_;
    writer.giveUp();
    return passOn(status);
}

}  // namespace weir::redrive
