// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/matcher.h"

#include "journal/session_rows.h"
#include "replay/compare/json_diff.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

namespace weir::compare {
namespace {

constexpr std::size_t kMostFields = 10'000;  // distinct ones that are counted
constexpr std::size_t kFieldsOfExample = 10;

/// Reads many rows one by one: in one transaction the file is locked once instead of for each row.
class ReadTogether {
  public:
    explicit ReadTogether(Both<Session>& sessions) : sessions_(sessions) { execute("BEGIN"); }
    ~ReadTogether() { execute("COMMIT"); }
    ReadTogether(const ReadTogether&) = delete;
    ReadTogether& operator=(const ReadTogether&) = delete;

  private:
    void execute(const char* sql) {
        for (Session& session : sessions_) {
            journal::SessionFile& file = session.reader->file();
            // Where it fails, rows are read as well, only slower.
            if (const auto in_use = file.use()) (void)journal::sqlite::execute(file.handle(), sql);
        }
    }

    Both<Session>& sessions_;
};

}  // namespace

Output Matcher::Pair::output(std::size_t side) const {
    Output o;
    o.function = function;
    o.topic = topic;
    o.partition = partition.at(side);
    o.offset = offset.at(side);
    o.event = event.at(side);
    o.cause = cause;
    return o;
}

OutputPair& Matcher::outputOf(const Output& output) {
    OutputPair& pair = pairs_[{output.function, output.topic}];
    if (pair.function.empty()) {
        pair.function = numbers_.functions.at(static_cast<std::size_t>(output.function))[0];
        pair.topic = numbers_.topics.at(static_cast<std::size_t>(output.topic));
    }
    return pair;
}

Status Matcher::match(Gathered& a, Gathered& b, Scratch& scratch) {
    const Both<Gathered*> sides{&a, &b};
    const ReadTogether together(sessions_);
    Sorter<Pair> pairs(scratch);
    Both<std::vector<std::int32_t>> functions;  // that succeeded
    for (;;) {
        std::optional<Name> at;  // the next name of any of the four
        for (const Gathered* side : sides) {
            if (const Named* n = side->names.peek(); n != nullptr && (!at || n->name < *at)) at = n->name;
            if (const Output* o = side->outputs.peek(); o != nullptr && (!at || o->name < *at)) at = o->name;
        }
        if (!at) break;
        Both<bool> there{};
        for (std::size_t side = 0; side < 2; ++side) {
            Sorter<Named>& names = sides.at(side)->names;
            std::vector<std::int32_t>& of_side = functions.at(side);
            of_side.clear();
            for (; names.peek() != nullptr && names.peek()->name == *at; names.next()) {
                const std::int32_t function = names.peek()->function;
                if (function == Named::kThere) {
                    there.at(side) = true;
                } else if (of_side.empty() || of_side.back() != function) {
                    of_side.push_back(function);
                }
            }
        }
        if (there[0] && there[1]) ++result_.in_both;
        countSuccesses(there, functions);
        const auto next = [&](std::size_t side) {
            const Output* const o = sides.at(side)->outputs.peek();
            return o != nullptr && o->name == *at ? o : nullptr;
        };
        for (;;) {
            const Output* const of_a = next(0);
            const Output* const of_b = next(1);
            if (of_a == nullptr && of_b == nullptr) break;
            if (of_b == nullptr || (of_a != nullptr && of_a->same() < of_b->same())) {
                alone(*of_a, 0, !*at || there[1]);
                a.outputs.next();
            } else if (of_a == nullptr || of_b->same() < of_a->same()) {
                alone(*of_b, 1, !*at || there[0]);
                b.outputs.next();
            } else {
                if (Status s = pair(*of_a, *of_b); !s) return s;
                if (of_a->key != 0) {
                    pairs.add({of_a->function,
                               of_a->topic,
                               of_a->key,
                               {of_a->partition, of_b->partition},
                               {of_a->offset, of_b->offset},
                               {of_a->event, of_b->event},
                               of_a->cause});
                }
                a.outputs.next();
                b.outputs.next();
            }
        }
    }
    for (const Gathered* side : sides) {
        if (!side->names.status()) return side->names.status();
        if (!side->outputs.status()) return side->outputs.status();
    }
    if (Status s = reordered(pairs); !s) return s;
    for (auto& [key, pair] : pairs_) result_.outputs.push_back(std::move(pair));
    for (const auto& [path, count] : fields_) result_.fields.push_back({path, count});
    std::stable_sort(result_.fields.begin(), result_.fields.end(),
                     [](const FieldCount& x, const FieldCount& y) { return x.outputs > y.outputs; });
    return tellExamples();
}

void Matcher::countSuccesses(Both<bool> there, const Both<std::vector<std::int32_t>>& functions) {
    for (std::size_t side = 0; side < 2; ++side) {
        const std::vector<std::int32_t>& other = functions.at(1 - side);
        for (const std::int32_t function : functions.at(side)) {
            FunctionPair& pair = result_.functions.at(static_cast<std::size_t>(function));
            if (std::binary_search(other.begin(), other.end(), function)) {
                if (side == 0) ++pair.both_succeeded;
            } else if (there.at(1 - side)) {
                ++pair.only_succeeded.at(side);
            }
        }
    }
}

Status Matcher::pair(const Output& a, const Output& b) {
    OutputPair& out = outputOf(a);
    if (a.value == 0 || b.value == 0) {
        ++out.unknown;
        return {};
    }
    if (a.value == b.value) {
        ++out.same;
        return {};
    }
    const auto of_a = valueOf(0, a.event);
    if (!of_a) return tl::unexpected<Error>(of_a.error());
    const auto of_b = valueOf(1, b.event);
    if (!of_b) return tl::unexpected<Error>(of_b.error());
    std::vector<FieldChange> changes =
        *of_a && *of_b ? changesOf(**of_a, **of_b, options_.ignore)
                       : std::vector<FieldChange>{{"", of_a->value_or("null"), of_b->value_or("null")}};
    if (changes.empty()) {
        ++out.same;
        return {};
    }
    ++out.changed;
    std::set<std::string_view> paths;
    for (const FieldChange& change : changes) {
        if (!paths.insert(change.path).second) continue;
        const auto known = fields_.find(change.path);
        if (known != fields_.end()) {
            ++known->second;
        } else if (fields_.size() < kMostFields) {
            fields_[change.path] = 1;
        } else {
            ++result_.other_fields;
        }
    }
    if (changes.size() > kFieldsOfExample) changes.resize(kFieldsOfExample);
    keep(Example::Kind::Changed, &a, &b, std::move(changes));
    return {};
}

/// An output that only one session has: it counts when the other has what caused it.
void Matcher::alone(const Output& output, std::size_t side, bool other_has_cause) {
    OutputPair& out = outputOf(output);
    if (!other_has_cause) {
        ++out.no_cause.at(side);
        return;
    }
    ++(side == 0 ? out.missing : out.extra);
    keep(side == 0 ? Example::Kind::Missing : Example::Kind::Extra, side == 0 ? &output : nullptr,
         side == 0 ? nullptr : &output, {});
}

/// Of the outputs that both have, with one key: those that the second session has before one that they stand
/// behind in the first.
Status Matcher::reordered(Sorter<Pair>& pairs) {
    pairs.rewind();
    std::optional<Pair> group;                     // one of the outputs that are looked at
    std::map<std::int32_t, std::int64_t> highest;  // by partition in the second session
    for (; const Pair* const p = pairs.peek(); pairs.next()) {
        if (!group || group->group() != p->group()) {
            group = *p;
            highest.clear();
        }
        const auto [at, first] = highest.try_emplace(p->partition[1], p->offset[1]);
        if (first || p->offset[1] > at->second) {
            at->second = p->offset[1];
            continue;
        }
        const Output a = p->output(0);
        const Output b = p->output(1);
        ++outputOf(a).reordered;
        keep(Example::Kind::Reordered, &a, &b, {});
    }
    return pairs.status();
}

void Matcher::keep(Example::Kind kind, const Output* a, const Output* b, std::vector<FieldChange> fields) {
    const Output& o = a != nullptr ? *a : *b;
    auto& kept = examples_[kind];
    const Rank rank{o.function, o.topic, o.cause, o.partition, o.offset};
    if (options_.examples == 0) return;
    if (kept.size() == options_.examples) {
        if (!(rank < kept.rbegin()->first)) return;
        kept.erase(std::prev(kept.end()));
    }
    Candidate candidate;
    if (a != nullptr) candidate.a = *a;
    if (b != nullptr) candidate.b = *b;
    candidate.fields = std::move(fields);
    kept.insert_or_assign(rank, std::move(candidate));
}

Result<std::optional<std::string>> Matcher::valueOf(std::size_t side, std::int64_t event) {
    journal::SessionFile& file = sessions_.at(side).reader->file();
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    std::optional<std::string> value;
    Status s = journal::forEachRow(
        file, "SELECT value FROM event WHERE id = ?1", [&](journal::RowReader& row) { value = row.bytes(); },
        event);
    if (!s) return passOn(s);
    return value;
}

Result<std::optional<Place>> Matcher::placeOf(std::size_t side, std::int64_t event) {
    if (event == 0) return std::optional<Place>{};
    auto rows = sessions_.at(side).reader->events(EventId{event}, 1, 0);
    if (!rows) return passOn(rows);
    if (rows->empty() || rows->front().id.value != event) return std::optional<Place>{};
    const auto name = sessions_.at(side).topic_names.find(rows->front().topic);
    return std::optional{Place{name == sessions_.at(side).topic_names.end() ? "" : name->second,
                               rows->front().partition, rows->front().offset}};
}

Status Matcher::tellExamples() {
    for (auto& [kind, candidates] : examples_) {
        for (auto& [rank, candidate] : candidates) {
            const std::size_t side = candidate.a ? 0 : 1;
            const Output& o = candidate.a ? *candidate.a : *candidate.b;
            const std::string& topic = numbers_.topics.at(static_cast<std::size_t>(o.topic));
            Example e;
            e.kind = kind;
            e.function = numbers_.functions.at(static_cast<std::size_t>(o.function))[0];
            e.fields = std::move(candidate.fields);
            if (candidate.a) e.place[0] = Place{topic, candidate.a->partition, candidate.a->offset};
            if (candidate.b) e.place[1] = Place{topic, candidate.b->partition, candidate.b->offset};
            auto cause = placeOf(side, o.cause);
            if (!cause) return passOn(cause);
            e.cause = std::move(*cause);
            if (o.event != 0) {
                auto event = sessions_.at(side).reader->events(EventId{o.event}, 1, 0);
                if (!event) return passOn(event);
                if (!event->empty()) e.key = std::move(event->front().key);
            }
            result_.examples.push_back(std::move(e));
        }
    }
    const auto placeKey = [](const Example& e) {
        const Place p = e.cause.value_or(Place{});
        return std::tuple(e.kind, e.function, p.topic, p.partition, p.offset);
    };
    std::stable_sort(result_.examples.begin(), result_.examples.end(),
                     [&](const Example& x, const Example& y) { return placeKey(x) < placeKey(y); });
    return {};
}

}  // namespace weir::compare
