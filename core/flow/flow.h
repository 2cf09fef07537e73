// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "flow/causes_spec.h"
#include "flow/target_spec.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The flow file (`*.flow.json`) as values. Every field holds its documented default; parse.h fills them
/// and guarantees that what it returns is consistent: names resolve, numbers are in range.
namespace weir::flow {

constexpr const char* kEmbedded = "embedded";

/// A string of the file that refers to the environment: as it is written, and what it became.
struct Expression {
    std::string text;
    std::string value;
};

/// The expressions of one part of a flow, by their place in it (`.kafka["sasl.password"]`), so that
/// writeFlow() writes `${NAME}` back and not the value.
using Expressions = std::map<std::string, Expression>;

struct ClusterSpec {
    std::string brokers;                       ///< bootstrap list, or "embedded"
    std::map<std::string, std::string> kafka;  ///< librdkafka properties, secrets already filled in
    Expressions expressions = {};

    [[nodiscard]] bool embedded() const { return brokers == kEmbedded; }
};

struct FunctionSpec {
    std::string name;
    TargetSpec target;
    int concurrency = 10;  ///< 1…10 000
    DurationNs timeout = 30 * kSecond;
    DurationNs init_timeout = 10 * kSecond;
    DurationNs idle_timeout = 300 * kSecond;
    int memory_mb = 128;  ///< 128…10 240
    std::map<std::string, std::string> environment;
    bool observe = false;
    CausesSpec causes;  ///< with observe
    bool answers_each = false;
    Expressions expressions = {};
};

enum class Order { Partition, Key, None };
[[nodiscard]] const char* orderName(Order order);

enum class OnExhausted { DeadLetter, Discard, Stop };

struct StartingPosition {
    enum class Kind { Earliest, Latest, At };
    Kind kind = Kind::Earliest;
    TimeNs at = 0;  ///< only with Kind::At
};

struct OutputSpec {
    std::string topic;
    std::optional<std::string> key;
    std::optional<std::int32_t> partition;
};

struct HttpSource {
    std::string listen;
    std::string path;
};

struct RangeSource {
    std::string topic;
    std::vector<std::int32_t> partitions;                ///< empty: all
    std::optional<std::int64_t> from_offset, to_offset;  ///< `to` is not in it any more
    std::optional<TimeNs> from_time, to_time;
};

using SourceSpec = std::variant<std::vector<std::string>, HttpSource, RangeSource>;

struct TriggerSpec {
    std::string name;
    std::string function;
    bool enabled = true;
    SourceSpec source;  ///< topics, http or range
    std::string group;
    Order order = Order::Partition;
    int parallelization_factor = 10;                  ///< 1…10 000, with Order::Key
    int batch_size = 100;                             ///< 1…10 000
    DurationNs batching_window = 500 * kMillisecond;  ///< 0…300 s
    std::int64_t batch_bytes = 6 * 1024 * 1024;       ///< as sent
    StartingPosition starting_position;
    int retries = -1;  ///< −1 for ever, else 0…10 000; the first try is not counted
    bool bisect = false;
    bool partial_failures = false;
    std::optional<DurationNs> max_record_age;
    std::optional<std::string> on_failure_topic;
    std::optional<std::string> on_success_topic;
    OnExhausted on_exhausted = OnExhausted::Stop;
    std::vector<OutputSpec> outputs;
    std::string filter;  ///< the patterns as JSON text; empty: none
    std::string like;    ///< a preset's name; empty: none
    bool exactly_once = false;
    std::string event_source = "SelfManagedKafka";
    Expressions expressions = {};

    /// The topics, empty when the source is http; one for a range.
    [[nodiscard]] std::vector<std::string> topics() const;
};

struct CaptureSpec {
    enum class Values { Whole, Prefix, None };
    Values values = Values::Whole;
    std::int64_t prefix_bytes = 0;         ///< with Values::Prefix
    std::optional<std::int64_t> max_size;  ///< bytes
    std::optional<DurationNs> max_age;
    std::vector<std::string> mask_paths = {};    ///< into JSON values, see base/json_mask.h
    std::vector<std::string> mask_headers = {};  ///< names of headers, whatever their case
};

struct Flow {
    std::string name;
    std::string directory;  ///< where the file stands; relative paths are relative to it
    ClusterSpec cluster;
    std::vector<FunctionSpec> functions;
    std::vector<TriggerSpec> triggers;
    CaptureSpec capture;
    Expressions expressions = {};  ///< of the name and of capture

    [[nodiscard]] const FunctionSpec* function(const std::string& name) const;
};

}  // namespace weir::flow
