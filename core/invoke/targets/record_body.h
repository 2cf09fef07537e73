// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <optional>
#include <string>
#include <string_view>

namespace weir::invoke {

/// The text of a record's header, the first of that name in any case; nothing when there is none.
[[nodiscard]] std::optional<std::string_view> headerText(const RecordChunk& chunk, std::uint32_t index,
                                                         std::string_view name);
/// The record's own `content-type` when it fits into an HTTP header, else `otherwise`.
[[nodiscard]] std::string contentTypeOf(const RecordChunk& chunk, std::uint32_t index,
                                        std::string_view otherwise);

/// Appends a value as JSON: as it is when it is JSON, else as a string of its text, else of its base64; null
/// for a tombstone.
void appendJsonValue(std::string& out, Bytes value);

/// The values of a batch as a JSON list, in their order.
[[nodiscard]] std::string valuesList(const Batch& batch);

/// What the Azure Functions host sends to a custom handler for a Kafka trigger:
/// `{"Data":{"events":[…],"event":…},"Metadata":{…}}`.
[[nodiscard]] std::string azureRequest(const Batch& batch, const TopicNames& topics,
                                       std::string_view function);
/// Reads what a custom handler answers: `{"Outputs":{…},"Logs":[…],"ReturnValue":…}`. Adds its logs to `log`.
[[nodiscard]] Answer azureAnswer(std::string_view body, const Batch& batch, const TopicNames& topics,
                                 std::vector<LogWritten>& log);

}  // namespace weir::invoke
