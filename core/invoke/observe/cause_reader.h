// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"
#include "flow/causes_spec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::invoke {

/// Events that an output names as its causes.
struct NamedRun {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
};

/// What an output says of its causes: places, or texts to look up (keys or CloudEvents ids).
struct SaidCauses {
    enum class Fault {
        None,
        Nothing,     ///< it says nothing
        Unreadable,  ///< what it says has another form than expected
    };
    Fault fault = Fault::Nothing;
    std::vector<NamedRun> places;
    std::vector<std::string> lookups;
    bool by_id = false;  ///< lookups are CloudEvents ids, else keys
};

/// Reads the causes of a record where the function's spec says that they stand.
[[nodiscard]] SaidCauses readCauses(const RecordChunk& chunk, std::uint32_t index,
                                    const flow::CausesSpec& spec);

/// The value of the last header of that name; false when there is none or its value is null.
bool headerText(const RecordChunk& chunk, std::uint32_t index, std::string_view name, std::string& text);

}  // namespace weir::invoke
