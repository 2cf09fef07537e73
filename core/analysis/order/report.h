// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::analysis::order {

/// Units by kind and severity.
struct Counts {
    std::array<std::array<std::int64_t, 3>, kKinds.size()> units{};

    [[nodiscard]] std::int64_t& of(Kind kind, Severity severity) {
        return units.at(static_cast<std::size_t>(kind)).at(static_cast<std::size_t>(severity));
    }
    [[nodiscard]] std::int64_t of(Kind kind) const {
        const auto& by_severity = units.at(static_cast<std::size_t>(kind));
        return by_severity[0] + by_severity[1] + by_severity[2];
    }
};

/// The figures of an order check.
struct Summary {
    std::int64_t events = 0;      ///< distinct recorded events
    std::int64_t deliveries = 0;  ///< distinct (invocation, event)
    std::int64_t open = 0;        ///< (function, event) whose fate is not known yet
    std::int64_t displaced = 0;   ///< over functions and scopes
    Counts counts;
    std::string
        bounded;  ///< where a bound of memory made it less than exact, words with commas; empty: nowhere

    [[nodiscard]] bool boundedBy(std::string_view word) const {
        const std::string all = "," + bounded + ",";
        return all.find("," + std::string(word) + ",") != std::string::npos;
    }
};

/// Which bounds of memory were met.
struct Bounded {
    bool events = false, keys = false, outputs = false, key_split = false;

    [[nodiscard]] std::string words() const {
        std::string text;
        const auto add = [&](bool met, const char* word) {
            if (met) text += (text.empty() ? "" : ",") + std::string(word);
        };
        add(events, "events");
        add(key_split, "key-split");
        add(keys, "keys");
        add(outputs, "outputs");
        return text;
    }
};

/// Takes findings, each final.
class FindingSink {
  public:
    virtual ~FindingSink() = default;
    virtual void found(const Finding& finding) = 0;
};

/// Counts findings and joins those of consecutive offsets that differ in nothing else.
class Report {
  public:
    explicit Report(FindingSink& sink) : sink_(sink) {}

    void add(Finding finding) {
        counts_.of(finding.kind, finding.severity) += finding.units();
        if (last_ && continues(*last_, finding)) {
            last_->last = finding.last;
            return;
        }
        flush();
        last_ = std::move(finding);
    }
    void flush() {
        if (last_) sink_.found(*last_);
        last_.reset();
    }
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    static bool continues(const Finding& a, const Finding& b) {
        return a.kind == b.kind && a.kind != Kind::KeySplit && a.last + 1 == b.first && a.at == b.at &&
               a.severity == b.severity && a.cause == b.cause && a.function == b.function &&
               a.topic == b.topic && a.partition == b.partition && a.key == b.key && a.against == b.against &&
               a.invocation == b.invocation && a.lateness == b.lateness;
    }
    FindingSink& sink_;
    Counts counts_;
    std::optional<Finding> last_;
};

}  // namespace weir::analysis::order
