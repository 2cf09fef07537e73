// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/consumer.h"

#include "kafka/client.h"
#include "kafka/helper_thread.h"
#include "kafka/metadata.h"
#include "kafka/partition_reader.h"
#include "kafka/start_offsets.h"
#include "kafka/topic_check.h"
#include "kafka/trouble.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

namespace weir::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kAskTimeoutMs = 1000;  // of questions on the helper thread; close() may wait that long
constexpr int kSubscribeTimeoutMs = 10'000;
constexpr auto kLookAround = 100ms;  // how often takeReady() looks for itself
constexpr auto kCloseWithin = 5s;
constexpr auto kAskAgain = 300ms;  // after a question that was not answered

// librdkafka needs a group's name even when nobody joins or commits.
constexpr const char* kNoGroup = "weir-observer";

// Larger than any record, smaller than what a TLS alert looks like when it is read as a length (0x15030000).
constexpr const char* kMostBytesOfAnswer = "300000000";

/// librdkafka's limits hold per partition, because each has a queue of its own. What it spends on a record
/// beyond the value counts too, or small records would take many times the budget.
QueueLimits limitsFor(std::size_t prefetch_bytes, std::size_t partitions) {
    constexpr std::size_t kRecordOverhead = 400;
    const std::size_t share = prefetch_bytes / std::max<std::size_t>(partitions, 1);
    return {std::clamp<std::size_t>(share, 64 << 10, 2'000'000'000),
            std::clamp<std::size_t>(share / kRecordOverhead, 1000, 1'000'000)};
}

Properties defaultsFor(const ConsumerOptions& options, const QueueLimits& limits) {
    return {
        {"fetch.wait.max.ms", std::to_string(options.max_fetch_wait_ms)},
        {"fetch.message.max.bytes",
         std::to_string(std::clamp<std::size_t>(limits.bytes / 2, 64 << 10, 1 << 20))},
        {"check.crcs", "true"},
    };
}

Properties ownedFor(const ConsumerOptions& options, const QueueLimits& limits) {
    return {
        {"group.id", options.group.empty() ? kNoGroup : options.group},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},  // tells the position over holes at the end
        {"partition.assignment.strategy", "range"},
        {"auto.offset.reset", "earliest"},  // retention that overtakes the reader must not skip the rest
        {"queued.min.messages", std::to_string(limits.records)},
        {"queued.max.messages.kbytes", std::to_string(limits.bytes / 1024)},
        {"receive.message.max.bytes", kMostBytesOfAnswer},
    };
}

