// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"

namespace weir::analysis::order {

/// What a `late` finding rests on: the newest record before it, and those around it.
Status describeLate(journal::SessionReader& reader, const EvidenceLimits& limits, Evidence& e);

/// What a `key-split` finding rests on: the partitions in which its key stands.
Status describeKeySplit(journal::SessionReader& reader, const EvidenceLimits& limits, Evidence& e);

}  // namespace weir::analysis::order
