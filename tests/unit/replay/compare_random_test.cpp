// SPDX-License-Identifier: GPL-3.0-or-later
// Random pairs of sessions: what compareSessions() finds is what a slow and obvious matcher finds.
#include "effort.h"
#include "replay/compare/compare.h"
#include "replay/compare/sorter.h"
#include "unit/journal/session_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace weir::compare {
namespace {

using journal::test::chunkOf;

constexpr TimeNs kStart = 1'700'000'000'000'000'000;
constexpr int kTopics = 3;  // 0 is read by f and g, 1 is written to and read by h, 2 is written to
constexpr int kFunctions = 3;
using Text = std::optional<std::string>;
using Random = std::mt19937;

int below(Random& random, int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
}

struct Event {
    int topic = 0, partition = 0;
    std::int64_t offset = 0;
    Text key, value;
    TimeNs timestamp = 0;
};
struct Call {
    int function = 0;
    std::size_t event = 0;  // by number
    facts::Outcome outcome = facts::Outcome::Success;
};
struct Out {
    std::size_t call = 0;
    int topic = 1, partition = 0;
    std::int64_t offset = 0;
    Text key, value;
    bool recorded = true;
};
/// A session as plain lists.
struct Model {
    bool chained = false;       // h reads topic 1, else topic 0 as the others do
    std::vector<Event> events;  // by arrival; outputs that were recorded are among them, in the end
    std::vector<Call> calls;
    std::vector<Out> outputs;

    [[nodiscard]] bool isSource(int topic) const { return topic == 0 || (topic == 1 && chained); }
};

Text someKey(Random& random) {
    const int n = below(random, 4);
    return n == 0 ? Text{} : Text{std::string(static_cast<std::size_t>(n - 1), 'k')};
}

/// Calls and outputs of a made session, over events that are there; some things differ by chance.
void addCalls(Model& m, Random& random, int differ_percent, Random& chance) {
    const auto differs = [&] { return below(chance, 100) < differ_percent; };
    std::map<std::pair<int, int>, std::int64_t> next;
    const std::size_t sources = m.events.size();
    for (std::size_t e = 0; e < sources; ++e) {
        for (int f = 0; f < 2; ++f) {
            const int tries = below(random, 3);
            const int more = differs() ? 1 : 0;
            for (int t = 0; t < tries + more; ++t) {
                Random& by = t < tries ? random : chance;  // so that both sessions go on alike
                Call call{f, e, below(by, 3) == 0 ? facts::Outcome::Error : facts::Outcome::Success};
                if (differs()) call.outcome = facts::Outcome::Timeout;
                m.calls.push_back(call);
                const int outputs = below(by, 3);
                for (int o = 0; o < outputs; ++o) {
                    Out out;
                    out.call = m.calls.size() - 1;
                    out.topic = 1 + below(by, 2);
                    out.partition = below(by, 2);
                    out.key = someKey(by);
                    out.value = fmt::format(R"({{"n":{},"m":{}}})", below(by, 3), e % 2);
                    if (below(by, 9) == 0) out.value = std::nullopt;
                    if (differs()) out.value = fmt::format(R"({{"n":{}}})", below(chance, 3));
                    if (differs()) out.key = someKey(chance);
                    if (!differs()) m.outputs.push_back(out);
                }
            }
        }
    }
    // Where outputs stand: mostly in order.
    for (std::size_t i = 8; i < m.outputs.size(); ++i) {
        if (below(chance, 10) < 2 && differ_percent > 0)
            std::swap(m.outputs[i - 1 - static_cast<std::size_t>(below(chance, 8))], m.outputs[i]);
    }
    for (Out& out : m.outputs) out.offset = next[{out.topic, out.partition}]++;
}

/// What was recorded of the outputs; h is called with some of topic 1.
void recordOutputs(Model& m, Random& random, bool dark) {
    for (Out& out : m.outputs) {
        out.recorded = !dark || out.topic != 2 || below(random, 3) > 0;
        if (!out.recorded) continue;
        m.events.push_back({out.topic, out.partition, out.offset, out.key, out.value, kStart});
        if (m.chained && out.topic == 1 && below(random, 3) == 0)
            m.calls.push_back({2, m.events.size() - 1, facts::Outcome::Success});
    }
}

Status write(const std::string& path, const Model& m) {
    std::vector<facts::Fact> all{{kStart, facts::Session{"made", facts::Mode::Drive, "c"}}};
    for (int t = 0; t < kTopics; ++t)
        all.push_back({kStart, facts::Topic{TopicId{t + 1}, fmt::format("topic-{}", t), 2}});
    for (int f = 0; f < kFunctions; ++f) {
        all.push_back({kStart, facts::Function{FunctionId{f + 1}, fmt::format("f-{}", f), "builtin"}});
        all.push_back({kStart, facts::Trigger{TriggerId{f + 1},
                                              fmt::format("t-{}", f),
                                              FunctionId{f + 1},
                                              {TopicId{f == 2 && m.chained ? 2 : 1}},
                                              "none",
                                              "g",
                                              1,
                                              0}});
    }
    TimeNs at = kStart;
    for (std::size_t e = 0; e < m.events.size(); ++e) {
        const Event& event = m.events[e];
        journal::test::Item item{event.offset, event.key, event.value};
        item.timestamp = event.timestamp;
        item.type = TimestampType::Create;
        all.push_back({++at, facts::Records{chunkOf(TopicId{event.topic + 1}, event.partition,
                                                    EventId{static_cast<std::int64_t>(e) + 1}, {item})}});
    }
    const auto runOf = [&](std::size_t e) {
        const Event& event = m.events.at(e);
        return facts::EventRun{TopicId{event.topic + 1}, event.partition, event.offset, event.offset,
                               EventId{static_cast<std::int64_t>(e) + 1}};
    };
    for (std::size_t c = 0; c < m.calls.size(); ++c) {
        facts::Start start;
        start.id = InvocationId{static_cast<std::int64_t>(c) + 1};
        start.function = FunctionId{m.calls[c].function + 1};
        start.trigger = TriggerId{m.calls[c].function + 1};
        start.events = {runOf(m.calls[c].event)};
        all.push_back({++at, start});
        all.push_back({++at, facts::End{start.id, m.calls[c].outcome, {}, ""}});
    }
    for (const Out& out : m.outputs) {
        all.push_back({++at, facts::Output{InvocationId{static_cast<std::int64_t>(out.call) + 1},
                                           TopicId{out.topic + 1},
                                           out.partition,
                                           out.offset,
                                           {runOf(m.calls[out.call].event)}}});
    }
    // As an import: without a log, which is faster.
    auto writer = journal::SessionWriter::create(path, {}, journal::SessionWriter::Purpose::Import);
    if (!writer) return passOn(writer);
    if (Status s = (*writer)->write(all); !s) return s;
    return (*writer)->finish();
}

// --- the slow matcher ------------------------------------------------------------------------------------

struct Slow {
    Both<const Model*> sides;
    bool by_place = false;
    bool dark[kTopics] = {};
    Both<std::vector<std::string>> names;  // of events
    Both<std::set<std::string>> there;
    Both<std::set<std::pair<int, std::string>>> successes;

