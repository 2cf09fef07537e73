// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a session once more, from its rows: for a session whose writer was killed, for one that an
// older Weir wrote, and to prove those that were kept.
#include "journal/rollup_book.h"
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

#include <queue>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace weir::journal {
namespace {

using facts::EventRun;
using facts::Fact;
using facts::Outcome;

constexpr std::int64_t kPage = 4096;
constexpr std::int64_t kSane = std::int64_t{1} << 62;

/// The order of facts at one instant. The end of a call that took no time follows its own start.
enum Rank {
    kTrigger,
    kRecords,
    kInstance,
    kReady,
    kEnd,
    kSkip,
    kBatch,
    kStart,
    kEndOfNoTime,
    kOutput,
    kFinding
};

struct Ranked {
    Rank rank = kTrigger;
    Fact fact;

    [[nodiscard]] auto key() const { return std::tie(fact.at, rank); }
};
struct Later {
    bool operator()(const Ranked& a, const Ranked& b) const { return a.key() > b.key(); }
};

/// Rows of one table as facts, in the order of their time, a page at a time.
struct Feed {
    std::function<Status(Feed&)> more;  ///< appends to `facts`, or sets `done`
    std::vector<Ranked> facts = {};
    std::size_t at = 0;
    bool done = false;
    std::int64_t next_id = 1;

    /// Goes on to the next id; the page was the last one when it was short.
    void turn(std::int64_t rows, std::int64_t last_id) {
        if (rows < kPage) done = true;
        next_id = last_id + 1;
    }
    void push(Rank rank, TimeNs time, facts::Body body) { facts.push_back({rank, {time, std::move(body)}}); }
};

class Recount {
  public:
    Recount(SessionFile& file, RollupSink& sink) : file_(file), book_(sink, {}) {}

    Status run();

  private:
    Status load(Feed& feed) const;
    template <typename Read, typename... Args>
    Status rows(const char* sql, const Read& read, const Args&... args) {
        return forEachRow(file_, sql, read, args...);
    }

    Status triggers(Feed& feed);
    Status arrivals(Feed& feed);
    Status instances(Feed& feed);
    Status batches(Feed& feed);
    Status invocations(Feed& feed);
    Status outputs(Feed& feed);
    Status skips(Feed& feed);
    Status readRuns(const char* sql, std::int64_t first, std::int64_t last);

    SessionFile& file_;
    RollupBook book_;
    std::priority_queue<Ranked, std::vector<Ranked>, Later> ends_;
    struct OwnedRun {
        std::int64_t owner = 0;
        EventRun run;
        bool failed = false;
    };
    std::vector<OwnedRun> runs_;  ///< of a page of invocations or batches, by owner
};

Status Recount::load(Feed& feed) const {
    while (!feed.done && feed.at == feed.facts.size()) {
        feed.facts.clear();
        feed.at = 0;
        if (Status s = feed.more(feed); !s) return s;
    }
    return {};
}

Status Recount::run() {
    std::vector<Feed> feeds;
    for (const auto method : {&Recount::triggers, &Recount::arrivals, &Recount::instances, &Recount::batches,
                              &Recount::invocations, &Recount::outputs, &Recount::skips}) {
        feeds.push_back({[this, method](Feed& feed) { return (this->*method)(feed); }});
    }
    for (;;) {
        Feed* first = nullptr;
        for (Feed& feed : feeds) {
            if (Status s = load(feed); !s) return s;
            if (feed.at == feed.facts.size()) continue;
            if (first == nullptr || feed.facts[feed.at].key() < first->facts[first->at].key()) first = &feed;
        }
        const bool end_first =
            !ends_.empty() && (first == nullptr || ends_.top().key() < first->facts[first->at].key());
        if (first == nullptr && !end_first) break;
        const Fact& fact = end_first ? ends_.top().fact : first->facts[first->at].fact;
        book_.add(fact);
        if (end_first) {
            ends_.pop();
        } else {
            ++first->at;
        }
    }
    book_.handOut();
    return {};
}

Status Recount::triggers(Feed& feed) {
    feed.done = true;
    std::vector<std::pair<std::int64_t, facts::Trigger>> all;
    Status s = rows("SELECT id, function_id FROM trigger ORDER BY id", [&](RowReader& row) {
        facts::Trigger t;
        t.id = row.id<TriggerId>();
        t.function = row.id<FunctionId>();
        all.emplace_back(t.id.value, std::move(t));
    });
    if (!s) return s;
    s = rows("SELECT trigger_id, topic_id FROM trigger_topic ORDER BY trigger_id, position",
             [&](RowReader& row) {
                 const std::int64_t id = row.integer();
                 const auto topic = row.id<TopicId>();
                 for (auto& [own, trigger] : all) {
                     if (own == id) trigger.topics.push_back(topic);
                 }
             });
    for (auto& [id, trigger] : all) feed.push(kTrigger, 0, std::move(trigger));
    return s;
}

/// The records of a run are read for their timestamps; their bytes stay where they are.
Status Recount::arrivals(Feed& feed) {
    struct Run {
        TopicId topic;
        std::int32_t partition = 0;
        std::int64_t first = 0, last = 0, event = 0;
        TimeNs at = 0;
        bool recorded = false;
    };
    std::vector<Run> page;
    std::int64_t last_id = 0;
    Status s = rows(
        "SELECT id, topic_id, partition, first_offset, last_offset, first_event_id, received_ns, value_bytes "
        "FROM event_run WHERE id >= ?1 ORDER BY id LIMIT ?2",
        [&](RowReader& row) {
            last_id = row.integer();
            Run r;
            r.topic = row.id<TopicId>();
            r.partition = row.int32();
            r.first = row.integer();
            r.last = row.integer();
            r.event = row.integer();
            r.at = row.time();
            r.recorded = row.maybeInteger().has_value();
            row.require(r.first >= 0 && r.last >= r.first && r.last < kSane && r.event > 0 &&
                        r.event < kSane);
            page.push_back(r);
        },
        feed.next_id, kPage);
    if (!s) return s;
    for (const Run& r : page) {
        if (!r.recorded) {
            feed.push(kRecords, r.at,
                      facts::Unrecorded{{r.topic, r.partition, r.first, r.last, EventId{r.event}}});
            continue;
        }
        auto chunk = std::make_shared<RecordChunk>(r.topic, r.partition);
        s = rows(
            "SELECT offset, timestamp_ns, size FROM event WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            [&](RowReader& row) {
                const std::int64_t offset = row.integer();
                row.require(offset >= r.first && offset <= r.last);
                const auto timestamp = row.maybeInteger();
                const auto size = row.maybeInteger();
                if (row.bad() || (!chunk->empty() && (*chunk)[chunk->size() - 1].offset >= offset)) return;
                chunk->add(offset, timestamp.value_or(kNoTimestamp), TimestampType::None, {}, {}, {});
                chunk->setKnown(ValueKnown::Nothing, size.value_or(-1));
            },
            r.event, r.event + (r.last - r.first));
        if (!s) return s;
        if (chunk->empty()) continue;
        chunk->setFirstEvent(EventId{r.event});
        feed.push(kRecords, r.at, facts::Records{std::move(chunk)});
    }
    feed.turn(static_cast<std::int64_t>(page.size()), last_id);
    return {};
}

