// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/plan.h"
#include "filter/statements.h"

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::int64_t kWindow = 1024;  // invocations that are read at once
constexpr std::int64_t kEvents = 2048;  // of a call that are read at once

class InvocationScan {
  public:
    InvocationScan(journal::SessionFile& file, Plan& plan, const PageRequest& request)
        : file_(file),
          plan_(plan),
          request_(request),
          loader_(file, plan.columns),
          stop_(file, request.budget),
          backward_(request.direction == Direction::Backward) {}

    Result<Page> run() {
        if (Status s = plan_.candidates.start(file_, request_.from, backward_); !s) return passOn(s);
        while (true) {
            auto range = plan_.candidates.next(file_);
            if (!range) return passOn(range);
            if (!*range) break;
            Range rest = **range;
            while (rest.first <= rest.last) {
                auto more = look(rest);
                if (!more) return passOn(more);
                if (page_.next) return std::move(page_);
                if (!*more) break;
            }
        }
        return std::move(page_);
    }

  private:
    /// A window at the near end of the range, which is then behind it; false when nothing is left in it.
    Result<bool> look(Range& rest) {
        if (stop_.interrupted()) return tl::unexpected<Error>(cancelled());
        calls_.clear();
        if (Status s = loader_.invocations(rest, plan_.call_sql, kWindow, backward_, calls_); !s)
            return passOn(s);
        for (const CallPart& call : calls_) {
            if (stop_.interrupted()) return tl::unexpected<Error>(cancelled());
            auto yes = holds(call);
            if (!yes) return passOn(yes);
            const std::int64_t behind = call.invocation + (backward_ ? -1 : 1);
            if (*yes) page_.ids.push_back(call.invocation);
            if (static_cast<std::int64_t>(page_.ids.size()) >= request_.limit || stop_.outOfTime()) {
                page_.next = behind;
                return false;
            }
            (backward_ ? rest.last : rest.first) = behind;
        }
        return static_cast<std::int64_t>(calls_.size()) == kWindow;
    }

    Result<bool> holds(const CallPart& call) {
        if (plan_.residual.empty()) return true;
        if (!plan_.needs_events) return plan_.residualHolds(evaluator_, {nullptr, &call, nullptr});
        ranges_.clear();
        if (Status s = loader_.runsOf(call.invocation, ranges_); !s) return passOn(s);
        bool any = false;
        for (Range rest : tidy(std::move(ranges_))) {
            for (; rest.first <= rest.last; rest.first += kEvents) {
                events_.clear();
                const Range window{rest.first, std::min(rest.last, rest.first + kEvents - 1)};
                if (Status s = loader_.events(window, {}, false, events_); !s) return passOn(s);
                evaluator_.forget();
                for (const EventPart& event : events_) {
                    any = true;
                    if (holds(event, call)) return true;
                }
            }
        }
        return !any && plan_.residualHolds(evaluator_, {nullptr, &call, nullptr});
    }

    bool holds(const EventPart& event, const CallPart& call) {
        bool alone = true;
        if (plan_.needs_findings) {
            plan_.finding_index->about(event, findings_);
            for (const FindingPart* f : findings_) {
                if (!agree(*f, call)) continue;
                alone = false;
                if (plan_.residualHolds(evaluator_, {&event, &call, f})) return true;
            }
        }
        return alone && plan_.residualHolds(evaluator_, {&event, &call, nullptr});
    }

    journal::SessionFile& file_;
    Plan& plan_;
    const PageRequest& request_;
    RowLoader loader_;
    Stop stop_;
    const bool backward_;
    Evaluator evaluator_;
    Page page_;
    std::vector<CallPart> calls_;
    std::vector<EventPart> events_;
    std::vector<Range> ranges_;
    std::vector<const FindingPart*> findings_;
};

/// The calls that have events in these ranges.
Result<std::vector<Range>> callsOf(journal::SessionFile& file, const std::vector<Range>& events) {
    std::vector<Range> calls;
    for (const Range& range : events) {
        Status s = forEach(
            file,
            "SELECT invocation_id FROM delivery_run INDEXED BY delivery_run_event WHERE first_event_id "
            "BETWEEN ? "
            "AND ? AND last_event_id >= ?",
            [&](sqlite3_stmt* statement) {
                sqlite3_bind_int64(statement, bindRange(statement, range.first - 255, range.last),
                                   range.first);
            },
            [&](journal::RowReader& row) {
                const std::int64_t id = row.integer();
                calls.push_back({id, id});
            });
        if (!s) return passOn(s);
    }
    return tidy(std::move(calls));
}

}  // namespace

Status planInvocations(journal::SessionFile& file, Plan& plan) {
    for (const Bound* b : conjuncts(plan.bound)) {
        if (b->scopes == kCallScope) {
            if (const auto sql = toSql(*b, OutcomeOf::Call)) {
                plan.call_sql.conjoin(*sql);
                continue;
            }
        }
        plan.residual.push_back(b);
        addColumns(*b, plan.columns);
        plan.needs_events = plan.needs_events || (b->scopes & ~static_cast<unsigned>(kCallScope)) != 0;
    }
    plan.needs_findings = (plan.bound.scopes & kFindingScope) != 0;
    auto events = Candidates::find(file, boxesOf(plan.bound, false), plan.names.topics);
    if (!events) return passOn(events);
    plan.candidates = std::move(*events);
    if (plan.needs_findings) {
        if (Status s = loadFindings(file, plan); !s) return s;
        if (plan.candidates.way() != Candidates::Way::Nothing &&
            plan.candidates.way() != Candidates::Way::Places) {
            auto places = placesOfFindings(file, plan);
            if (!places) return passOn(places);
            if (*places) plan.candidates = Candidates::of(std::move(**places));
        }
    }
    if (plan.candidates.way() == Candidates::Way::Nothing) return {};
    if (plan.candidates.way() == Candidates::Way::Places) {
        auto calls = callsOf(file, plan.candidates.ranges());
        if (!calls) return passOn(calls);
        plan.candidates = Candidates::of(std::move(*calls));
        return {};
    }
    plan.candidates = Candidates::of({{1, std::numeric_limits<std::int64_t>::max() - 1}});
    return {};
}

Result<Page> pageOfInvocations(journal::SessionFile& file, Plan& plan, const PageRequest& request) {
    return InvocationScan(file, plan, request).run();
}

}  // namespace weir::filter
