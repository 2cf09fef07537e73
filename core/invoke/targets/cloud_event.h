// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/record.h"
#include "invoke/target.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::invoke {

/// An event of CloudEvents 1.0.2, apart from any protocol.
struct CloudEvent {
    std::vector<std::pair<std::string, std::string>> attributes;  ///< without datacontenttype, in their order
    std::string content_type;                                     ///< datacontenttype; may be empty
    std::optional<std::string> data;                              ///< bytes

    [[nodiscard]] bool has(std::string_view name) const;
};

/// What becomes an attribute of records that are no events yet.
struct CloudEventDefaults {
    std::string type;
    std::string source;  ///< empty: `/topics/TOPIC`
};

/// The event that a record holds, in Kafka's binary mode (`ce_` headers) or structured mode, else one made of
/// the record: its id is topic/partition/offset, its `partitionkey` the record's key where that is text. Adds
/// Knative's `knativekafkapartition` and `knativekafkaoffset`. An error when a structured event cannot be
/// read.
Result<CloudEvent> cloudEventOf(const RecordChunk& chunk, std::uint32_t index, const std::string& topic,
                                const CloudEventDefaults& defaults);

/// HTTP's binary mode: `ce-…` headers, each a line, and the content type.
[[nodiscard]] std::vector<std::string> binaryHeaders(const CloudEvent& event);
/// The event as JSON, as in HTTP's structured and batched modes.
void appendStructured(std::string& out, const CloudEvent& event);

/// Percent-encodes an attribute for a header: space, quote, percent and all outside U+0021 to U+007E.
[[nodiscard]] std::string encodeAttribute(std::string_view text);
/// And back; what is no encoding stays as it is.
[[nodiscard]] std::string decodeAttribute(std::string_view text);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The event in the headers and body of an HTTP message in binary mode, as a record in Kafka's binary mode;
/// nothing when the headers hold none.
[[nodiscard]] std::optional<AnsweredRecord> binaryReply(const HttpHeaders& headers, std::string content_type,
                                                        std::string body);

}  // namespace weir::invoke
