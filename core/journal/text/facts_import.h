// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/journal.h"
#include "journal/text/fact_resolver.h"
#include "journal/text/line_source.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weir::journal {

struct ImportOptions {
    std::string name = "facts";           ///< of the input, for messages
    std::string temp_directory = "/tmp";  ///< on a disk with room for as much as the input
    bool keep_going = false;              ///< leaves out what is wrong instead of ending there
    bool sorted = false;                  ///< the lines come from FactSorter
    /// With keep_going: what was wrong with a line that is left out. Called on the importing thread.
    std::function<void(const std::string& message)> on_error = nullptr;
    /// Asked now and then: true ends the import with ErrorCode::Cancelled.
    std::function<bool()> cancelled = nullptr;
    /// Told now and then how many lines were read.
    std::function<void(std::int64_t lines)> progress = nullptr;
};

struct ImportReport {
    std::int64_t facts = 0;     ///< taken
    std::int64_t left_out = 0;  ///< lines that were wrong
    std::int64_t repeats = 0;   ///< facts that said again what was known
    std::int64_t events = 0, invocations = 0;
    std::int64_t unrecorded_count = 0;                 ///< events that facts name and no record does
    std::vector<FactResolver::Unrecorded> unrecorded;  ///< some of them
    bool sorted = false;
    /// Line that belongs before an earlier one: nothing else counts, sort the lines and import them into a
    /// new store. 0: all were in order.
    std::int64_t out_of_order = 0;
};

/// Reads text facts into a store, which is called on a thread of its own and finished at the end. Memory is
/// bounded, whatever the input. When this fails, or the lines were out of order, the store holds a part
/// and was not finished.
Result<ImportReport> importFacts(LineSource& lines, FactStore& store, const ImportOptions& options);

}  // namespace weir::journal
