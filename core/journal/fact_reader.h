// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/facts.h"

#include <functional>
#include <string>

namespace weir::journal {

/// Which facts to read back from a session.
enum class FactsWanted {
    ForOrder,      ///< functions, triggers, assignments, records, holes, skips, calls, outputs; records have
                   ///< key and timestamp, neither value nor headers
    Declarations,  ///< triggers, assignments and records that came after calls which name them
};

/// Reads a session's rows back as facts, in journal order, each handed to `each` and gone after it. Streams:
/// memory follows the invocations in flight at once, not the session. A session that is still being recorded
/// is read as it is at this moment.
Status readFacts(const std::string& path, FactsWanted wanted,
                 const std::function<void(const facts::Fact&)>& each);

}  // namespace weir::journal
