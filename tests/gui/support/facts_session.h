// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_parent.h"

#include <string>

namespace weir::test {

/// What a session says that ran events of the one at `path` again.
[[nodiscard]] journal::Parent parentAt(const std::string& path);

/// Makes a session of text facts, with its order checked; `parent`: the session whose events it ran again.
/// False when it cannot be made.
bool writeFacts(const std::string& facts, const std::string& path, const std::string& parent = {});

/// Bids of three partitions through two functions; in one a call overtakes another while it runs, in one
/// after a failure, and what they write stands in the wrong order.
[[nodiscard]] std::string overtakenFacts();
/// The same, but for a field in what the function wrote.
[[nodiscard]] std::string otherCountryFacts();
/// 300 partitions, and names as they should not be: very long, with markup, bidirectional marks and escapes.
[[nodiscard]] std::string wideFacts();
/// A session in which nothing happened.
[[nodiscard]] std::string emptyFacts();

}  // namespace weir::test
