// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"

#include <string>

namespace weir::flow {

/// The flow as the text of a flow file; reading it gives the same flow. What came from the environment is
/// written as the reference that it was. A secret Kafka property is never written: one that has no reference
/// becomes `${SASL_PASSWORD}` and the like, see secretVariable().
[[nodiscard]] std::string writeFlow(const Flow& flow);

/// The environment variable (and keychain entry) for a secret Kafka property: `sasl.password` →
/// `SASL_PASSWORD`.
[[nodiscard]] std::string secretVariable(const std::string& property);

}  // namespace weir::flow
