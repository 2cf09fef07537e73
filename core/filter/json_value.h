// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/ast.h"

#include <memory>
#include <string_view>

namespace weir::filter {

/// The JSON of one value at a time, parsed when first asked for. Not JSON, cut, over 64 MiB or nested over
/// 1024 levels: holds nothing. One thread.
class JsonValue {
  public:
    JsonValue();
    ~JsonValue();
    JsonValue(const JsonValue&) = delete;
    JsonValue& operator=(const JsonValue&) = delete;

    /// What is asked next is about these bytes, which stay alive until then.
    void set(std::string_view bytes);
    /// Judges a test that has a path.
    [[nodiscard]] bool holds(const Test& test);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::filter
