// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "invoke/target.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::invoke {

/// Names a call that is held before it is made; its invocation gets a number when it is sent.
using HeldId = Id<struct HeldTag>;

/// A call that waits to be made.
struct HeldCall {
    HeldId id;
    std::string function, trigger, topic;
    int attempt = 1;
    BatchPtr batch;  ///< as it will be sent, edits of earlier attempts included
};

/// Another value for the event at a position of the batch.
struct ValueEdit {
    std::uint32_t position = 0;
    std::optional<std::string> value;  ///< bytes; nothing: null
};

}  // namespace weir::invoke
