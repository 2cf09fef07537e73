// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/record.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::journal {

/// The kinds of text facts, in the order of FactRank.
enum class FactKind : std::uint8_t {
    Session,
    Topic,
    Function,
    Trigger,
    Assignment,
    Record,
    Hole,
    Instance,
    InstanceReady,
    End,
    Skip,
    Batch,
    Start,
    Observed,
    Output,
    Commit,
    Decision,
    Log,
    InstanceEnd,
    Note
};

/// A run of offsets as a fact names it; a single event has first == last.
struct TextRun {
    std::string_view topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
};

/// One fact as read. Only the members that its kind has are set; views live until the next parse.
struct TextFact {
    FactKind kind = FactKind::Note;
    TimeNs at = 0;

    std::string_view name, mode;                                // session
    std::string_view topic, source, function, target, answers;  // declarations
    std::string_view trigger, order, group, instance;
    std::string_view state, reason, closed_by, outcome, decision, stream, text, error;
    std::vector<std::string_view> topics;
    std::int64_t partitions = 0, offset = 0, first = 0, last = 0;
    std::int32_t partition = 0;
    std::optional<std::int64_t> start_offset;  // assignment
    std::optional<int> epoch;
    bool observe = false, cold = false;
    std::int64_t invocation = 0, batch = 0, split_of = 0;  // 0: none
    bool has_invocation = false, has_batch = false, has_split_of = false;
    int attempt = 1;
    std::vector<TextRun> events;  ///< events, event, caused_by
    std::vector<TextRun> failed;
    std::int64_t event_count = 0;

    // record
    TimeNs timestamp = kNoTimestamp;
    TimestampType timestamp_type = TimestampType::None;
    Bytes key, value;
    ValueKnown value_known = ValueKnown::Nothing;
    std::int64_t size = -1;
    std::vector<Header> headers;
};

/// Reads text facts, line by line, and says what is wrong with one and what would be right. Knows a fact by
/// itself only; what holds between facts is FactResolver's.
class FactParser {
  public:
    /// Bytes that must be readable behind a line's end.
    static constexpr std::size_t kPadding = 64;

    FactParser();
    ~FactParser();

    /// Reads one line, which must stay in place as long as the fact is used. `line` is without its line end
    /// and has kPadding readable bytes behind it. The error's message names the field.
    Result<TextFact*> parse(std::string_view line);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::journal
