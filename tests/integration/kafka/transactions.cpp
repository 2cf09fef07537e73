// SPDX-License-Identifier: GPL-3.0-or-later
#include "transactions.h"

#include "kafka/handles.h"
#include "peers/broker.h"

#include <array>
#include <stdexcept>

namespace weir::peers {
namespace {

using namespace weir::kafka;

constexpr int kTimeoutMs = 30'000;

void check(rd_kafka_error_t* error) {
    const ErrorHandle owner(error);
    if (error != nullptr) throw std::runtime_error(rd_kafka_error_string(error));
}

ClientHandle transactionalProducer(const std::string& bootstrap) {
    ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 256> reason{};
    rd_kafka_conf_set_log_cb(conf.get(), [](const rd_kafka_t*, int, const char*, const char*) {});
    rd_kafka_conf_set(conf.get(), "bootstrap.servers", bootstrap.c_str(), reason.data(), reason.size());
    rd_kafka_conf_set(conf.get(), "transactional.id", uniqueName("weir-test").c_str(), reason.data(),
                      reason.size());
    ClientHandle client(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size()));
    if (!client) throw std::runtime_error(reason.data());
    (void)conf.release();
    return client;
}

}  // namespace

void produceInTransaction(const std::string& bootstrap, const std::string& topic, int partition,
                          const std::vector<std::string>& values, bool commit) {
    const ClientHandle client = transactionalProducer(bootstrap);
    check(rd_kafka_init_transactions(client.get(), kTimeoutMs));
    check(rd_kafka_begin_transaction(client.get()));
    for (const auto& value : values) {
        const auto code = rd_kafka_producev(
            client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(code));
    }
    rd_kafka_flush(client.get(), kTimeoutMs);
    check(commit ? rd_kafka_commit_transaction(client.get(), kTimeoutMs)
                 : rd_kafka_abort_transaction(client.get(), kTimeoutMs));
}

}  // namespace weir::peers
