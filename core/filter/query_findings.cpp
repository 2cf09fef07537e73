// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/plan.h"

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::int64_t kOffsets = 4096;  // of a finding that are treated at once

class FindingScan {
  public:
    FindingScan(journal::SessionFile& file, Plan& plan, const PageRequest& request)
        : plan_(plan),
          request_(request),
          loader_(file, plan.columns),
          stop_(file, request.budget),
          backward_(request.direction == Direction::Backward) {}

    Result<Page> run() {
        const auto& all = plan_.findings;
        auto at = std::lower_bound(all.begin(), all.end(), request_.from,
                                   [](const FindingPart& f, std::int64_t id) { return f.id < id; }) -
                  all.begin();
        const auto count = static_cast<std::ptrdiff_t>(all.size());
        if (backward_ && (at == count || all[static_cast<std::size_t>(at)].id > request_.from)) --at;
        for (; at >= 0 && at < count; at += backward_ ? -1 : 1) {
            if (stop_.interrupted()) return tl::unexpected<Error>(cancelled());
            const FindingPart& finding = all[static_cast<std::size_t>(at)];
            auto yes = holds(finding);
            if (!yes) return passOn(yes);
            if (*yes) page_.ids.push_back(finding.id);
            if (static_cast<std::int64_t>(page_.ids.size()) >= request_.limit || stop_.outOfTime()) {
                page_.next = finding.id + (backward_ ? -1 : 1);
                return std::move(page_);
            }
        }
        return std::move(page_);
    }

  private:
    Result<bool> holds(const FindingPart& finding) {
        // What the finding alone can tell comes first: it costs nothing.
        for (const Bound* b : plan_.residual) {
            if (b->scopes == kFindingScope && !evaluator_.holds(*b, {nullptr, nullptr, &finding}))
                return false;
        }
        CallPart call;
        call.function = finding.function;
        const CallPart* const named = finding.function != 0 || finding.invocation != 0 ? &call : nullptr;
        if (finding.invocation != 0 && plan_.needs_calls) {
            calls_.clear();
            const Range one{finding.invocation, finding.invocation};
            if (Status s = loader_.invocations(one, {}, 1, false, calls_); !s) return passOn(s);
            if (!calls_.empty()) call = calls_.front();
        }
        if (!finding.partition) {
            EventPart event;
            event.topic = finding.topic;
            event.key = finding.key;
            return holds({&event, named, &finding});
        }
        const bool once = !plan_.needs_events && !plan_.needs_offsets;
        for (std::int64_t first = finding.first; first <= finding.last; first += kOffsets) {
            const std::int64_t last = once ? first : std::min(finding.last, first + kOffsets - 1);
            if (Status s = loadEvents(finding, first, last); !s) return passOn(s);
            evaluator_.forget();
            for (const EventPart& event : events_) {
                if (holds({&event, named, &finding})) return true;
            }
            if (once) return false;
        }
        return false;
    }

    bool holds(const Row& row) { return plan_.residualHolds(evaluator_, row); }

    /// An event for each offset, with what its record says where there is one.
    Status loadEvents(const FindingPart& finding, std::int64_t first, std::int64_t last) {
        events_.clear();
        for (std::int64_t offset = first; offset <= last; ++offset) {
            EventPart event;
            event.topic = finding.topic;
            event.partition = finding.partition;
            event.offset = offset;
            event.key = finding.key;
            events_.push_back(std::move(event));
        }
        if (!plan_.needs_events) return {};
        std::vector<Range> ranges;
        if (Status s = loader_.places(finding.topic, *finding.partition, first, last, ranges); !s) return s;
        std::vector<EventPart> found;
        for (const Range& range : ranges) {
            if (Status s = loader_.events(range, {}, false, found); !s) return s;
        }
        for (EventPart& event : found) {
            const std::int64_t at = event.offset.value_or(-1) - first;
            if (at < 0 || at > last - first) continue;
            if (!event.key) event.key = finding.key;
            events_[static_cast<std::size_t>(at)] = std::move(event);
        }
        return {};
    }

    Plan& plan_;
    const PageRequest& request_;
    RowLoader loader_;
    Stop stop_;
    const bool backward_;
    Evaluator evaluator_;
    Page page_;
    std::vector<CallPart> calls_;
    std::vector<EventPart> events_;
};

bool usesField(const Bound& bound, FieldId field) {
    if (bound.type == Node::Type::Test) return bound.test->field == field;
    return std::any_of(bound.children.begin(), bound.children.end(),
                       [&](const Bound& child) { return usesField(child, field); });
}

}  // namespace

Status planFindings(journal::SessionFile& file, Plan& plan) {
    plan.residual = conjuncts(plan.bound);
    plan.columns.key = true;
    addColumns(plan.bound, plan.columns);
    plan.needs_calls = (plan.bound.scopes & kCallScope) != 0;
    plan.needs_findings = true;
    plan.needs_offsets = usesField(plan.bound, FieldId::Offset);
    for (const FieldInfo& field : fields()) {
        const bool in_finding =
            field.id == FieldId::Topic || field.id == FieldId::Partition || field.id == FieldId::Offset;
        if ((field.scope & kEventScope) != 0 && !in_finding && usesField(plan.bound, field.id))
            plan.needs_events = true;
    }
    return RowLoader(file, {}).findings(plan.findings);
}

Result<Page> pageOfFindings(journal::SessionFile& file, Plan& plan, const PageRequest& request) {
    return FindingScan(file, plan, request).run();
}

}  // namespace weir::filter
