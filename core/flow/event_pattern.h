// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/problem.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::flow {

/// A trigger's filter, compiled: which record values its function gets to see.
///
/// The patterns are AWS Lambda's event patterns, written on the value itself: a field names a list of what it
/// may be, all fields must match, and several patterns match when one does. Known are equality with strings,
/// numbers, true, false and null, `prefix`, `suffix` (both also with `equals-ignore-case`), `anything-but`,
/// `numeric`, `exists`, `equals-ignore-case`, `wildcard`, `$or` and nested objects. A field that holds a list
/// matches when one of its elements does. A value that is not a JSON object matches nothing. Lambda's own
/// form, with `value` alone around the pattern, is taken as well; `{"value": ["x"]}` is about the value as
/// text. Source: AWS Lambda Developer Guide, "Filter rule syntax"; Amazon EventBridge User Guide, "Comparison
/// operators for use in event patterns".
///
/// Threads: immutable, any number at once.
class EventPattern {
  public:
    /// Compiles one pattern, or a list of them, as JSON text. Problems are added with places below `place`
    /// (`triggers[0].filter`); what is returned then matches nothing.
    static EventPattern compile(std::string_view json, const std::string& place,
                                std::vector<Problem>& problems);
    ~EventPattern();
    EventPattern(EventPattern&&) noexcept;
    EventPattern& operator=(EventPattern&&) noexcept;

    [[nodiscard]] bool matches(std::string_view value) const;

    struct Fields;

  private:
    EventPattern();
    std::vector<std::unique_ptr<Fields>> any_;
};

}  // namespace weir::flow
