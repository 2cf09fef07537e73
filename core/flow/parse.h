// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret_source.h"
#include "flow/flow.h"
#include "flow/problem.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir::flow {

/// A flow and everything that is wrong with it. With problems the flow holds what could be read, for an
/// editor that shows both; without, it keeps what flow.h promises.
struct FlowReading {
    Flow flow;
    std::vector<Problem> problems;
};

/// Reads the text of a flow file and reports every problem, not only the first. `directory` is where the file
/// stands; `secrets` answers `${NAME}`.
[[nodiscard]] FlowReading readFlow(std::string_view json, const std::string& directory,
                                   const SecretSource& secrets);

/// The flow, or one FlowInvalid error that names all problems.
[[nodiscard]] Result<Flow> parseFlow(std::string_view json, const std::string& directory,
                                     const SecretSource& secrets);

/// parseFlow() of a file; errors name the file.
[[nodiscard]] Result<Flow> loadFlow(const std::string& path, const SecretSource& secrets);

}  // namespace weir::flow
