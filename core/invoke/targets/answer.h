// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <string>
#include <string_view>

namespace weir::invoke {

/// Reads what a function answered to a batch, as docs/outputs.md defines it. An answer that cannot be
/// understood ends the call with Outcome::Error and a text that names the item.
[[nodiscard]] Answer parseAnswer(std::string_view json, const Batch& batch, const TopicNames& topics);

}  // namespace weir::invoke
