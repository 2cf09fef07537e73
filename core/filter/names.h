// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/field.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::filter {

/// A name of a topic, function, instance or trigger and the id that stands for it in rows.
struct Named {
    std::int64_t id = 0;
    std::string name;
};

/// What a session knows by name.
struct Names {
    std::vector<Named> topics, functions, instances, triggers;
    TimeNs started = 0;  ///< the session
    TimeNs last = 0;     ///< its last fact

    /// Those of a field of Kind::Name.
    [[nodiscard]] const std::vector<Named>& of(FieldId field) const;
};
Result<Names> readNames(journal::SessionReader& reader);

}  // namespace weir::filter
