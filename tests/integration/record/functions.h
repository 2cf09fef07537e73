// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "peers/broker.h"
#include "run_cli.h"

#include <fmt/format.h>

#include <string>

namespace weir::test {

/// A flow with one trigger on one topic, its function in Python on awslambdaric: `handler` of `module`, which
/// stands beside the flow file. `trigger` is JSON that goes into the trigger, with a leading comma.
inline std::string ricFlow(const std::string& bootstrap, const std::string& topic, const std::string& handler,
                           const std::string& trigger = "", const std::string& function = "") {
    return fmt::format(R"({{"weir": 1, "name": "test", "cluster": {{"brokers": "{}"}},
  "functions": {{"f": {{"target": {{"kind": "lambda-runtime",
      "command": ["{}", "-m", "awslambdaric", "{}"], "directory": "."}}, "timeout": "10s"{}}}}},
  "triggers": [{{"function": "f", "topics": ["{}"], "batching_window": "20ms"{}}}]}})",
                       bootstrap, peers::awslambdaricPython(), handler, function, topic, trigger);
}

}  // namespace weir::test
