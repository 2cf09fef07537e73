// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz/must.h"
#include "journal/text/session_import.h"
#include "peers/temporary_directory.h"

#include <filesystem>
#include <string>

namespace weir::fuzz {

/// A directory that goes away with the process, and in it a good session with a fact of every kind.
class MadeSession {
  public:
    MadeSession() {
        journal::SessionImport import;
        import.facts = WEIR_SOURCE_DIR "/tests/fuzz/corpus/facts/every-kind.ndjson";
        import.session = path();
        must(importSession(import).has_value(), "the good session can be made");
    }

    [[nodiscard]] std::filesystem::path directory() const { return directory_.path(); }
    [[nodiscard]] std::string path() const { return directory() / "good.weir"; }

  private:
    peers::TemporaryDirectory directory_{"weir-fuzz"};
};

}  // namespace weir::fuzz
