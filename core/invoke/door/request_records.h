// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "invoke/target.h"
#include "invoke/targets/cloud_event.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {

/// An event that came in through a front door, before it has an offset.
struct DoorRecord {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

/// What a front door makes of a request's headers (names in lower case) and body: a CloudEvent in binary or
/// structured mode is a record in Kafka's same mode, a batch is one for each event, anything else is the
/// body. The extension `partitionkey` becomes the key. An error says what is wrong with the request.
Result<std::vector<DoorRecord>> recordsOf(const HttpHeaders& headers, std::string body);

/// What the caller gets.
struct DoorReply {
    int status = 204;
    HttpHeaders headers = {};
    std::string body = {};
};

/// The answer of a function to one request: nothing, its one record, or a JSON list of several.
[[nodiscard]] DoorReply replyWith(const std::vector<AnsweredRecord>& answers);
/// A refusal or failure, as JSON with the reason.
[[nodiscard]] DoorReply replyFailure(int status, const std::string& why);

}  // namespace weir::invoke
