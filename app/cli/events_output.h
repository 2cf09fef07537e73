// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace weir::cli {

/// What the ids of a session stand for.
struct Names {
    std::map<TopicId, std::string> topics;
    std::map<FunctionId, std::string> functions;
    std::map<InstanceId, std::string> instances;
};

/// Prints events with their deliveries to standard output, in one of several formats.
class EventsOutput {
  public:
    virtual ~EventsOutput() = default;
    /// How much of each value the format shows.
    [[nodiscard]] virtual std::size_t previewBytes() const = 0;
    virtual void begin() {}
    virtual void event(const journal::EventRow& event, std::span<const journal::DeliveryRow> deliveries) = 0;
};

/// `format` is table, ndjson or csv; `names` outlives the output.
std::unique_ptr<EventsOutput> makeEventsOutput(const std::string& format, const Names& names);

}  // namespace weir::cli
