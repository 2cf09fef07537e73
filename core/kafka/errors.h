// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::kafka {

/// What librdkafka says about a failure: its code and its own words, without secrets.
struct ClientError {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::string text;
    std::optional<Error> known = {};  ///< what Weir itself found: no token to sign in with, and why
};

[[nodiscard]] ErrorCode errorCode(const ClientError& error);

/// Says in plain words what happened, to which broker or topic, and what to do about it. `subject` names the
/// topic or the action when the client's words do not (`topic bids`); may be empty.
[[nodiscard]] Error translate(const ClientError& error, std::string_view subject = {});
[[nodiscard]] Error translate(rd_kafka_resp_err_t code, std::string_view subject = {});

/// The error that explains the others best: refused credentials before a broken TLS, that before a name that
/// is not found, that before a refused connection, that before a mere timeout. Null when there is none.
[[nodiscard]] const ClientError* mostTelling(const std::vector<ClientError>& errors);

/// True when a connection that worked was closed. Brokers close idle ones all the time; when more is wrong,
/// connecting again says so.
[[nodiscard]] bool isPlainDisconnect(const ClientError& error);

/// False for a librdkafka whose SCRAM a Kafka 4 broker refuses whatever the password.
[[nodiscard]] bool canUseScramWithKafka4();

/// True when trying again with the same settings cannot help.
[[nodiscard]] bool isHopeless(ErrorCode code);

}  // namespace weir::kafka
