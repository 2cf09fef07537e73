// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// How functions are reached, as values: one struct for each `kind` of target in the flow file.
namespace weir::flow {

/// Hosts the AWS Lambda Runtime API and runs the command as instances of the function.
struct LambdaRuntimeTarget {
    std::vector<std::string> command = {};  ///< program and arguments, not empty
    std::string directory = {};             ///< working directory; absolute, or relative to the flow file
    std::string handler = {};               ///< `_HANDLER`; empty: the last argument of the command
};

/// A C++ function inside the process, by name.
struct BuiltinTarget {
    std::string name = {};
};

/// What a request or a line holds.
enum class Body {
    Event,   ///< Lambda's Kafka event with the whole batch
    Value,   ///< the value of the only event
    Values,  ///< the batch's values as a JSON list
    Azure,   ///< what the Azure Functions host sends to a custom handler
};

/// A function behind an HTTP address, called with POST.
struct HttpTarget {
    using Body = flow::Body;
    enum class Preset { None, OpenFaas, Azure };
    std::string url = {};
    Body body = Body::Event;
    std::map<std::string, std::string> headers = {};  ///< beside those that Weir sets
    Preset preset = Preset::None;                     ///< has set `body` unless that was given
};

/// A receiver of CloudEvents over HTTP.
struct CloudEventsTarget {
    enum class Mode { Binary, Structured, Batched };
    std::string url = {};
    Mode mode = Mode::Binary;
    std::map<std::string, std::string> headers = {};
    std::string type = "weir.kafka.record";  ///< of events that are none yet
    std::string source = {};                 ///< of events that are none yet; empty: made from the topic
};

/// A function on AWS Lambda, or behind an endpoint that speaks its Invoke API.
struct LambdaTarget {
    std::string function = {};   ///< name, name:qualifier or ARN
    std::string region = {};     ///< empty: that of the ARN, of the environment, of the profile
    std::string endpoint = {};   ///< base address; empty: AWS's for the region
    std::string qualifier = {};  ///< version or alias; empty: that of the ARN, or none
    std::string profile = {};    ///< in AWS's files; empty: AWS_PROFILE, else `default`
    bool event = false;          ///< invoked asynchronously: no answer, no order
    bool tail = true;            ///< ask for the last 4 KB of the log of each call
    std::string access_key_id = {}, secret_access_key = {},
                session_token = {};  ///< empty: as AWS's own tools find them
};

/// One process that reads a line of JSON for each batch and writes a line of JSON as its answer.
struct CommandTarget {
    std::vector<std::string> command = {};  ///< program and arguments, not empty
    std::string directory = {};             ///< as in LambdaRuntimeTarget
    Body body = Body::Event;                ///< never Azure
};

/// How long something takes.
struct Distribution {
    enum class Shape { Fixed, Uniform, Normal, LogNormal };
    Shape shape = Shape::Fixed;
    DurationNs mean = 0;       ///< with Uniform the lowest
    DurationNs deviation = 0;  ///< standard deviation; with Uniform the highest
    [[nodiscard]] bool operator==(const Distribution&) const = default;
};

/// A function that is played: instances, their cold starts, the time of calls, failures. See
/// docs/flow-file.md.
struct SimulatedTarget {
    enum class Profile { None, Aws, Google, Azure };
    enum class Answers { Nothing, Echo };
    Profile profile = Profile::None;
    Distribution warm = {};  ///< of a call in an instance that is ready
    Distribution cold = {};  ///< of making an instance ready
    double failures = 0;     ///< share of calls that end as errors, 0…1
    double throttles = 0;    ///< share of calls that are turned away at once
    double crashes = 0;      ///< share of calls that take their instance with them
    Answers answer = Answers::Nothing;
    std::uint64_t seed = 1;
};

/// None: only an observed function has no target, and a file that is not valid.
struct NoTarget {};

using TargetSpec = std::variant<NoTarget, LambdaRuntimeTarget, BuiltinTarget, HttpTarget, CloudEventsTarget,
                                LambdaTarget, CommandTarget, SimulatedTarget>;

/// The kind's name in the file; empty for NoTarget.
[[nodiscard]] std::string targetKind(const TargetSpec& target);

/// What the 2018 measurements give for a provider.
[[nodiscard]] SimulatedTarget simulatedProfile(SimulatedTarget::Profile profile);

/// The body that a preset implies.
[[nodiscard]] Body presetBody(HttpTarget::Preset preset);

/// The most bytes of an asynchronous call of AWS Lambda.
constexpr std::int64_t kLargestAsyncRequest = 1'000'000;
/// True for functions that answer before they have run.
[[nodiscard]] bool isAsynchronous(const TargetSpec& target);

/// True for functions that get exactly one event a call.
[[nodiscard]] bool takesOneEvent(const TargetSpec& target);

}  // namespace weir::flow
