// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/plan.h"

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::int64_t kFirstWindow = 1024;     // ids that are treated at once, doubled while little is found
constexpr std::int64_t kRowWindow = 16 * 1024;  // at most, with rows in memory
constexpr std::int64_t kValueWindow = 2 * 1024;   // at most, with values in memory
constexpr std::int64_t kSqlWindow = 1024 * 1024;  // at most, when SQLite does it all

/// The calls of each event of a window.
class CallsOf {
  public:
    CallsOf(Range window, const std::vector<CallRun>& runs)
        : window_(window), runs_(runs), heads_(static_cast<std::size_t>(window.last - window.first + 1), -1) {
        for (std::size_t r = runs.size(); r-- > 0;) {
            const Range& events = runs[r].events;
            for (std::int64_t id = std::max(events.first, window.first);
                 id <= std::min(events.last, window.last); ++id) {
                auto& head = heads_[static_cast<std::size_t>(id - window.first)];
                links_.push_back({r, head});
                head = static_cast<std::int64_t>(links_.size()) - 1;
            }
        }
    }

    void of(std::int64_t event, std::vector<const CallPart*>& out) const {
        out.clear();
        for (auto at = heads_[static_cast<std::size_t>(event - window_.first)]; at >= 0;) {
            const Link& link = links_[static_cast<std::size_t>(at)];
            out.push_back(&runs_[link.run].call);
            at = link.next;
        }
    }

  private:
    struct Link {
        std::size_t run;
        std::int64_t next;
    };
    Range window_;
    const std::vector<CallRun>& runs_;
    std::vector<std::int64_t> heads_;
    std::vector<Link> links_;
};

class EventScan {
  public:
    EventScan(journal::SessionFile& file, Plan& plan, const PageRequest& request)
        : file_(file),
          plan_(plan),
          request_(request),
          loader_(file, plan.columns),
          stop_(file, request.budget),
          backward_(request.direction == Direction::Backward) {}

    Result<Page> run() {
        if (Status s = plan_.candidates.start(file_, request_.from, backward_); !s) return passOn(s);
        const std::int64_t widest = plan_.residual.empty() ? (plan_.needs_calls ? kRowWindow : kSqlWindow)
                                    : plan_.columns.value  ? kValueWindow
                                                           : kRowWindow;
        while (true) {
            auto range = plan_.candidates.next(file_);
            if (!range) return passOn(range);
            if (stop_.interrupted()) return tl::unexpected<Error>(cancelled());
            if (!*range) break;
            Range rest = **range;
            while (rest.first <= rest.last) {
                const Range window = backward_
                                         ? Range{std::max(rest.first, rest.last - window_ + 1), rest.last}
                                         : Range{rest.first, std::min(rest.last, rest.first + window_ - 1)};
                if (Status s = look(window); !s) return passOn(s);
                if (full()) return finish();
                if (stop_.interrupted()) return tl::unexpected<Error>(cancelled());
                (backward_ ? rest.last : rest.first) = backward_ ? window.first - 1 : window.last + 1;
                if (stop_.outOfTime()) {
                    page_.next = backward_ ? rest.last : rest.first;
                    return std::move(page_);
                }
                window_ = std::min(window_ * 2, widest);
            }
        }
        return std::move(page_);
    }

  private:
    [[nodiscard]] bool full() const { return static_cast<std::int64_t>(page_.ids.size()) >= request_.limit; }

    Result<Page> finish() {
        page_.ids.resize(static_cast<std::size_t>(request_.limit));
        page_.next = page_.ids.back() + (backward_ ? -1 : 1);
        return std::move(page_);
    }

    Status look(Range window) {
        runs_.clear();
        if (plan_.needs_calls) {
            if (Status s = loader_.calls(window, plan_.call_sql, runs_); !s) return s;
        }
        if (plan_.call_sql.text.empty()) return lookAt(window, window);
        // Only events of calls that the filter can hold for.
        std::vector<Range> ranges;
        for (const CallRun& run : runs_) {
            const Range both{std::max(run.events.first, window.first),
                             std::min(run.events.last, window.last)};
            if (both.first <= both.last) ranges.push_back(both);
        }
        ranges = tidy(std::move(ranges));
        if (backward_) std::reverse(ranges.begin(), ranges.end());
        for (const Range& range : ranges) {
            if (Status s = lookAt(range, window); !s) return s;
            if (full()) return {};
        }
        return {};
    }

