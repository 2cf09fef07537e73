// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/recorded_calls.h"

#include "base/text.h"
#include "journal/session_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace weir::redrive {
namespace {

using journal::RowReader;

/// Chosen events with consecutive ids, and where they stand.
struct Chosen {
    std::int64_t first = 0, last = 0;  // ids
    std::int64_t offset = 0;           // of the first
    std::size_t place = 0;             // topic and partition, numbered
    std::size_t bit = 0;               // of the first, among those of all chosen events
};
using Place = std::pair<std::string, std::int32_t>;

/// Walks the calls of a function and puts what is chosen of them into batches.
class Gatherer {
  public:
    explicit Gatherer(const Selection& selection) {
        for (const Selection::Topic& topic : selection.topics) {
            for (const auto& [partition, stretches] : topic.stretches) {
                for (const Stretch& s : stretches) {
                    const std::int64_t first = s.first_event.value;
                    chosen_.push_back({first, first + s.count() - 1, s.first, places_.size(), 0});
                }
                places_.emplace_back(topic.name, partition);
            }
        }
        std::sort(chosen_.begin(), chosen_.end(),
                  [](const Chosen& a, const Chosen& b) { return a.first < b.first; });
        made_.resize(places_.size());
        open_.resize(places_.size());
        std::size_t bits = 0;
        for (Chosen& c : chosen_) {
            c.bit = bits;
            bits += static_cast<std::size_t>(c.last - c.first + 1);
        }
        used_.resize(bits);
    }

    /// A call begins: what add() names is in it.
    void begin(std::optional<facts::ClosedBy> closed_by) {
        end();
        closed_by_ = closed_by.value_or(facts::ClosedBy::Size);
    }

    void add(std::int64_t first, std::int64_t last) {
        auto c = from(first);
        for (; c != chosen_.end() && c->first <= last; ++c) {
            for (std::int64_t id = std::max(first, c->first); id <= std::min(last, c->last); ++id) {
                const std::size_t bit = c->bit + static_cast<std::size_t>(id - c->first);
                if (used_[bit]) {
                    ++repeated_;
                    continue;
                }
                used_[bit] = true;
                append(c->place, c->offset + id - c->first);
            }
        }
    }

    /// The call is over.
    void end() {
        for (const std::size_t place : in_call_) {
            made_[place].batches.push_back({made_[place].runs.size(), closed_by_});
            open_[place] = false;
            ++count_;
        }
        in_call_.clear();
    }

    /// Calls `visit(i, had)` for each event of a chosen stretch.
    template <typename Visit>
    void forEach(const Stretch& stretch, const Visit& visit) const {
        const std::size_t bit = from(stretch.first_event.value)->bit;
        for (std::int64_t i = 0; i < stretch.count(); ++i) visit(i, used_[bit + static_cast<std::size_t>(i)]);
    }
    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] std::int64_t repeated() const { return repeated_; }
    [[nodiscard]] std::map<Place, std::shared_ptr<const invoke::RecordedBatches>> take() {
        std::map<Place, std::shared_ptr<const invoke::RecordedBatches>> all;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            all[places_[i]] = std::make_shared<const invoke::RecordedBatches>(std::move(made_[i]));
        }
        return all;
    }

  private:
    /// The first that ends at an id or after it.
    [[nodiscard]] std::vector<Chosen>::const_iterator from(std::int64_t id) const {
        return std::lower_bound(chosen_.begin(), chosen_.end(), id,
                                [](const Chosen& x, std::int64_t wanted) { return x.last < wanted; });
    }

    void append(std::size_t place, std::int64_t offset) {
        auto& runs = made_[place].runs;
        if (!open_[place]) {
            open_[place] = true;
            in_call_.push_back(place);
        } else if (runs.back().last + 1 == offset) {
            runs.back().last = offset;
            return;
        }
        runs.push_back({offset, offset});
    }

    std::vector<Chosen> chosen_;  // by id
    std::vector<Place> places_;
    std::vector<invoke::RecordedBatches> made_;  // by place
    std::vector<bool> open_;                     // by place: the present call has something of it
    std::vector<std::size_t> in_call_;
    std::vector<bool> used_;
    std::int64_t count_ = 0, repeated_ = 0;
    facts::ClosedBy closed_by_ = facts::ClosedBy::Size;
};