bool everythingAnswers(rd_kafka_t& client, const std::vector<TopicPartition>& partitions) {
    if (partitions.empty()) {
        const rd_kafka_metadata_t* metadata = nullptr;
        const auto code = rd_kafka_metadata(&client, 0, nullptr, &metadata, kAskTimeoutMs);
        const MetadataHandle owner(metadata);
        return code == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    const PartitionListHandle list = partitionList(partitions);
    for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = RD_KAFKA_OFFSET_END;
    return rd_kafka_offsets_for_times(&client, list.get(), kAskTimeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR &&
           std::all_of(list->elems, list->elems + list->cnt,
                       [](const auto& entry) { return entry.err == RD_KAFKA_RESP_ERR_NO_ERROR; });
}

}  // namespace

struct Consumer::Impl {
    Impl(ClusterSettings cluster_settings, ConsumerOptions consumer_options, std::function<void()> wake)
        : cluster(std::move(cluster_settings)),
          options(std::move(consumer_options)),
          start(options.start, !options.group.empty()),
          ready(std::move(wake)) {}
    ~Impl() { close(); }

    Status open(std::size_t partitions);
    Status begin(std::size_t partitions);
    void close();

    void handle(rd_kafka_event_t& event);
    void handleRebalance(rd_kafka_event_t& event);
    void handleStray(rd_kafka_event_t& event);
    void report(const ClientError& error, std::string_view subject = {});
    void report(Error error);

    void openReaders(const rd_kafka_topic_partition_list_t& list);
    void beginAssignment(PartitionListHandle list);
    void resolveLater(const SharedPartitionList& list, std::uint64_t attempt,
                      std::chrono::milliseconds delay = {});
    void checkLater(std::vector<TopicPartition> partitions, std::chrono::milliseconds delay = {});
    void finishAssignment(const rd_kafka_topic_partition_list_t& list);
    void dropAssignment();
    Status seek(const std::vector<std::pair<TopicPartition, StartAt>>& targets);

    void tellOwner(std::function<void()> message);
    void readInbox();

    Status sendCommit(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets,
                      rd_kafka_queue_t& answers);
    [[nodiscard]] CommitDone commitResult(rd_kafka_event_t& event) const;

    PartitionReader* reader(const TopicPartition& partition);
    void wakeBroker(const TopicPartition& partition);
    void probeLater();
    void probe(const std::vector<TopicPartition>& partitions);

    ClusterSettings cluster;
    ConsumerOptions options;
    StartOffsets start;
    ReadySet ready;
    QueueLimits limits;
    ErrorInbox partition_errors;
    ClientHandle client;
    QueueHandle queue;  ///< of the consumer: everything but records
    std::unique_ptr<HelperThread> helper;
    std::map<TopicPartition, std::unique_ptr<PartitionReader>> readers;
    std::map<TopicPartition, std::int64_t> began_at;  ///< as assigned; may be a logical offset
    std::vector<ConsumerEvent> events;
    TroubleLog trouble;
    std::uint64_t assignment = 0;  ///< counts assignments, so that a late answer is told apart
    bool began = false;            ///< subscribe() or assign() was called
    bool probing = false;
    Clock::time_point looked_around = Clock::now();
    std::atomic<bool> waking = false;

    std::mutex inbox_mutex;                    ///< guards inbox
    std::vector<std::function<void()>> inbox;  ///< what the helper thread leaves for the owner
};

Status Consumer::Impl::open(std::size_t partitions) {
    limits = limitsFor(options.prefetch_bytes, partitions);
    auto made = makeClient(RD_KAFKA_CONSUMER, cluster, defaultsFor(options, limits),
                           ownedFor(options, limits), &partition_errors);
    if (!made) return passOn(made);
    queue.reset();
    client = std::move(*made);
    rd_kafka_poll_set_consumer(client.get());
    queue.reset(rd_kafka_queue_get_consumer(client.get()));
    rd_kafka_queue_cb_event_enable(
        queue.get(), [](rd_kafka_t*, void* opaque) { static_cast<ReadySet*>(opaque)->wake(); }, &ready);
    return {};
}

/// Before the first assignment only: the limits of the queues follow from the number of partitions, and
/// librdkafka takes them when a client is made.
Status Consumer::Impl::begin(std::size_t partitions) {
    if (!client) return fail(ErrorCode::Usage, "The consumer is closed");
    if (began) return {};
    if (Status opened = open(partitions); !opened) return opened;
    helper = std::make_unique<HelperThread>();
    began = true;
    return {};
}

void Consumer::Impl::close() {
    if (!client) return;
    if (helper) helper->stop();
    readers.clear();
    rd_kafka_queue_cb_event_enable(queue.get(), nullptr, nullptr);
    const auto deadline = Clock::now() + kCloseWithin;
    const ErrorHandle refused(rd_kafka_consumer_close_queue(client.get(), queue.get()));
    while (!refused && !rd_kafka_consumer_closed(client.get()) && Clock::now() < deadline) {
        const EventHandle event(rd_kafka_queue_poll(queue.get(), 50));
        if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
            rd_kafka_assign(client.get(), nullptr);
        }
    }
    queue.reset();
    client.reset();
}

PartitionReader* Consumer::Impl::reader(const TopicPartition& partition) {
    const auto it = readers.find(partition);
    return it == readers.end() ? nullptr : it->second.get();
}

