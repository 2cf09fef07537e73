// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"
#include "base/time.h"
#include "journal/text/facts_export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::journal {

/// Offsets of one partition under the topic's name.
struct NamedRun {
    std::string_view topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
};

/// Builds one text fact: fields in the order in which they are added, `at` last.
class FactLine {
  public:
    FactLine(std::string_view fact, TimeFormat times) : times_(times) {
        out_.reserve(kUsual);
        out_ = "{\"fact\":\"";
        out_ += fact;
        out_ += '"';
    }

    FactLine& text(std::string_view name, std::string_view value);
    /// Nothing when the value is empty.
    FactLine& textIf(std::string_view name, std::string_view value);
    FactLine& integer(std::string_view name, std::int64_t value);
    FactLine& integerIf(std::string_view name, std::optional<std::int64_t> value);
    FactLine& trueIf(std::string_view name, bool value);
    FactLine& time(std::string_view name, TimeNs value);
    FactLine& bytes(std::string_view name, Bytes value);
    FactLine& json(std::string_view name, std::string_view value);
    FactLine& texts(std::string_view name, const std::vector<std::string_view>& values);
    FactLine& event(std::string_view name, const NamedRun& event);
    FactLine& runs(std::string_view name, const std::vector<NamedRun>& runs);
    /// Adds `at` and gives the finished line away.
    [[nodiscard]] std::string end(TimeNs at);

  private:
    static constexpr std::size_t kUsual = 320;

    void name(std::string_view name);
    void number(std::int64_t value);
    void place(const NamedRun& run);

    TimeFormat times_;
    std::string out_;
};

}  // namespace weir::journal