    Slow(const Model& a, const Model& b) : sides{&a, &b} {
        by_place = std::all_of(b.events.begin(), b.events.end(), [&](const Event& e) {
            return !b.isSource(e.topic) || std::any_of(a.events.begin(), a.events.end(), [&](const Event& o) {
                return o.topic == e.topic && o.partition == e.partition && o.offset == e.offset &&
                       o.key == e.key && o.value.has_value() == e.value.has_value() &&
                       o.value.value_or("").size() == e.value.value_or("").size() &&
                       o.timestamp == e.timestamp;
            });
        });
        for (const Model* m : sides) {
            for (const Out& out : m->outputs) dark[out.topic] = dark[out.topic] || !out.recorded;
        }
        for (std::size_t side = 0; side < 2; ++side) {
            const Model& m = *sides.at(side);
            for (std::size_t e = 0; e < m.events.size(); ++e) {
                names.at(side).push_back(named(side, e));
                if (m.isSource(m.events[e].topic)) there.at(side).insert(names.at(side).back());
            }
            for (const Call& c : m.calls) {
                if (c.outcome == facts::Outcome::Success)
                    successes.at(side).insert({c.function, names.at(side)[c.event]});
            }
        }
    }
    const std::string& name(std::size_t side, std::size_t e) const { return names.at(side)[e]; }
    bool has(std::size_t side, const std::string& event) const { return there.at(side).count(event) > 0; }
    bool succeeded(std::size_t side, int function, const std::string& event) const {
        return successes.at(side).count({function, event}) > 0;
    }
    std::string named(std::size_t side, std::size_t e) const {
        const Model& m = *sides.at(side);
        const Event& event = m.events[e];
        if (by_place) return fmt::format("{} {} {}", event.topic, event.partition, event.offset);
        int before = 0;
        for (std::size_t i = 0; i < e; ++i) {
            if (m.events[i].topic == event.topic && m.events[i].key == event.key &&
                m.events[i].value == event.value)
                ++before;
        }
        return fmt::format("{} {} {} {}", event.topic, event.key.value_or("null"),
                           event.value.value_or("null"), before);
    }
    std::string nameOf(std::size_t side, const Out& out) const {
        const Model& m = *sides.at(side);
        const Call& call = m.calls[out.call];
        return fmt::format("{} {} [{}] {}", call.function, out.topic, name(side, call.event),
                           dark[out.topic] || !out.key ? "-" : "key " + *out.key);
    }
};

using Counts = std::map<std::string, std::int64_t>;

Counts slowly(const Model& a, const Model& b) {
    const Slow slow(a, b);
    Counts counts;
    for (std::size_t side = 0; side < 2; ++side) {
        std::map<std::string, int> seen;
        for (std::size_t e = 0; e < slow.sides.at(side)->events.size(); ++e) {
            if (!a.isSource(slow.sides.at(side)->events[e].topic)) continue;
            ++counts[fmt::format("events {}", side)];
            const std::string event = slow.name(side, e);
            for (int f = 0; f < kFunctions; ++f) {
                if (!slow.succeeded(side, f, event)) continue;
                if (slow.succeeded(1 - side, f, event)) {
                    if (side == 0) ++counts[fmt::format("f-{} both", f)];
                } else if (slow.has(1 - side, event)) {
                    ++counts[fmt::format("f-{} only {}", f, side)];
                }
            }
        }
    }
    struct Matched {
        const Out *a, *b;
    };
    std::vector<Matched> matched;
    Both<std::vector<std::string>> names;
    for (std::size_t side = 0; side < 2; ++side) {
        for (const Out& out : slow.sides.at(side)->outputs) names.at(side).push_back(slow.nameOf(side, out));
    }
    for (std::size_t side = 0; side < 2; ++side) {
        const std::vector<Out>& own = slow.sides.at(side)->outputs;
        const std::vector<Out>& others = slow.sides.at(1 - side)->outputs;
        const auto rankOf = [&](const std::vector<Out>& outputs, const std::vector<std::string>& called,
                                std::size_t i) {
            int rank = 0;
            for (std::size_t j = 0; j < outputs.size(); ++j) {
                if (called[j] == called[i] && std::tie(outputs[j].partition, outputs[j].offset) <
                                                  std::tie(outputs[i].partition, outputs[i].offset))
                    ++rank;
            }
            return rank;
        };
        for (std::size_t i = 0; i < own.size(); ++i) {
            const Out& out = own[i];
            const Out* same = nullptr;
            for (std::size_t j = 0; j < others.size() && same == nullptr; ++j) {
                if (names.at(1 - side)[j] == names.at(side)[i] &&
                    rankOf(others, names.at(1 - side), j) == rankOf(own, names.at(side), i))
                    same = &others[j];
            }
            const int function = slow.sides.at(side)->calls[out.call].function;
            const std::string at = fmt::format("f-{} topic-{} ", function, out.topic);
            if (same == nullptr) {
                const std::string cause = slow.name(side, slow.sides.at(side)->calls[out.call].event);
                ++counts[at + (!slow.has(1 - side, cause) ? fmt::format("no cause {}", side)
                                                          : std::string(side == 0 ? "missing" : "extra"))];
                continue;
            }
            if (side == 1) continue;
            matched.push_back({&out, same});
            const bool known = out.recorded && same->recorded;
            ++counts[at + (!known ? "unknown" : out.value == same->value ? "same" : "changed")];
        }
    }
    for (const Matched& m : matched) {
        const int function = a.calls[m.a->call].function;
        if (slow.dark[m.a->topic] || !m.a->key) continue;
        if (std::any_of(matched.begin(), matched.end(), [&](const Matched& before) {
                return a.calls[before.a->call].function == function && before.a->topic == m.a->topic &&
                       before.a->key == m.a->key && before.a->partition == m.a->partition &&
                       before.a->offset < m.a->offset && before.b->partition == m.b->partition &&
                       before.b->offset > m.b->offset;
            }))
            ++counts[fmt::format("f-{} topic-{} reordered", function, m.a->topic)];
    }
    return counts;
}

Counts countsOf(const Comparison& c) {
    Counts counts;
    const auto add = [&](const std::string& what, std::int64_t n) {
        if (n > 0) counts[what] = n;
    };
    for (std::size_t side = 0; side < 2; ++side) add(fmt::format("events {}", side), c.sides.at(side).events);
    for (const FunctionPair& f : c.functions) {
        add(f.names[0] + " both", f.both_succeeded);
        for (std::size_t side = 0; side < 2; ++side)
            add(fmt::format("{} only {}", f.names[0], side), f.only_succeeded.at(side));
    }
    for (const OutputPair& o : c.outputs) {
        const std::string at = o.function + " " + o.topic + " ";
        add(at + "same", o.same);
        add(at + "changed", o.changed);
        add(at + "unknown", o.unknown);
        add(at + "missing", o.missing);
        add(at + "extra", o.extra);
        add(at + "reordered", o.reordered);
        for (std::size_t side = 0; side < 2; ++side)
            add(fmt::format("{}no cause {}", at, side), o.no_cause.at(side));
    }
    return counts;
}

class CompareRandomTest : public journal::test::SessionTest {};

TEST_F(CompareRandomTest, FindsWhatASlowMatcherFinds) {
    std::map<bool, int> seen;
    std::set<std::string> kinds;
    const unsigned seeds = weir::test::effort(15U);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Random chance_a(seed + 1'000);
        Random chance_b(seed + 2'000);
        const bool elsewhere = seed % 2 == 0;  // the second session has the events at other places
        Both<Model> models;
        models[0].chained = models[1].chained = seed % 3 == 0;
        std::map<int, std::int64_t> next;
        const int events = 30 + below(random, 30);
        for (int e = 0; e < events; ++e) {
            Event event{0, below(random, 2), 0, someKey(random), std::to_string(below(random, 6)), 0};
            event.offset = next[event.partition]++;
            event.timestamp = kStart - kSecond + e;
            if (below(random, 20) != 0) models[0].events.push_back(event);
            if (elsewhere) event.offset += 7;
            if (!elsewhere || below(random, 10) != 0) models[1].events.push_back(event);
        }
        if (!elsewhere) models[1].events = models[0].events;
        const auto calls = static_cast<unsigned>(random());
        const bool dark = below(random, 3) == 0;
        for (std::size_t side = 0; side < 2; ++side) {
            Random same(calls);
            addCalls(models.at(side), same, seed % 5 == 0 ? 0 : 6, side == 0 ? chance_a : chance_b);
            recordOutputs(models.at(side), side == 0 ? chance_a : chance_b, dark);
        }
        const std::string a = at(fmt::format("a-{}.weir", seed));
        const std::string b = at(fmt::format("b-{}.weir", seed));
        ASSERT_OK(write(a, models[0]));
        ASSERT_OK(write(b, models[1]));
        const Counts expected = slowly(models[0], models[1]);
        for (const auto& [what, n] : expected) kinds.insert(what.substr(what.find(' ') + 1));
        Options options;
        const auto comparison = compareSessions(a, b, options);
        ASSERT_OK(comparison);
        ++seen[comparison->by_place];
        EXPECT_EQ(countsOf(*comparison), expected);
        EXPECT_EQ(comparison->sorted_on_disk, 0);
        // The same when memory has room for nothing.
        options.memory = 0;
        auto on_disk = compareSessions(a, b, options);
        ASSERT_OK(on_disk);
        EXPECT_GT(on_disk->sorted_on_disk, 0);
        on_disk->sorted_on_disk = 0;
        EXPECT_EQ(comparisonJson(*on_disk), comparisonJson(*comparison));
    }
    if (seeds < 15) return;
    EXPECT_GT(seen[true], 3);
    EXPECT_GT(seen[false], 3);
    for (const char* kind : {"both", "only 0", "only 1"}) EXPECT_TRUE(kinds.count(kind) > 0) << kind;
    for (const char* kind : {"same", "changed", "missing", "extra", "reordered", "no cause 0", "no cause 1"})
        EXPECT_TRUE(kinds.count(std::string("topic-1 ") + kind) > 0) << kind;
    EXPECT_TRUE(kinds.count("topic-2 unknown") > 0);
}

TEST(Sorter, GivesRowsBackInOrderFromMemoryAndFromDisk) {
    struct Row {
        std::uint32_t value = 0, more[5] = {};
        bool operator<(const Row& o) const { return value < o.value; }
    };
    for (const std::int64_t memory : {0, 20'000, 1 << 20}) {
        for (const int count : {0, 1, 31, 32, 33, 5'000}) {
            MemoryBudget budget(memory);
            Scratch scratch(budget);
            Sorter<Row> sorter(scratch);
            std::vector<std::uint32_t> expected;
            Random random(static_cast<unsigned>(count));
            for (int i = 0; i < count; ++i) {
                expected.push_back(static_cast<std::uint32_t>(random() % 3'000));
                sorter.add({expected.back()});
            }
            std::sort(expected.begin(), expected.end());
            sorter.rewind();
            std::vector<std::uint32_t> sorted;
            for (; sorter.peek() != nullptr; sorter.next()) sorted.push_back(sorter.peek()->value);
            EXPECT_TRUE(sorter.status());
            EXPECT_EQ(sorter.size(), count);
            EXPECT_EQ(sorted, expected) << memory << " bytes, " << count << " rows";
            EXPECT_EQ(scratch.written() > 0, count > 32 && count * std::int64_t{sizeof(Row)} > memory);
            EXPECT_TRUE(memory == 0 || budget.take(memory)) << "all of it was given back";
        }
    }
}

}  // namespace
}  // namespace weir::compare
