// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "invoke/dispatcher.h"
#include "invoke/target.h"
#include "journal/facts.h"
#include "kafka/producer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {

/// A record that is ready to be produced.
struct PreparedRecord {
    kafka::OutgoingRecord record;
    std::vector<facts::EventRun> caused_by;  ///< empty: a copy of an event, no output
    std::int64_t last_cause = -1;            ///< highest offset of the events that it stands for
    std::size_t bytes = 0;
};

/// Makes records of what functions answered and of events that are passed on: where they go, with which key,
/// and the headers that say where they come from (docs/outputs.md).
class OutputRecords {
  public:
    using TopicName = std::function<std::string(TopicId)>;

    /// `partitions` is how many each output topic has.
    OutputRecords(std::map<std::string, std::int32_t> partitions, TopicName topic_name)
        : partitions_(std::move(partitions)), topic_name_(std::move(topic_name)) {}

    /// What a function answered to a batch. An error when it names a topic that is no output.
    Result<std::vector<PreparedRecord>> answered(const Batch& batch, std::vector<AnsweredRecord> answers,
                                                 const std::vector<flow::OutputSpec>& outputs) const;
    /// The events of a call that succeeded, all but those at `failed` (rising positions), as they came.
    [[nodiscard]] std::vector<PreparedRecord> succeeded(const Invocation& invocation,
                                                        const std::vector<std::uint32_t>& failed,
                                                        const std::string& topic, const std::string& trigger,
                                                        const std::string& function) const;
    /// Events that were given up, as they came.
    [[nodiscard]] std::vector<PreparedRecord> givenUp(const GivenUp& given_up, const std::string& topic,
                                                      const std::string& trigger,
                                                      const std::string& function) const;

    /// 0: the topic is not known.
    [[nodiscard]] std::int32_t partitionsOf(const std::string& topic) const;

  private:
    using NamedValues = std::vector<std::pair<std::string, std::string>>;
    [[nodiscard]] PreparedRecord prepare(AnsweredRecord answered, const Batch& batch,
                                         const std::vector<flow::OutputSpec>& outputs) const;
    [[nodiscard]] PreparedRecord copyOf(const RecordChunk& chunk, std::uint32_t index,
                                        const std::string& topic, const NamedValues& headers) const;

    std::map<std::string, std::int32_t> partitions_;
    TopicName topic_name_;
};

}  // namespace weir::invoke
