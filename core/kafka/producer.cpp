// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/producer.h"

#include "kafka/client.h"
#include "kafka/transactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace weir::kafka {
namespace {

using Clock = std::chrono::steady_clock;

void* asOpaque(std::uint64_t token) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(token));
}

Properties defaultsFor(const ProducerOptions& options) {
    return {
        {"linger.ms", std::to_string(options.linger_ms)},
        {"message.max.bytes", "200000000"},  // the broker knows the limit, and says so
        {"partitioner", "murmur2_random"},   // where the Java client would put the key
        {"topic.metadata.propagation.max.ms", "10000"},
    };
}

HeadersHandle headersOf(const OutgoingRecord& record) {
    if (record.headers.empty()) return nullptr;
    HeadersHandle headers(rd_kafka_headers_new(record.headers.size()));
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr, value ? static_cast<ssize_t>(value->size()) : 0);
    }
    return headers;
}

}  // namespace

struct Producer::Impl {
    ClusterSettings cluster;
    std::function<void()> wake;
    ClientHandle client;
    QueueHandle queue;
    std::vector<DeliveryReport> reports;
    std::vector<ClientError> errors;  ///< the last ones; they explain a record that timed out
    std::size_t waiting = 0;          ///< records without a report
    std::unique_ptr<Transactions> transactions;

