// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/compare.h"

#include "analysis/order/session_check.h"
#include "base/text.h"
#include "journal/session_rows.h"
#include "replay/compare/figures.h"
#include "replay/compare/gather.h"
#include "replay/compare/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace weir::compare {
namespace {

using journal::forEachRow;
using journal::RowReader;

/// Which functions are compared, and what has numbers of its own.
struct Matching {
    Both<Common> common;
    std::vector<Both<std::string>> functions;
    std::vector<std::string> topics;  ///< by their number
    std::vector<std::string> sources;
};

Result<std::set<std::string>> topicsOf(Session& session, const std::vector<std::string>& functions) {
    auto triggers = session.reader->triggers();
    if (!triggers) return passOn(triggers);
    std::set<FunctionId> ids;
    for (const std::string& name : functions) ids.insert(session.functions.at(name));
    std::set<std::string> topics;
    std::set<FunctionId> bound;
    for (const journal::TriggerRow& t : *triggers) {
        if (ids.count(t.function) == 0) continue;
        bound.insert(t.function);
        for (const TopicId topic : t.topics) {
            if (const auto name = session.topic_names.find(topic); name != session.topic_names.end())
                topics.insert(name->second);
        }
    }
    if (bound.size() == ids.size()) return topics;
    auto in_use = session.reader->file().use();
    if (!in_use) return passOn(in_use);
    Status s = forEachRow(session.reader->file(),
                          "SELECT DISTINCT function_id, topic_id FROM invocation WHERE topic_id IS NOT NULL",
                          [&](RowReader& row) {
                              const auto function = row.id<FunctionId>();
                              const auto name = session.topic_names.find(row.id<TopicId>());
                              if (ids.count(function) > 0 && name != session.topic_names.end())
                                  topics.insert(name->second);
                          });
    if (!s) return passOn(s);
    return topics;
}

Result<Matching> match(Both<Session>& sessions, const Options& options, Comparison& result) {
    Matching m;
    std::set<std::string> taken;
    for (const auto& [name, id] : sessions[0].functions) {
        const auto renamed = options.functions.find(name);
        const std::string other = renamed == options.functions.end() ? name : renamed->second;
        const auto found = sessions[1].functions.find(other);
        if (found == sessions[1].functions.end()) {
            result.alone[0].push_back(name);
            continue;
        }
        taken.insert(other);
        const auto number = static_cast<std::int32_t>(m.functions.size());
        m.common[0].functions[id] = number;
        m.common[1].functions[found->second] = number;
        m.functions.push_back({name, other});
    }
    for (const auto& [name, id] : sessions[1].functions) {
        if (taken.count(name) == 0) result.alone[1].push_back(name);
    }
    for (const auto& [name, other] : options.functions) {
        if (sessions[0].functions.count(name) > 0 && sessions[1].functions.count(other) > 0) continue;
        return fail(ErrorCode::Usage, fmt::format("There is no function {} in {}, or no {} in {}.", name,
                                                  sessions[0].path, other, sessions[1].path));
    }
    if (m.functions.empty()) {
        return fail(ErrorCode::Usage, "The sessions have no function in common, so nothing can be compared.",
                    "Where a function has another name in the second session, say --function OLD=NEW.");
    }
    for (std::size_t side = 0; side < 2; ++side) {
        for (const auto& [name, id] : sessions.at(side).topics) {
            auto at = std::find(m.topics.begin(), m.topics.end(), name);
            if (at == m.topics.end()) at = m.topics.insert(m.topics.end(), name);
            m.common.at(side).topics[id] = static_cast<std::int32_t>(at - m.topics.begin());
        }
    }
    std::vector<std::string> of_a;
    std::vector<std::string> of_b;
    for (const auto& [a, b] : m.functions) {
        of_a.push_back(a);
        of_b.push_back(b);
    }
    const auto a = topicsOf(sessions[0], of_a);
    if (!a) return tl::unexpected<Error>(a.error());
    const auto b = topicsOf(sessions[1], of_b);
    if (!b) return tl::unexpected<Error>(b.error());
    std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(m.sources));
    for (const std::string& name : m.sources) {
        for (std::size_t side = 0; side < 2; ++side)
            m.common.at(side).sources.insert(sessions.at(side).topics.at(name));
    }
    return m;
}

