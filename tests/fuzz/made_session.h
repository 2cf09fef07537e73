// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz/must.h"
#include "journal/text/session_import.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace weir::fuzz {

/// A directory that goes away with the process, and in it a good session with a fact of every kind.
class MadeSession {
  public:
    MadeSession() {
        std::string name = (std::filesystem::temp_directory_path() / "weir-fuzz-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
        journal::SessionImport import;
        import.facts = WEIR_SOURCE_DIR "/tests/fuzz/corpus/facts/every-kind.ndjson";
        import.session = path();
        must(importSession(import).has_value(), "the good session can be made");
    }
    ~MadeSession() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    MadeSession(const MadeSession&) = delete;
    MadeSession& operator=(const MadeSession&) = delete;

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
    [[nodiscard]] std::string path() const { return directory_ / "good.weir"; }

  private:
    std::filesystem::path directory_;
};

}  // namespace weir::fuzz
