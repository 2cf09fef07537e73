// SPDX-License-Identifier: GPL-3.0-or-later
// An application as anybody could write it: reads a topic in a consumer group and writes a record for each
// one that it reads. It knows nothing of Weir; it says where each answer came from in a header or in the
// value, as many do.
//
// usage: plain_runner BROKERS GROUP SOURCE SINK COUNT header|json|key WRONG
// WRONG is what it does wrong: nothing, skip (each offset that ends in 7), swap (answers of offsets 4 and 5,
// 14 and 15 … change places), twice (each offset that ends in 3 is answered again at the end).
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char* what, const char* why) {
    fprintf(stderr, "plain_runner: %s: %s\n", what, why);
    exit(1);
}

static rd_kafka_t* client(rd_kafka_type_t type, const char* brokers, const char* group) {
    char error[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    int bad = rd_kafka_conf_set(conf, "bootstrap.servers", brokers, error, sizeof error) != RD_KAFKA_CONF_OK;
    if (type == RD_KAFKA_CONSUMER) {
        bad |= rd_kafka_conf_set(conf, "group.id", group, error, sizeof error) != RD_KAFKA_CONF_OK;
        bad |=
            rd_kafka_conf_set(conf, "auto.offset.reset", "earliest", error, sizeof error) != RD_KAFKA_CONF_OK;
    } else {
        bad |= rd_kafka_conf_set(conf, "enable.idempotence", "true", error, sizeof error) != RD_KAFKA_CONF_OK;
    }
    if (bad) die("configuration", error);
    rd_kafka_t* rk = rd_kafka_new(type, conf, error, sizeof error);
    if (rk == NULL) die("client", error);
    return rk;
}

struct answer {
    int partition;
    long long offset;
    char key[64];
};

static void sendAnswer(rd_kafka_t* producer, const char* source, const char* sink, const char* mode,
                       const struct answer* a, const char* note) {
    char place[256];
    char value[512];
    snprintf(place, sizeof place, "%s/%d@%lld", source, a->partition, a->offset);
    if (strcmp(mode, "json") == 0) {
        snprintf(value, sizeof value, "{\"meta\":{\"source\":\"%s\"},\"note\":\"%s\"}", place, note);
    } else {
        snprintf(value, sizeof value, "%lld %s", a->offset, note);
    }
    const char* header = strcmp(mode, "key") == 0 ? a->key : place;
    const rd_kafka_resp_err_t failed =
        strcmp(mode, "json") == 0
            ? rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(sink), RD_KAFKA_V_PARTITION(a->partition),
                                RD_KAFKA_V_KEY(a->key, strlen(a->key)),
                                RD_KAFKA_V_VALUE(value, strlen(value)),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)
            : rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(sink), RD_KAFKA_V_PARTITION(a->partition),
                                RD_KAFKA_V_KEY(a->key, strlen(a->key)),
                                RD_KAFKA_V_VALUE(value, strlen(value)),
                                RD_KAFKA_V_HEADER("x-source", header, -1),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (failed) die("produce", rd_kafka_err2str(failed));
    rd_kafka_poll(producer, 0);
}

int main(int argc, char** argv) {
    if (argc != 8) die("usage", "BROKERS GROUP SOURCE SINK COUNT header|json|key nothing|skip|swap|twice");
    const char *source = argv[3], *sink = argv[4], *mode = argv[6], *wrong = argv[7];
    const long count = atol(argv[5]);
    rd_kafka_t* consumer = client(RD_KAFKA_CONSUMER, argv[1], argv[2]);
    rd_kafka_t* producer = client(RD_KAFKA_PRODUCER, argv[1], NULL);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, source, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);

    struct answer* again = calloc((size_t)count, sizeof *again);
    struct answer held[64];
    memset(held, 0, sizeof held);
    long repeated = 0;
    for (long done = 0; done < count;) {
        rd_kafka_message_t* m = rd_kafka_consumer_poll(consumer, 30000);
        if (m == NULL) die("consume", "nothing came for 30 seconds");
        if (m->err) {
            if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
            die("consume", rd_kafka_message_errstr(m));
        }
        struct answer a = {m->partition, (long long)m->offset, ""};
        if (m->key != NULL && m->key_len < sizeof a.key) memcpy(a.key, m->key, m->key_len);
        rd_kafka_message_destroy(m);
        ++done;
        const long long last = a.offset % 10;
        if (strcmp(wrong, "skip") == 0 && last == 7) continue;
        if (strcmp(wrong, "twice") == 0 && last == 3) again[repeated++] = a;
        if (strcmp(wrong, "swap") == 0 && last == 4) {
            held[a.partition % 64] = a;
            continue;
        }
        sendAnswer(producer, source, sink, mode, &a, "first");
        if (strcmp(wrong, "swap") == 0 && last == 5)
            sendAnswer(producer, source, sink, mode, &held[a.partition % 64], "late");
    }
    rd_kafka_flush(producer, 10000);
    for (long i = 0; i < repeated; ++i) sendAnswer(producer, source, sink, mode, &again[i], "again");
    if (rd_kafka_flush(producer, 30000) != RD_KAFKA_RESP_ERR_NO_ERROR) die("flush", "records were left");
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    free(again);
    return 0;
}