/// Broken units of the functions that are compared, by kind.
Result<std::map<std::string, std::int64_t>> findingsOf(Session& session, const Common& common) {
    std::map<std::string, std::int64_t> units;
    auto info = session.reader->info();
    if (!info) return passOn(info);
    auto summary = session.reader->orderSummary();
    if (!summary) return passOn(summary);
    if (!info->ended || !*summary) {  // not checked, or not to the end
        auto check = analysis::order::checkSession(session.path);
        if (!check) return passOn(check);
        for (const analysis::order::Finding& f : check->findings) {
            if (common.functions.count(f.function) > 0) units[analysis::order::word(f.kind)] += f.units();
        }
        return units;
    }
    auto in_use = session.reader->file().use();
    if (!in_use) return passOn(in_use);
    Status s = forEachRow(session.reader->file(),
                          "SELECT kind, function_id, sum(last_offset - first_offset + 1) FROM finding "
                          "WHERE function_id IS NOT NULL GROUP BY kind, function_id",
                          [&](RowReader& row) {
                              const std::string kind = row.text();
                              const auto function = row.id<FunctionId>();
                              const std::int64_t n = row.maybeInteger().value_or(0);
                              if (common.functions.count(function) > 0) units[kind] += n;
                          });
    if (!s) return passOn(s);
    return units;
}

Status addFigures(Both<Session>& sessions, std::vector<FunctionPair>& functions) {
    Both<analysis::SessionStats> stats;
    for (std::size_t side = 0; side < 2; ++side) {
        auto of_side = analysis::sessionStats(*sessions.at(side).reader);
        if (!of_side) return passOn(of_side);
        stats.at(side) = std::move(*of_side);
    }
    const auto of = [&](std::size_t side, const std::string& name) -> const analysis::FunctionStats* {
        const auto& all = stats.at(side).functions;
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.name == name; });
        return found == all.end() ? nullptr : &*found;
    };
    for (FunctionPair& pair : functions) {
        const auto* const a = of(0, pair.names[0]);
        const auto* const b = of(1, pair.names[1]);
        if (a == nullptr || b == nullptr) continue;
        addFigures(a->calls, b->calls, pair);
        pair.measures.push_back(measured("init", a->init, b->init));
    }
    return {};
}

}  // namespace

bool Comparison::differ() const {
    return nothingInCommon() ||
           std::any_of(
               outputs.begin(), outputs.end(),
               [](const OutputPair& o) { return o.changed + o.missing + o.extra + o.reordered > 0; }) ||
           std::any_of(functions.begin(), functions.end(),
                       [](const FunctionPair& f) { return f.only_succeeded[0] + f.only_succeeded[1] > 0; }) ||
           std::any_of(findings.begin(), findings.end(),
                       [](const FindingPair& f) { return f.units[0] != f.units[1]; });
}

Result<Comparison> compareSessions(const std::string& a, const std::string& b, const Options& options) {
    Both<Session> sessions;
    Comparison result;
    for (std::size_t side = 0; side < 2; ++side) {
        auto session = openSession(side == 0 ? a : b);
        if (!session) return passOn(session);
        sessions.at(side) = std::move(*session);
        auto info = sessions.at(side).reader->info();
        if (!info) return passOn(info);
        result.sides.at(side) = {sessions.at(side).path, info->name, info->started, 0};
    }
    auto m = match(sessions, options, result);
    if (!m) return passOn(m);
    for (const auto& names : m->functions) {
        FunctionPair pair;
        pair.names = names;
        result.functions.push_back(std::move(pair));
    }
    auto same = samePlaces(sessions[0], sessions[1], m->sources);
    if (!same) return passOn(same);
    result.by_place = *same;

    MemoryBudget budget(options.memory);
    Both<std::unique_ptr<Scratch>> scratch{std::make_unique<Scratch>(budget),
                                           std::make_unique<Scratch>(budget)};
    auto gathered = gather(sessions, m->common, *same, scratch);
    if (!gathered) return passOn(gathered);
    for (std::size_t side = 0; side < 2; ++side) result.sides.at(side).events = gathered->at(side).events;
    Matcher matcher(sessions, {m->functions, m->topics}, options, result);
    if (Status s = matcher.match(gathered->at(0), gathered->at(1), *scratch[0]); !s) return passOn(s);
    result.sorted_on_disk = scratch[0]->written() + scratch[1]->written();
    if (Status s = addFigures(sessions, result.functions); !s) return passOn(s);

    Both<std::map<std::string, std::int64_t>> units;
    for (std::size_t side = 0; side < 2; ++side) {
        auto of_side = findingsOf(sessions.at(side), m->common.at(side));
        if (!of_side) return passOn(of_side);
        units.at(side) = std::move(*of_side);
    }
    for (const analysis::order::Kind kind : analysis::order::kKinds) {
        const std::string word = analysis::order::word(kind);
        const FindingPair pair{word, {units[0][word], units[1][word]}};
        if (pair.units[0] + pair.units[1] > 0) result.findings.push_back(pair);
    }
    return result;
}

}  // namespace weir::compare