Status Recount::instances(Feed& feed) {
    feed.done = true;
    Status s = rows("SELECT id, function_id, started_ns, ready_ns, ended_ns FROM instance ORDER BY id",
                    [&](RowReader& row) {
                        facts::Instance i;
                        i.id = row.id<InstanceId>();
                        i.function = row.id<FunctionId>();
                        const auto started = row.maybeTime();
                        const auto ready = row.maybeTime();
                        const auto ended = row.maybeTime();
                        const InstanceId id = i.id;
                        i.declared = started.has_value();
                        feed.push(kInstance, started.value_or(0), std::move(i));
                        if (ready) feed.push(kReady, *ready, facts::InstanceReady{id});
                        if (ended) feed.push(kOutput, *ended, facts::InstanceEnd{id, {}, {}});
                    });
    std::stable_sort(feed.facts.begin(), feed.facts.end(),
                     [](const Ranked& a, const Ranked& b) { return a.key() < b.key(); });
    return s;
}

Status Recount::readRuns(const char* sql, std::int64_t first, std::int64_t last) {
    runs_.clear();
    return rows(
        sql,
        [&](RowReader& row) {
            OwnedRun r;
            r.owner = row.integer();
            r.run.first_event = row.id<EventId>();
            const std::int64_t last_event = row.integer();
            const auto outcome = row.maybeWord(Outcome::Abandoned);
            r.failed = outcome && *outcome != Outcome::Success;
            const auto topic = row.maybeInteger();
            if (!topic) return;  // pruned
            r.run.topic = TopicId{*topic};
            r.run.partition = row.int32();
            r.run.first = row.integer();
            const std::int64_t more = last_event - r.run.first_event.value;
            row.require(r.run.first >= 0 && r.run.first < kSane && more >= 0 && more < kSane);
            r.run.last = r.run.first + more;
            runs_.push_back(r);
        },
        first, last);
}

Status Recount::batches(Feed& feed) {
    std::vector<std::pair<std::optional<TimeNs>, facts::Batch>> page;
    Status s = rows(
        "SELECT id, trigger_id, at_ns FROM batch WHERE id >= ?1 ORDER BY id LIMIT ?2",
        [&](RowReader& row) {
            facts::Batch b;
            b.id = row.id<BatchId>();
            b.trigger = row.id<TriggerId>();
            const auto at = row.maybeTime();
            b.declared = at.has_value();
            page.emplace_back(at, std::move(b));
        },
        feed.next_id, kPage);
    if (!s || page.empty()) {
        feed.done = true;
        return s;
    }
    const std::int64_t last = page.back().second.id.value;
    s = readRuns(
        "SELECT r.batch_id, r.first_event_id, r.last_event_id, NULL, e.topic_id, e.partition, e.offset "
        "FROM batch_run AS r LEFT JOIN event AS e ON e.id = r.first_event_id "
        "WHERE r.batch_id BETWEEN ?1 AND ?2 ORDER BY r.batch_id, r.position",
        page.front().second.id.value, last);
    if (!s) return s;
    auto run = runs_.begin();
    TimeNs at = 0;
    for (auto& [own_at, batch] : page) {
        for (; run != runs_.end() && run->owner <= batch.id.value; ++run) batch.events.push_back(run->run);
        at = own_at.value_or(at);
        feed.push(kBatch, at, std::move(batch));
    }
    feed.turn(static_cast<std::int64_t>(page.size()), last);
    return {};
}

