// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// One step of a path into JSON.
struct JsonStep {
    enum class Kind : std::uint8_t { Member, Element, All };
    Kind kind = Kind::Member;
    bool deep = false;  ///< at any depth
    std::string name;   ///< of a member
    std::uint64_t index = 0;

    bool operator==(const JsonStep&) const = default;
};
/// Empty: the whole value.
using JsonPath = std::vector<JsonStep>;

/// Reads a path: `card.number`, `$.items[*].iban`, `$["a b"][0]`, `$..password` (at any depth), `*` for
/// whatever is there. The leading `$` may be left out. An error says at which character what was expected.
[[nodiscard]] Result<JsonPath> parseJsonPath(std::string_view text);

/// Replaces what paths name in JSON text by `"***"`; all other bytes stay as they are.
class JsonMask {
  public:
    explicit JsonMask(std::vector<JsonPath> paths) : paths_(std::move(paths)) {}

    [[nodiscard]] bool empty() const noexcept { return paths_.empty(); }

    enum class Outcome {
        Untouched,  ///< nothing of it is named
        Masked,
        NotJson  ///< or nested deeper than 500: what is named cannot be found in it
    };
    /// `out` holds the masked text when it is Masked. A member that is there twice is masked twice.
    Outcome apply(std::string_view json, std::string& out) const;

  private:
    std::vector<JsonPath> paths_;
};

}  // namespace weir
