// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/errors.h"

#include <gtest/gtest.h>

namespace weir::kafka {
namespace {

struct Case {
    rd_kafka_resp_err_t code;
    const char* text;
    ErrorCode expected;
    const char* message;
};

class TranslationTest : public testing::TestWithParam<Case> {};

TEST_P(TranslationTest, NamesTheCauseAndSaysWhatToDo) {
    const Error error = translate({GetParam().code, GetParam().text});
    EXPECT_EQ(error.code, GetParam().expected);
    EXPECT_EQ(error.message, GetParam().message);
    EXPECT_FALSE(error.hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Words, TranslationTest,
    testing::Values(
        Case{RD_KAFKA_RESP_ERR__TRANSPORT,
             "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in "
             "state "
             "CONNECT)",
             ErrorCode::Unreachable, "localhost:1 refused the connection"},
        Case{RD_KAFKA_RESP_ERR__TRANSPORT,
             "GroupCoordinator: kafka-1:9092: Connect to ipv4#10.0.0.1:9092 failed: Connection refused "
             "(after 0ms "
             "in state CONNECT)",
             ErrorCode::Unreachable, "kafka-1:9092 refused the connection"},
        Case{RD_KAFKA_RESP_ERR__RESOLVE,
             "nosuch:9092/bootstrap: Failed to resolve 'nosuch:9092': Name or service not known (after 5ms "
             "in state "
             "CONNECT)",
             ErrorCode::DnsFailed,
             "The host name of nosuch:9092 cannot be found: Failed to resolve 'nosuch:9092': Name or service "
             "not "
             "known"},
        Case{RD_KAFKA_RESP_ERR__SSL,
             "ssl://k:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify "
             "failed: "
             "broker certificate could not be verified (after 4ms in state SSL_HANDSHAKE)",
             ErrorCode::TlsFailed, "The TLS certificate of k:9093 is not accepted"},
        Case{RD_KAFKA_RESP_ERR__SSL,
             "ssl://k:9093/bootstrap: SSL handshake failed: error:0A00045C:SSL routines::tlsv13 alert "
             "certificate "
             "required: SSL alert number 116 (after 4ms in state APIVERSION_QUERY)",
             ErrorCode::CredentialsRefused, "k:9093 did not accept the client certificate"},
        Case{RD_KAFKA_RESP_ERR__AUTHENTICATION,
             "sasl_ssl://k:9094/bootstrap: SASL authentication error: Authentication failed (after 3ms in "
             "state "
             "AUTH_REQ)",
             ErrorCode::CredentialsRefused,
             "k:9094 refused the credentials: SASL authentication error: Authentication failed"},
        Case{RD_KAFKA_RESP_ERR__TRANSPORT,
             "k:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
             "security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10 "
             "(see "
             "api.version.request) (after 1ms in state APIVERSION_QUERY)",
             ErrorCode::Unreachable, "k:9093 closed the connection at once"},
        Case{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down", ErrorCode::Unreachable,
             "None of the brokers answers"}));

TEST(ErrorsTest, NamesTheTopic) {
    EXPECT_EQ(translate(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "Topic bids").message,
              "Topic bids does not exist on this cluster");
    EXPECT_EQ(translate({RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                         "Subscribed topic not available: bids: Broker: Unknown topic or partition"})
                  .message,
              "Topic bids does not exist on this cluster");
    const Error refused = translate(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "Topic bids");
    EXPECT_EQ(refused.code, ErrorCode::NotAuthorized);
    EXPECT_NE(refused.message.find("Topic bids"), std::string::npos);
}

TEST(ErrorsTest, TheMostTellingErrorWins) {
    const std::vector<ClientError> errors = {{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down"},
                                             {RD_KAFKA_RESP_ERR__TRANSPORT, "a:1/1: Connect failed"},
                                             {RD_KAFKA_RESP_ERR__AUTHENTICATION, "a:1/1: no"},
                                             {RD_KAFKA_RESP_ERR__RESOLVE, "b:1/1: no"}};
    EXPECT_EQ(mostTelling(errors)->code, RD_KAFKA_RESP_ERR__AUTHENTICATION);
    EXPECT_EQ(mostTelling({errors[0], errors[1]})->code, RD_KAFKA_RESP_ERR__TRANSPORT);
    EXPECT_EQ(mostTelling({}), nullptr);
}

}  // namespace
}  // namespace weir::kafka