void Consumer::Impl::report(const ClientError& error, std::string_view subject) {
    if (isPlainDisconnect(error)) return;
    if (options.group.empty() && error.code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return;
    report(translate(error, subject));
}

void Consumer::Impl::report(Error error) {
    if (auto news = trouble.note(std::move(error))) events.emplace_back(std::move(*news));
    if (trouble.isWaiting()) probeLater();
}

void Consumer::Impl::tellOwner(std::function<void()> message) {
    {
        const std::lock_guard lock(inbox_mutex);
        inbox.push_back(std::move(message));
    }
    ready.wake();
}

void Consumer::Impl::readInbox() {
    std::vector<std::function<void()>> messages;
    {
        const std::lock_guard lock(inbox_mutex);
        messages.swap(inbox);
    }
    for (const auto& message : messages) message();
}

// ---- assignment

void Consumer::Impl::openReaders(const rd_kafka_topic_partition_list_t& list) {
    ++assignment;
    readers.clear();
    for (TopicPartition& partition : partitionsOf(list)) {
        auto made = std::make_unique<PartitionReader>(*client, partition, limits, ready);
        readers[std::move(partition)] = std::move(made);
    }
}

void Consumer::Impl::beginAssignment(PartitionListHandle list) {
    openReaders(*list);
    if (start.mustAsk()) {
        resolveLater(share(std::move(list)), assignment);
        return;
    }
    if (Status set = start.resolve(*client, *list, 0); !set) return report(std::move(set.error()));
    finishAssignment(*list);
}

void Consumer::Impl::resolveLater(const SharedPartitionList& list, std::uint64_t attempt,
                                  std::chrono::milliseconds delay) {
    const auto resolve = [this, list, attempt] {
        Status resolved = start.resolve(*client, *list, kAskTimeoutMs);
        tellOwner([this, list, attempt, resolved]() mutable {
            if (attempt != assignment) return;  // revoked meanwhile
            if (resolved) return finishAssignment(*list);
            const bool hopeless = isHopeless(resolved.error().code);
            report(std::move(resolved.error()));
            if (!hopeless) resolveLater(list, attempt, kAskAgain);
        });
    };
    helper->post(resolve, delay);
}

void Consumer::Impl::checkLater(std::vector<TopicPartition> partitions, std::chrono::milliseconds delay) {
    const auto check = [this, partitions = std::move(partitions), attempt = assignment] {
        TopicCheck result = checkTopics(*client, partitions, kAskTimeoutMs);
        tellOwner([this, partitions, attempt, result = std::move(result)]() mutable {
            if (attempt != assignment) return;
            for (Error& error : result.errors) report(std::move(error));
            if (!result.answered) checkLater(std::move(partitions), kAskAgain);
        });
    };
    helper->post(check, delay);
}

void Consumer::Impl::finishAssignment(const rd_kafka_topic_partition_list_t& list) {
    if (const auto code = rd_kafka_assign(client.get(), &list); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return report({code, rd_kafka_err2str(code)}, "taking partitions");
    }
    for (int i = 0; i < list.cnt; ++i) {
        began_at[{list.elems[i].topic, list.elems[i].partition}] = list.elems[i].offset;
    }
    events.emplace_back(PartitionsAssigned{partitionsOf(list)});
    ready.wake();
}

/// Assigns anew: librdkafka's own seek is not safe beside the batch interface, this is what a rebalance does.
Status Consumer::Impl::seek(const std::vector<std::pair<TopicPartition, StartAt>>& targets) {
    std::vector<TopicPartition> all;
    for (const auto& [partition, reader] : readers) all.push_back(partition);
    const PartitionListHandle list = partitionList(all);
    for (int i = 0; i < list->cnt; ++i) {
        const TopicPartition& partition = all[static_cast<std::size_t>(i)];
        const auto target = std::find_if(targets.begin(), targets.end(),
                                         [&](const auto& entry) { return entry.first == partition; });
        const auto began = began_at.find(partition);
        list->elems[i].offset = target != targets.end()
                                    ? plainOffset(target->second)
                                    : readers.at(partition)->position().value_or(
                                          began == began_at.end() ? RD_KAFKA_OFFSET_STORED : began->second);
        began_at[partition] = list->elems[i].offset;
    }
    ++assignment;
    readers.clear();
    for (const TopicPartition& partition : all) {
        readers[partition] = std::make_unique<PartitionReader>(*client, partition, limits, ready);
    }
    const auto code = rd_kafka_assign(client.get(), list.get());
    ready.wake();
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return tl::unexpected(translate(code, "reading from another offset"));
}

void Consumer::Impl::dropAssignment() {
    ++assignment;
    readers.clear();
    began_at.clear();
    rd_kafka_assign(client.get(), nullptr);
}

// ---- events

void Consumer::Impl::handle(rd_kafka_event_t& event) {
    switch (rd_kafka_event_type(&event)) {
        case RD_KAFKA_EVENT_REBALANCE:
            return handleRebalance(event);
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            events.emplace_back(commitResult(event));
            return;
        case RD_KAFKA_EVENT_FETCH:
            return handleStray(event);
        case RD_KAFKA_EVENT_ERROR:
            return report(errorOf(event, cluster));
        default:
            return;
    }
}

void Consumer::Impl::handleRebalance(rd_kafka_event_t& event) {
    const rd_kafka_topic_partition_list_t& list = *rd_kafka_event_topic_partition_list(&event);
    trouble.noteAnswer();
    if (rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        return beginAssignment(PartitionListHandle(rd_kafka_topic_partition_list_copy(&list)));
    }
    const bool lost = rd_kafka_assignment_lost(client.get()) != 0;
    ++assignment;
    events.emplace_back(PartitionsRevoked{partitionsOf(list), lost});
}

CommitDone Consumer::Impl::commitResult(rd_kafka_event_t& event) const {
    CommitDone done;
    rd_kafka_resp_err_t code = rd_kafka_event_error(&event);
    if (const auto* list = rd_kafka_event_topic_partition_list(&event); list != nullptr) {
        for (int i = 0; i < list->cnt; ++i) {
            const auto& entry = list->elems[i];
            done.offsets.emplace_back(TopicPartition{entry.topic, entry.partition}, entry.offset);
            if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) code = entry.err;
        }
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        done.status = tl::unexpected(translate(code, fmt::format("committing for group {}", options.group)));
    }
    return done;
}