    ~Impl() {
        transactions.reset();
        if (queue) rd_kafka_queue_cb_event_enable(queue.get(), nullptr, nullptr);
        if (client) rd_kafka_purge(client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }

    Status open(const ProducerOptions& options);
    void take(rd_kafka_event_t& event);
    [[nodiscard]] Status statusOf(const rd_kafka_message_t& message) const;
    [[nodiscard]] rd_kafka_resp_err_t purgedBy(rd_kafka_resp_err_t code) const;
};

Status Producer::Impl::open(const ProducerOptions& options) {
    Properties owned{{"enable.idempotence", "true"}};
    if (!options.transactional_id.empty()) owned.emplace_back("transactional.id", options.transactional_id);
    auto made = makeClient(RD_KAFKA_PRODUCER, cluster, defaultsFor(options), owned);
    if (!made) return passOn(made);
    client = std::move(*made);
    if (!options.transactional_id.empty())
        transactions = std::make_unique<Transactions>(*client, options.transactional_id, wake);
    queue.reset(rd_kafka_queue_get_main(client.get()));
    rd_kafka_queue_cb_event_enable(
        queue.get(),
        [](rd_kafka_t*, void* opaque) {
            if (const auto& wake = static_cast<Impl*>(opaque)->wake) wake();
        },
        this);
    return {};
}

Status Producer::Impl::statusOf(const rd_kafka_message_t& message) const {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    const std::string subject = fmt::format("topic {}", message.rkt ? rd_kafka_topic_name(message.rkt) : "?");
    const bool timed_out = message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
    if (const ClientError* cause = mostTelling(errors); timed_out && cause != nullptr) {
        return tl::unexpected(translate(*cause, subject));
    }
    return tl::unexpected(translate(purgedBy(message.err), subject));
}

/// After a fatal error the client throws away what is queued: then that error is the reason.
rd_kafka_resp_err_t Producer::Impl::purgedBy(rd_kafka_resp_err_t code) const {
    if (code != RD_KAFKA_RESP_ERR__PURGE_QUEUE && code != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return code;
    const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client.get(), nullptr, 0);
    return fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? code : fatal;
}

void Producer::Impl::take(rd_kafka_event_t& event) {
    constexpr std::size_t kErrorsKept = 8;
    if (rd_kafka_event_type(&event) == RD_KAFKA_EVENT_ERROR) {
        ClientError error = errorOf(event, cluster);
        if (isPlainDisconnect(error)) return;
        errors.push_back(std::move(error));
        if (errors.size() > kErrorsKept) errors.erase(errors.begin());
        return;
    }
    if (rd_kafka_event_type(&event) != RD_KAFKA_EVENT_DR) return;
    while (const rd_kafka_message_t* const message = rd_kafka_event_message_next(&event)) {
        Status status = statusOf(*message);
        if (status) errors.clear();
        reports.push_back({reinterpret_cast<std::uintptr_t>(message->_private),
                           rd_kafka_topic_name(message->rkt), message->partition,
                           status ? message->offset : -1, std::move(status)});
        --waiting;
    }
}

Producer::Producer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Producer::~Producer() = default;

Result<std::unique_ptr<Producer>> Producer::create(const ClusterSettings& cluster,
                                                   const ProducerOptions& options,
                                                   std::function<void()> wake) {
    auto impl = std::make_unique<Impl>();
    impl->cluster = cluster;
    impl->wake = std::move(wake);
    if (Status opened = impl->open(options); !opened) return passOn(opened);
    return std::unique_ptr<Producer>(new Producer(std::move(impl)));
}

Result<bool> Producer::produce(const OutgoingRecord& record, std::uint64_t token) {
    HeadersHandle headers = headersOf(record);
    const auto pointer = [](const std::optional<std::string>& text) {
        return text ? const_cast<char*>(text->data()) : nullptr;
    };
    std::array<rd_kafka_vu_t, 8> arguments{};
    arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    arguments[0].u.cstr = record.topic.c_str();
    arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    arguments[1].u.i32 = record.partition < 0 ? RD_KAFKA_PARTITION_UA : record.partition;
    arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    arguments[2].u.i = RD_KAFKA_MSG_F_COPY;
    arguments[3].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[3].u.mem = {pointer(record.key), record.key ? record.key->size() : 0};
    arguments[4].vtype = RD_KAFKA_VTYPE_VALUE;
    arguments[4].u.mem = {pointer(record.value), record.value ? record.value->size() : 0};
    arguments[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    arguments[5].u.ptr = asOpaque(token);
    arguments[6].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    arguments[6].u.i64 = record.timestamp_ms.value_or(0);  // 0: now
    std::size_t count = 7;
    if (headers) {
        arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS;
        arguments[count].u.headers = headers.get();
        ++count;
    }
    const ErrorHandle error(rd_kafka_produceva(impl_->client.get(), arguments.data(), count));
    if (!error) {
        (void)headers.release();  // the message owns them now
        ++impl_->waiting;
        return true;
    }
    const auto code = rd_kafka_error_code(error.get());
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
    const std::string subject = fmt::format("topic {}", record.topic);
    return tl::unexpected(translate({code, rd_kafka_error_string(error.get())}, subject));
}

std::vector<DeliveryReport> Producer::poll() {
    while (const EventHandle event{rd_kafka_queue_poll(impl_->queue.get(), 0)}) impl_->take(*event);
    return std::exchange(impl_->reports, {});
}

Status Producer::initTransactions(int timeout_ms) {
    return impl_->transactions->init(timeout_ms);
}

Status Producer::beginTransaction() {
    return impl_->transactions->begin();
}

void Producer::commitTransaction(Offsets offsets, GroupMetadata group) {
    impl_->transactions->commit(std::move(offsets), std::move(group));
}

void Producer::abortTransaction() {
    impl_->transactions->abort();
}

std::optional<TransactionEnd> Producer::takeTransactionEnd() {
    return impl_->transactions->takeEnd();
}

Status Producer::flush(int timeout_ms) {
    constexpr int kSliceMs = 100;
    const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
    while (impl_->waiting > 0) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (const EventHandle event{rd_kafka_queue_poll(
                impl_->queue.get(), static_cast<int>(std::clamp<std::int64_t>(left, 0, kSliceMs)))}) {
            impl_->take(*event);
        } else if (left <= 0) {
            break;
        }
    }
    if (impl_->waiting == 0) return {};
    const std::string what = fmt::format("{} records were not acknowledged in time", impl_->waiting);
    if (const ClientError* cause = mostTelling(impl_->errors)) {
        Error error = translate(*cause);
        error.message = fmt::format("{}: {}", what, error.message);
        return tl::unexpected(std::move(error));
    }
    return fail(ErrorCode::Unreachable, what, "The broker is slow or does not answer.");
}

}  // namespace weir::kafka