    Status lookAt(Range range, Range window) {
        const std::int64_t left = request_.limit - static_cast<std::int64_t>(page_.ids.size());
        if (plan_.residual.empty()) {
            return loader_.eventIds(range, plan_.event_sql, left, backward_, page_.ids);
        }
        events_.clear();
        if (Status s = loader_.events(range, plan_.event_sql, backward_, events_); !s) return s;
        evaluator_.forget();
        const CallsOf calls(plan_.needs_calls ? window : Range{1, 0}, runs_);
        for (const EventPart& event : events_) {
            if (plan_.needs_calls) calls.of(event.id, calls_);
            if (holds(event)) page_.ids.push_back(event.id);
            if (full()) return {};
        }
        return {};
    }

    /// Some row of the event passes: a call of it with a finding about both; each alone when it has no
    /// partner.
    bool holds(const EventPart& event) {
        const auto row = [&](const CallPart* call, const FindingPart* finding) {
            return plan_.residualHolds(evaluator_, {&event, call, finding});
        };
        findings_.clear();
        if (plan_.needs_findings) plan_.finding_index->about(event, findings_);
        if (!plan_.needs_calls) {
            return findings_.empty() ? row(nullptr, nullptr)
                                     : std::any_of(findings_.begin(), findings_.end(),
                                                   [&](const FindingPart* f) { return row(nullptr, f); });
        }
        for (const CallPart* call : calls_) {
            bool alone = true;
            for (const FindingPart* f : findings_) {
                if (!agree(*f, *call)) continue;
                alone = false;
                if (row(call, f)) return true;
            }
            if (alone && row(call, nullptr)) return true;
        }
        bool partners = !calls_.empty();
        for (const FindingPart* f : findings_) {
            if (std::any_of(calls_.begin(), calls_.end(), [&](const CallPart* c) { return agree(*f, *c); }))
                continue;
            partners = true;
            CallPart function_only;
            function_only.function = f->function;
            if (row(f->function == 0 ? nullptr : &function_only, f)) return true;
        }
        return !partners && row(nullptr, nullptr);
    }

    journal::SessionFile& file_;
    Plan& plan_;
    const PageRequest& request_;
    RowLoader loader_;
    Stop stop_;
    const bool backward_;
    std::int64_t window_ = kFirstWindow;
    Evaluator evaluator_;
    Page page_;
    std::vector<CallRun> runs_;
    std::vector<EventPart> events_;
    std::vector<const CallPart*> calls_;
    std::vector<const FindingPart*> findings_;
};

}  // namespace

Status planEvents(journal::SessionFile& file, Plan& plan) {
    const bool with_findings = (plan.bound.scopes & kFindingScope) != 0;
    Evaluator evaluator;
    for (const Bound* b : conjuncts(plan.bound)) {
        if (b->scopes == kEventScope) {
            if (const auto sql = toSql(*b, OutcomeOf::Event)) {
                plan.event_sql.conjoin(*sql);
                continue;
            }
        }
        // An event without calls must not pass, or the calls alone could not tell.
        if (b->scopes == kCallScope && !with_findings && !evaluator.holds(*b, {})) {
            if (const auto sql = toSql(*b, OutcomeOf::Event)) {
                plan.call_sql.conjoin(*sql);
                plan.needs_calls = true;
                continue;
            }
        }
        plan.residual.push_back(b);
        addColumns(*b, plan.columns);
        plan.needs_calls = plan.needs_calls || (b->scopes & kCallScope) != 0;
    }
    auto candidates = Candidates::find(file, boxesOf(plan.bound, true), plan.names.topics);
    if (!candidates) return passOn(candidates);
    plan.candidates = std::move(*candidates);
    if (!with_findings) return {};
    plan.needs_findings = true;
    // Which rows have no finding depends on the calls; that matters unless such rows cannot pass anyway.
    plan.needs_calls =
        plan.needs_calls || std::none_of(plan.residual.begin(), plan.residual.end(), [&](const Bound* b) {
            return b->scopes == kFindingScope && !evaluator.holds(*b, {});
        });
    if (Status s = loadFindings(file, plan); !s) return s;
    if (plan.candidates.way() == Candidates::Way::Places || plan.candidates.way() == Candidates::Way::Nothing)
        return {};
    auto places = placesOfFindings(file, plan);
    if (!places) return passOn(places);
    if (*places) plan.candidates = Candidates::of(std::move(**places));
    return {};
}

Result<Page> pageOfEvents(journal::SessionFile& file, Plan& plan, const PageRequest& request) {
    return EventScan(file, plan, request).run();
}

}  // namespace weir::filter