Status Consumer::Impl::sendCommit(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets,
                                  rd_kafka_queue_t& answers) {
    if (options.group.empty()) return fail(ErrorCode::Usage, "Committing needs a consumer group");
    if (!client) return fail(ErrorCode::Usage, "The consumer is closed");
    if (offsets.empty()) return {};
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
    for (const auto& [partition, offset] : offsets) {
        rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition)->offset =
            offset;
    }
    const auto code = rd_kafka_commit_queue(client.get(), list.get(), &answers, nullptr, nullptr);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return tl::unexpected(translate(code, fmt::format("committing for group {}", options.group)));
}

/// Partition queues are taken out of the consumer's before they can get a record.
void Consumer::Impl::handleStray(rd_kafka_event_t& event) {
    const rd_kafka_message_t* const message = rd_kafka_event_message_next(&event);
    if (message == nullptr) return;
    report(Error{ErrorCode::Internal,
                 fmt::format("Record {}/{}@{} did not come through the queue of its partition",
                             rd_kafka_topic_name(message->rkt), message->partition, message->offset),
                 "Its order cannot be vouched for; start again and report this."});
}

// ---- keeping in touch with the brokers

/// A question about the partition wakes its broker's thread, which then sees that there is room again.
void Consumer::Impl::wakeBroker(const TopicPartition& partition) {
    if (waking.exchange(true)) return;
    helper->post([this, partition] {
        const PartitionListHandle list = partitionList(std::span(&partition, 1));
        list->elems[0].offset = RD_KAFKA_OFFSET_END;
        rd_kafka_offsets_for_times(client.get(), list.get(), kAskTimeoutMs);
        waking = false;
    });
}

