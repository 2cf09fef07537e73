// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console.h"
#include "invoke/call_gate.h"
#include "invoke/recording.h"

namespace weir::cli {

/// Shows each call that a recording holds and asks what becomes of it: commands come from standard input, a
/// line each, whether it is a terminal or a script; what is shown goes to standard error. Returns when the
/// recording has ended or nothing is held any more. The end of the input and Ctrl-C end the recording in
/// order.
void stepThrough(const Console& console, invoke::Recording& recording, invoke::CallGate& gate);

}  // namespace weir::cli
