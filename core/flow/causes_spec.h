// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace weir::flow {

/// Where an output of an observed function says what caused it.
struct CausesSpec {
    enum class From {
        Known,   ///< the headers that Weir writes, and CloudEvents' causationid
        Header,  ///< a header of this name
        Json,    ///< a place in the value
    };
    enum class By {
        Place,  ///< `topic/partition@offset`, see docs/observe.md
        Key,    ///< the key of the event
        Id,     ///< its CloudEvents id (`ce_id`)
    };
    /// A member of an object, or an element of a list.
    using Step = std::variant<std::string, std::size_t>;

    From from = From::Known;
    By by = By::Place;
    std::string header;      ///< with From::Header
    std::string json;        ///< with From::Json: the path as written, `$.source.event`
    std::vector<Step> path;  ///< and read
};

/// Reads `$`, `$.a.b`, `$["a"][0]`. False: the text is no such path.
[[nodiscard]] bool parseJsonPath(const std::string& text, std::vector<CausesSpec::Step>& path);

}  // namespace weir::flow
