// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/candidates.h"
#include "filter/evaluate.h"
#include "filter/finding_index.h"
#include "filter/query.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace weir::filter {

/// What is needed to answer one call of Query::page(): the filter for the session as it is now, cut into the
/// parts that SQL takes and those that are judged row by row.
struct Plan {
    Names names;
    Bound bound;
    Sql event_sql;                       ///< exact, on events
    Sql call_sql;                        ///< exact, on calls; with events: on one and the same call
    std::vector<const Bound*> residual;  ///< all of them on one row
    Columns columns;                     ///< that the residual looks at
    bool needs_calls = false, needs_findings = false;
    bool needs_events = false;   ///< of invocations and findings: their events' content
    bool needs_offsets = false;  ///< of findings: each offset for itself
    Candidates candidates;
    std::vector<FindingPart> findings;
    std::unique_ptr<FindingIndex> finding_index;

    [[nodiscard]] bool residualHolds(Evaluator& evaluator, const Row& row) const {
        return std::all_of(residual.begin(), residual.end(),
                           [&](const Bound* b) { return evaluator.holds(*b, row); });
    }
};

/// The parts of a conjunction; the tree itself when it is none.
[[nodiscard]] std::vector<const Bound*> conjuncts(const Bound& bound);

/// Whether a finding can speak of a call: it names no other function, nor another call.
[[nodiscard]] inline bool agree(const FindingPart& finding, const CallPart& call) {
    return (finding.function == 0 || finding.function == call.function) &&
           (finding.invocation == 0 || finding.invocation == call.invocation);
}

/// When to stop before the end.
class Stop {
  public:
    Stop(const journal::SessionFile& file, DurationNs budget)
        : file_(file),
          interrupts_(file.interrupts()),
          budget_(budget),
          until_(std::chrono::steady_clock::now() + std::chrono::nanoseconds(budget)) {}
    [[nodiscard]] bool interrupted() const { return file_.interrupts() != interrupts_; }
    [[nodiscard]] bool outOfTime() const { return budget_ > 0 && std::chrono::steady_clock::now() >= until_; }

  private:
    const journal::SessionFile& file_;
    std::uint64_t interrupts_;
    DurationNs budget_;
    std::chrono::steady_clock::time_point until_;
};

// Each subject's way to make a plan (the file in use, names and bound set) and to find its next page.
Status planEvents(journal::SessionFile& file, Plan& plan);
Result<Page> pageOfEvents(journal::SessionFile& file, Plan& plan, const PageRequest& request);
Status planInvocations(journal::SessionFile& file, Plan& plan);
Result<Page> pageOfInvocations(journal::SessionFile& file, Plan& plan, const PageRequest& request);
Status planFindings(journal::SessionFile& file, Plan& plan);
Result<Page> pageOfFindings(journal::SessionFile& file, Plan& plan, const PageRequest& request);

// Shared by the subjects.
void addColumns(const Bound& bound, Columns& columns);
Status loadFindings(journal::SessionFile& file, Plan& plan);
/// Where events stand that findings for which the filter can hold are about; nothing when that is no help.
Result<std::optional<std::vector<Range>>> placesOfFindings(journal::SessionFile& file, const Plan& plan);
[[nodiscard]] Error cancelled();

}  // namespace weir::filter