/// Functions that got events of these topics, by the first event of their calls.
Result<std::set<FunctionId>> calledWith(journal::SessionReader& reader, const Selection& selection) {
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    std::set<TopicId> wanted;
    for (const journal::TopicRow& t : *topics) {
        if (std::any_of(selection.topics.begin(), selection.topics.end(),
                        [&](const Selection::Topic& s) { return s.name == t.name; }))
            wanted.insert(t.id);
    }
    auto in_use = reader.file().use();
    if (!in_use) return passOn(in_use);
    std::set<FunctionId> functions;
    Status s = journal::forEachRow(
        reader.file(), "SELECT DISTINCT function_id, topic_id FROM invocation WHERE topic_id IS NOT NULL",
        [&](RowReader& row) {
            const FunctionId function{row.integer()};
            if (wanted.contains(TopicId{row.integer()})) functions.insert(function);
        });
    if (!s) return passOn(s);
    return functions;
}

Result<journal::FunctionRow> functionFor(journal::SessionReader& reader, const Selection& selection,
                                         const std::string& name, bool exact) {
    auto all = reader.functions();
    if (!all) return passOn(all);
    const auto same = std::find_if(all->begin(), all->end(), [&](const auto& f) { return f.name == name; });
    if (same != all->end()) return *same;
    auto called = calledWith(reader, selection);
    if (!called) return passOn(called);
    std::vector<journal::FunctionRow> candidates;
    std::string names;
    for (const journal::FunctionRow& f : *all) {
        if (!called->contains(f.id)) continue;
        candidates.push_back(f);
        names += (names.empty() ? "" : ", ") + f.name;
    }
    if (candidates.size() == 1 && !exact) return candidates.front();
    if (candidates.empty()) {
        return fail(ErrorCode::Usage, "No function of the session was called with these events.",
                    "Leave out the recorded batches: then the flow's settings form them.");
    }
    return fail(ErrorCode::Usage,
                fmt::format("The session has no function {}, whose batches could be used.", name),
                fmt::format("Say whose batches are meant. Those that got these events: {}.", names));
}

/// Leaves the events in the selection that some call had.
void reduce(Selection& selection, const Gatherer& calls) {
    selection.events = 0;
    for (Selection::Topic& topic : selection.topics) {
        for (auto p = topic.stretches.begin(); p != topic.stretches.end();) {
            std::vector<Stretch> kept;
            for (const Stretch& s : p->second) {
                bool open = false;
                calls.forEach(s, [&](std::int64_t i, bool had) {
                    if (had && open) {
                        ++kept.back().last;
                    } else if (had) {
                        kept.push_back(
                            {EventId{s.first_event.value + i}, s.first + i, s.first + i, s.received});
                    }
                    open = had;
                    selection.events += had ? 1 : 0;
                });
            }
            p->second = std::move(kept);
            p = p->second.empty() ? topic.stretches.erase(p) : std::next(p);
        }
    }
}

}  // namespace

Result<RecordedCalls> recordedCalls(journal::SessionReader& reader, Selection& selection,
                                    const std::string& function, bool exact) {
    const auto whose = functionFor(reader, selection, function, exact);
    if (!whose) return tl::unexpected<Error>(whose.error());
    Gatherer calls(selection);
    {
        auto in_use = reader.file().use();
        if (!in_use) return passOn(in_use);
        std::int64_t present = -1;
        Status s = journal::forEachRow(
            reader.file(),
            "SELECT i.id, b.closed_by, r.first_event_id, r.last_event_id FROM invocation AS i "
            "JOIN delivery_run AS r ON r.invocation_id = i.id LEFT JOIN batch AS b ON b.id = i.batch_id "
            "WHERE i.function_id = ?1 ORDER BY i.id, r.position",
            [&](RowReader& row) {
                const std::int64_t id = row.integer();
                const auto closed_by = row.maybeWord(facts::ClosedBy::Revoke);
                const std::int64_t first = row.integer();
                const std::int64_t last = row.integer();
                row.require(first <= last);
                if (row.bad()) return;
                if (id != present) calls.begin(closed_by);
                present = id;
                calls.add(first, last);
            },
            whose->id);
        if (!s) return passOn(s);
        calls.end();
    }
    if (calls.count() == 0) {
        return fail(ErrorCode::Usage,
                    fmt::format("No call of {} had any of the {} chosen events.", whose->name,
                                formatCount(selection.events)),
                    "Leave out the recorded batches: then the flow's settings form them.");
    }
    RecordedCalls result;
    result.function = whose->name;
    result.count = calls.count();
    result.repeated = calls.repeated();
    const std::int64_t chosen = selection.events;
    reduce(selection, calls);
    result.uncalled = chosen - selection.events;
    result.batches = calls.take();
    return result;
}

}  // namespace weir::redrive