void Consumer::Impl::probeLater() {
    if (std::exchange(probing, true)) return;
    std::vector<TopicPartition> partitions;
    for (const auto& [partition, reader] : readers) partitions.push_back(partition);
    helper->post([this, partitions] { probe(partitions); }, kAskAgain);
}

void Consumer::Impl::probe(const std::vector<TopicPartition>& partitions) {
    const bool answers = everythingAnswers(*client, partitions);
    tellOwner([this, answers] {
        probing = false;
        if (!answers) return probeLater();
        trouble.recovered();
        trouble.noteAnswer();
        events.emplace_back(ConsumerRecovered{});
    });
}

// ---- the public face

Consumer::Consumer() = default;
Consumer::Consumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Consumer::~Consumer() = default;

Result<std::unique_ptr<Consumer>> Consumer::create(const ClusterSettings& cluster, ConsumerOptions options,
                                                   std::function<void()> wake) {
    if (options.group.empty() && options.start.kind == StartAt::Kind::Committed) {
        return fail(ErrorCode::Usage, "Without a group there are no committed offsets to start at",
                    "Name a group, or start at earliest, latest, an offset or a time.");
    }
    auto impl = std::make_unique<Impl>(cluster, std::move(options), std::move(wake));
    if (Status opened = impl->open(1); !opened) return passOn(opened);
    return std::unique_ptr<Consumer>(new Consumer(std::move(impl)));
}

