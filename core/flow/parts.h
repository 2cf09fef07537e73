// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "flow/reader.h"

#include <map>
#include <string>
#include <string_view>

/// The parts of a flow file, each read by a file of its own. What is wrong goes to the context's problems.
namespace weir::flow {

void readCluster(const ReadContext& context, const Node& node, ClusterSpec& cluster);
void readFunction(const ReadContext& context, const Node& node, FunctionSpec& function);
[[nodiscard]] TargetSpec readTarget(const ReadContext& context, const Node& node);
[[nodiscard]] TargetSpec readSimulated(const ReadContext& context, const Node& node);
void readCauses(const ReadContext& context, const Node& node, CausesSpec& causes);
void readTrigger(const ReadContext& context, const Node& node, TriggerSpec& trigger);
void readCapture(const ReadContext& context, const Node& node, CaptureSpec& capture);

/// What may stand in an object of named texts.
struct NamedTexts {
    std::string_view example;
    std::string_view wrong_name;
    std::string_view name_hint;
    bool (*is_name)(std::string_view);
    bool one_line = false;
};
void readNamedTexts(const ReadContext& context, const Node& node, const NamedTexts& rules,
                    std::map<std::string, std::string>& texts);

/// `127.0.0.1:8089`, `[::1]:9092`, `host`; the port is optional unless it is asked for.
[[nodiscard]] bool isHostPort(std::string_view text, bool needs_port);

/// True for librdkafka properties that are secrets; they may come from the environment only.
[[nodiscard]] bool isSecretKafkaProperty(std::string_view name);

/// What concerns several parts: names resolve, nobody shares what must not be shared. Fills the names and
/// groups that a trigger leaves out.
void completeTriggers(Flow& flow);
void checkTogether(const Flow& flow, std::vector<Problem>& problems);

}  // namespace weir::flow
