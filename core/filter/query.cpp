// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/query.h"

#include "filter/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::size_t kFewFindings = 4096;

/// A way into a subject without a filter: everything.
Status makePlan(journal::SessionFile& file, Subject subject, Plan& plan) {
    switch (subject) {
        case Subject::Events:
            return planEvents(file, plan);
        case Subject::Invocations:
            return planInvocations(file, plan);
        default:
            return planFindings(file, plan);
    }
}

void appendBound(std::string& out, const Bound& bound) {
    if (bound.type == Node::Type::Test) {
        Node node;
        node.test = *bound.test;
        out += toText(node);
        return;
    }
    out += bound.type == Node::Type::Not ? "!(" : "(";
    for (const Bound& child : bound.children) {
        if (&child != &bound.children.front()) out += bound.type == Node::Type::And ? " && " : " || ";
        appendBound(out, child);
    }
    out += ')';
}

}  // namespace

std::vector<const Bound*> conjuncts(const Bound& bound) {
    if (bound.type != Node::Type::And) return {&bound};
    std::vector<const Bound*> out;
    for (const Bound& child : bound.children) {
        const auto inner = conjuncts(child);
        out.insert(out.end(), inner.begin(), inner.end());
    }
    return out;
}

void addColumns(const Bound& bound, Columns& columns) {
    for (const Bound& child : bound.children) addColumns(child, columns);
    if (bound.type != Node::Type::Test) return;
    const FieldId field = bound.test->field;
    columns.key = columns.key || field == FieldId::Key;
    columns.headers = columns.headers || field == FieldId::Header || field == FieldId::Type;
    columns.value = columns.value || field == FieldId::Value;
}

Status loadFindings(journal::SessionFile& file, Plan& plan) {
    if (Status s = RowLoader(file, {}).findings(plan.findings); !s) return s;
    plan.finding_index = std::make_unique<FindingIndex>(plan.findings);
    plan.columns.key = plan.columns.key || plan.finding_index->needsKeys();
    return {};
}

Result<std::optional<std::vector<Range>>> placesOfFindings(journal::SessionFile& file, const Plan& plan) {
    using Places = std::optional<std::vector<Range>>;
    Evaluator evaluator;
    std::vector<const Bound*> tests;
    for (const Bound* b : plan.residual) {
        if (b->scopes == kFindingScope && !evaluator.holds(*b, {})) tests.push_back(b);
    }
    if (tests.empty()) return Places{};
    RowLoader loader(file, {});
    std::vector<Range> ranges;
    std::size_t matching = 0;
    for (const FindingPart& f : plan.findings) {
        const bool holds = std::all_of(tests.begin(), tests.end(), [&](const Bound* b) {
            return evaluator.holds(*b, Row{nullptr, nullptr, &f});
        });
        if (!holds) continue;
        if (!f.partition || ++matching > kFewFindings) return Places{};
        if (Status s = loader.places(f.topic, *f.partition, f.first, f.last, ranges); !s) return passOn(s);
    }
    return Places{tidy(std::move(ranges))};
}

Error cancelled() {
    return {ErrorCode::Cancelled, "The search was stopped.", ""};
}

struct Query::Impl {
    journal::SessionReader& reader;
    Filter filter;
    Subject subject;

    /// `then(file, plan)` while the file is in use.
    template <typename Then>
    auto withPlan(const Then& then) -> decltype(then(reader.file(), std::declval<Plan&>())) {
        Plan plan;
        auto names = readNames(reader);
        if (!names) return passOn(names);
        plan.names = std::move(*names);
        if (filter.matchesAll()) {
            plan.bound.type = Node::Type::And;  // of nothing
        } else {
            plan.bound = bind(*filter.root(), plan.names);
        }
        auto in_use = reader.file().use();
        if (!in_use) return passOn(in_use);
        if (Status s = makePlan(reader.file(), subject, plan); !s) return passOn(s);
        return then(reader.file(), plan);
    }
};

Query::Query(journal::SessionReader& reader, Filter filter, Subject subject)
    : impl_(std::make_unique<Impl>(Impl{reader, std::move(filter), subject})) {}
Query::~Query() = default;
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;

Result<Page> Query::page(const PageRequest& request) {
    return impl_->withPlan([&](journal::SessionFile& file, Plan& plan) {
        switch (impl_->subject) {
            case Subject::Events:
                return pageOfEvents(file, plan, request);
            case Subject::Invocations:
                return pageOfInvocations(file, plan, request);
            default:
                return pageOfFindings(file, plan, request);
        }
    });
}

Result<bool> Query::holdsFor(std::int64_t id) {
    // A narrower filter makes a narrower search: the same tree, and this id alone.
    Impl one{impl_->reader, impl_->filter, impl_->subject};
    const FieldId field = one.subject == Subject::Events ? FieldId::Event : FieldId::Invocation;
    if (one.subject != Subject::Findings) {
        const std::string test = fmt::format("{} == {}", info(field).name, id);
        auto narrowed = Filter::parse(
            one.filter.matchesAll() ? test : fmt::format("{} && ({})", test, toText(*one.filter.root())));
        if (narrowed) one.filter = std::move(*narrowed);
    }
    Query query(one.reader, one.filter, one.subject);
    auto page = query.page({id, 1, Direction::Forward, 0});
    if (!page) return passOn(page);
    return !page->ids.empty() && page->ids.front() == id;
}

Result<std::string> Query::explain() {
    return impl_->withPlan([&](journal::SessionFile&, Plan& plan) -> Result<std::string> {
        std::string out = fmt::format(
            "filter: {}\n", impl_->filter.matchesAll() ? "everything" : toText(*impl_->filter.root()));
        if (impl_->subject != Subject::Findings)
            out += fmt::format("search: {}\n", plan.candidates.explain());
        if (!plan.call_sql.text.empty()) {
            out += fmt::format("calls:  {} [{} parameters]\n", plan.call_sql.text,
                               plan.call_sql.parameters.size());
        }
        if (!plan.event_sql.text.empty()) {
            out += fmt::format("events: {} [{} parameters]\n", plan.event_sql.text,
                               plan.event_sql.parameters.size());
        }
        std::string rows;
        for (const Bound* b : plan.residual) {
            if (!rows.empty()) rows += " && ";
            appendBound(rows, *b);
        }
        out += fmt::format("by row: {}{}{}", rows.empty() ? "nothing" : rows,
                           !rows.empty() && plan.needs_calls ? ", with calls" : "",
                           !rows.empty() && plan.needs_findings ? ", with findings" : "");
        return out;
    });
}

Result<IntervalSet> matchingEvents(journal::SessionReader& reader, const Filter& filter) {
    constexpr std::int64_t kPage = 10'000;
    if (filter.matchesAll()) return IntervalSet::of({{1, IntervalSet::kHighest}});
    std::vector<IntervalSet::Interval> runs;
    Query query(reader, filter, Subject::Events);
    for (std::optional<std::int64_t> next = 1; next;) {
        auto page = query.page({*next, kPage, Direction::Forward, 0});
        if (!page) return passOn(page);
        for (const std::int64_t id : page->ids) {
            if (!runs.empty() && runs.back().last + 1 == id) {
                runs.back().last = id;
            } else {
                runs.push_back({id, id});
            }
        }
        next = page->next;
    }
    return IntervalSet::of(std::move(runs));
}

}  // namespace weir::filter
