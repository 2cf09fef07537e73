// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_writer.h"
#include "journal/text/facts_import.h"

#include <functional>
#include <memory>
#include <string>

namespace weir::journal {

struct SessionImport {
    std::string facts;    ///< file of text facts, `-` is standard input
    std::string session;  ///< file to make; nothing is overwritten
    /// Its name, its temporary directory and whether it is sorted are filled in.
    ImportOptions options;
    /// Puts something around the writer of the session, whose file it is told: it sees every fact first, and
    /// is what is written to.
    std::function<std::unique_ptr<FactStore>(std::unique_ptr<SessionWriter>, const std::string& path)>
        around = nullptr;
};

/// Makes a session of text facts. It gets its name when it is whole, so that no half-written one is left
/// behind. Facts that are out of order are sorted on the disk of the session.
Result<ImportReport> importSession(const SessionImport& import);

}  // namespace weir::journal
