// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_file.h"
#include "journal/session_reader.h"

#include <memory>
#include <string>

namespace weir::journal {

struct SessionReader::Impl {
    std::unique_ptr<SessionFile> file;

    [[nodiscard]] Error noEvent(EventId id) const {
        return {ErrorCode::FileNotFound,
                "There is no event " + std::to_string(id.value) + " in " + file->path()};
    }
};

}  // namespace weir::journal