Status Recount::invocations(Feed& feed) {
    struct Row {
        facts::Start start;
        std::optional<TimeNs> from, to;
        std::optional<Outcome> outcome;
    };
    std::vector<Row> page;
    Status s = rows(
        "SELECT id, function_id, instance_id, batch_id, attempt, cold, split_of, start_ns, end_ns, outcome "
        "FROM invocation WHERE id >= ?1 ORDER BY id LIMIT ?2",
        [&](RowReader& row) {
            Row r;
            r.start.id = row.id<InvocationId>();
            r.start.function = row.id<FunctionId>();
            r.start.instance = row.id<InstanceId>();
            r.start.batch = row.id<BatchId>();
            r.start.attempt = row.int32();
            r.start.cold = row.flag();
            r.start.split_of = row.id<InvocationId>();
            r.from = row.maybeTime();
            r.to = row.maybeTime();
            r.outcome = row.maybeWord(Outcome::Abandoned);
            row.require(r.from || r.to);
            page.push_back(std::move(r));
        },
        feed.next_id, kPage);
    if (!s || page.empty()) {
        feed.done = true;
        return s;
    }
    const std::int64_t last = page.back().start.id.value;
    s = readRuns(
        "SELECT r.invocation_id, r.first_event_id, r.last_event_id, r.outcome, e.topic_id, e.partition, "
        "e.offset FROM delivery_run AS r LEFT JOIN event AS e ON e.id = r.first_event_id "
        "WHERE r.invocation_id BETWEEN ?1 AND ?2 ORDER BY r.invocation_id, r.position",
        page.front().start.id.value, last);
    if (!s) return s;
    auto run = runs_.begin();
    for (Row& r : page) {
        facts::End end{r.start.id, r.outcome.value_or(Outcome::Abandoned), {}, {}};
        for (; run != runs_.end() && run->owner <= r.start.id.value; ++run) {
            r.start.events.push_back(run->run);
            if (run->failed) end.failed.push_back(run->run);
        }
        if (!r.from) {
            feed.push(kStart, *r.to,
                      facts::Observed{r.start.id, r.start.function, std::move(r.start.events)});
            continue;
        }
        if (r.to && r.outcome) {
            ends_.push({*r.to == *r.from ? kEndOfNoTime : kEnd, {*r.to, std::move(end)}});
        }
        feed.push(kStart, *r.from, std::move(r.start));
    }
    feed.turn(static_cast<std::int64_t>(page.size()), last);
    return {};
}

Status Recount::outputs(Feed& feed) {
    std::int64_t count = 0, last = 0;
    Status s = rows(
        "SELECT id, invocation_id, topic_id, partition, offset, at_ns FROM output "
        "WHERE id >= ?1 ORDER BY id LIMIT ?2",
        [&](RowReader& row) {
            ++count;
            last = row.integer();
            facts::Output o;
            o.invocation = row.id<InvocationId>();
            o.topic = row.id<TopicId>();
            o.partition = row.int32();
            o.offset = row.integer();
            const TimeNs at = row.time();
            feed.push(kOutput, at, std::move(o));
        },
        feed.next_id, kPage);
    feed.turn(count, last);
    return s;
}

Status Recount::skips(Feed& feed) {
    std::int64_t count = 0, last = 0;
    Status s = rows(
        "SELECT id, function_id, topic_id, partition, first_offset, last_offset, at_ns FROM skip "
        "WHERE id >= ?1 ORDER BY id LIMIT ?2",
        [&](RowReader& row) {
            ++count;
            last = row.integer();
            facts::Skip skip;
            skip.function = row.id<FunctionId>();
            skip.events.topic = row.id<TopicId>();
            skip.events.partition = row.int32();
            skip.events.first = row.integer();
            skip.events.last = row.integer();
            const TimeNs at = row.time();
            row.require(skip.events.first >= 0 && skip.events.last >= skip.events.first &&
                        skip.events.last < kSane);
            feed.push(kSkip, at, skip);
        },
        feed.next_id, kPage);
    feed.turn(count, last);
    return s;
}

}  // namespace

Status SessionReader::recount(RollupSink& sink) {
    auto in_use = impl_->file->use();
    if (!in_use) return passOn(in_use);
    return Recount(*impl_->file, sink).run();
}

}  // namespace weir::journal