Status Consumer::subscribe(const std::vector<std::string>& topics) {
    Impl& impl = *impl_;
    if (impl.options.group.empty()) return fail(ErrorCode::Usage, "Subscribing needs a consumer group");
    if (topics.empty()) return fail(ErrorCode::Usage, "No topics to subscribe to");
    const auto known = describeCluster(impl.cluster, topics, false, kSubscribeTimeoutMs);
    if (!known) return tl::unexpected(known.error());
    std::size_t partitions = 0;
    for (const auto& topic : known->topics) partitions += topic.partitions.size();

    if (Status ready = impl.begin(partitions); !ready) return ready;
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
    for (const auto& topic : topics) {
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    const auto code = rd_kafka_subscribe(impl.client.get(), list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(translate(code, "subscribing"));
    return {};
}

Status Consumer::assign(const std::vector<TopicPartition>& partitions) {
    if (partitions.empty()) return fail(ErrorCode::Usage, "No partitions to read");
    if (Status ready = impl_->begin(partitions.size()); !ready) return ready;
    impl_->beginAssignment(partitionList(partitions));
    impl_->checkLater(partitions);
    return {};
}

Status Consumer::assignAt(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets) {
    if (offsets.empty()) return fail(ErrorCode::Usage, "No partitions to read");
    if (Status ready = impl_->begin(offsets.size()); !ready) return ready;
    std::vector<TopicPartition> partitions;
    partitions.reserve(offsets.size());
    for (const auto& [partition, offset] : offsets) partitions.push_back(partition);
    const PartitionListHandle list = partitionList(partitions);
    for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = offsets[static_cast<std::size_t>(i)].second;
    impl_->openReaders(*list);
    impl_->finishAssignment(*list);
    impl_->checkLater(std::move(partitions));
    return {};
}

std::vector<ConsumerEvent> Consumer::poll() {
    Impl& impl = *impl_;
    if (!impl.client) return {};
    impl.readInbox();
    while (const EventHandle event{rd_kafka_queue_poll(impl.queue.get(), 0)}) impl.handle(*event);
    return std::exchange(impl.events, {});
}

Result<std::size_t> Consumer::read(const TopicPartition& partition, RecordChunk& chunk,
                                   std::size_t max_records, std::size_t max_bytes) {
    PartitionReader* const reader = impl_->reader(partition);
    if (reader == nullptr) return 0;
    auto count = reader->read(chunk, max_records, max_bytes);
    if (reader->position()) impl_->trouble.noteAnswer();
    if (reader->takeWantsWakeUp()) impl_->wakeBroker(partition);
    auto errors = reader->takeErrors();
    for (ClientError& error : impl_->partition_errors.take()) errors.push_back(std::move(error));
    for (const ClientError& error : errors) {
        impl_->report(error, fmt::format("{}/{}", partition.topic, partition.partition));
        impl_->ready.wake();
    }
    return count;
}

std::vector<TopicPartition> Consumer::takeReady() {
    auto partitions = impl_->ready.take();
    const auto now = Clock::now();
    if (now - impl_->looked_around >= kLookAround) {
        impl_->looked_around = now;
        for (const auto& [partition, reader] : impl_->readers) {
            if (reader->hasData()) partitions.push_back(partition);
        }
    }
    std::sort(partitions.begin(), partitions.end());
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    std::erase_if(partitions, [this](const TopicPartition& p) { return impl_->reader(p) == nullptr; });
    return partitions;
}

std::optional<std::int64_t> Consumer::position(const TopicPartition& partition) const {
    const PartitionReader* const reader = impl_->reader(partition);
    return reader == nullptr ? std::nullopt : reader->position();
}

std::optional<std::int64_t> Consumer::firstPosition(const TopicPartition& partition) const {
    const PartitionReader* const reader = impl_->reader(partition);
    return reader == nullptr ? std::nullopt : reader->firstPosition();
}

std::optional<std::int64_t> Consumer::highWatermark(const TopicPartition& partition) const {
    if (impl_->reader(partition) == nullptr) return std::nullopt;
    std::int64_t low = RD_KAFKA_OFFSET_INVALID;
    std::int64_t high = RD_KAFKA_OFFSET_INVALID;
    const auto code = rd_kafka_get_watermark_offsets(impl_->client.get(), partition.topic.c_str(),
                                                     partition.partition, &low, &high);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
    return high;
}

Status Consumer::seek(const std::vector<std::pair<TopicPartition, StartAt>>& targets) {
    if (!impl_->client) return fail(ErrorCode::Usage, "The consumer is closed");
    for (const auto& [partition, target] : targets) {
        if (impl_->reader(partition) == nullptr) {
            return fail(ErrorCode::Usage,
                        fmt::format("{}/{} is not assigned", partition.topic, partition.partition));
        }
    }
    return impl_->seek(targets);
}

void Consumer::finishRevoke() {
    if (impl_->client) impl_->dropAssignment();
}

Status Consumer::commit(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets) {
    return impl_->sendCommit(offsets, *impl_->queue);
}

Status Consumer::commitNow(const std::vector<std::pair<TopicPartition, std::int64_t>>& offsets,
                           int timeout_ms) {
    if (offsets.empty()) return {};
    if (!impl_->client) return fail(ErrorCode::Usage, "The consumer is closed");
    const QueueHandle answers(rd_kafka_queue_new(impl_->client.get()));
    if (Status sent = impl_->sendCommit(offsets, *answers); !sent) return sent;
    const EventHandle event(rd_kafka_queue_poll(answers.get(), timeout_ms));
    if (!event) {
        return fail(ErrorCode::Unreachable,
                    fmt::format("The commit for group {} was not answered in time", impl_->options.group),
                    "The records may be delivered again at the next start.");
    }
    return impl_->commitResult(*event).status;
}

GroupMetadata Consumer::groupMetadata() const {
    if (impl_ == nullptr || !impl_->client || impl_->options.group.empty()) return nullptr;
    return GroupMetadata(GroupMetadataHandle(rd_kafka_consumer_group_metadata(impl_->client.get())));
}

void Consumer::close() {
    impl_->close();
}

}  // namespace weir::kafka
