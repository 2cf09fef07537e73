// SPDX-License-Identifier: GPL-3.0-or-later
#include "effort.h"
#include "filter/query.h"
#include "unit/filter/naive.h"
#include "unit/journal/session_fixture.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <random>

namespace weir::filter {
namespace {

using namespace facts;
using journal::test::chunkOf;
using journal::test::Item;
using journal::test::record;
using journal::test::why;

constexpr TimeNs kT = 1'000 * kSecond;

/// Random sessions and random filters.
class Random {
  public:
    explicit Random(unsigned seed) : random_(seed) {}

    std::int64_t number(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
    }
    bool chance(int percent) { return number(99) < percent; }
    template <typename T>
    const T& of(const std::vector<T>& all) {
        return all[static_cast<std::size_t>(number(static_cast<std::int64_t>(all.size()) - 1))];
    }

  private:
    std::mt19937 random_;
};

const std::vector<std::string> kKeys{"", "item-1", "item-2", "item-10", "\xFF\xFE", "é"};

std::optional<std::string> someValue(Random& r) {
    switch (r.number(6)) {
        case 0:
            return std::nullopt;
        case 1:
            return "plain text " + std::to_string(r.number(3));
        case 2:
            return R"({"price":)" + std::to_string(r.number(4)) +
                   R"(,"ok":true,"tags":["a","b"],"deep":{"x":[1,2.5,null]}})";
        case 3:
            return R"({"price":)" + std::to_string(r.number(4)) + R"(.5,"name":"Ann","tags":[]})";
        case 4:
            return R"([{"price":)" + std::to_string(r.number(4)) + R"(},{"price":3}])";
        case 5:
            return "{broken";
        default:
            return R"({"price":"2","big":18446744073709551615,"ok":false,"none":null})";
    }
}

/// Two topics of three partitions, two functions; retries, partial failures, calls over partitions, calls
/// seen from outside, unrecorded events; findings made up.
std::vector<Fact> someFacts(Random& r) {
    std::vector<Fact> out{
        {kT, Session{"s", Mode::Drive, "embedded"}},
        {kT, Topic{TopicId{1}, "bids", 3, SourceKind::Kafka}},
        {kT, Topic{TopicId{2}, "items", 3, SourceKind::Kafka}},
        {kT, Function{FunctionId{1}, "enrich", "builtin"}},
        {kT, Function{FunctionId{2}, "notify", "builtin"}},
        {kT, Trigger{TriggerId{1}, "bids→enrich", FunctionId{1}, {TopicId{1}}, "partition", "g"}},
        {kT, Instance{InstanceId{1}, "i-1", FunctionId{1}}},
        {kT, Instance{InstanceId{2}, "i-2", FunctionId{2}}}};
    TimeNs at = kT;
    std::int64_t event = 1;
    std::int64_t offsets[3][3] = {};
    std::vector<EventRun> runs;
    for (int chunk = 0; chunk < 12; ++chunk) {
        const std::int64_t topic = 1 + r.number(1), partition = r.number(2), count = 1 + r.number(4);
        auto& offset = offsets[topic][partition];
        offset += r.number(1);
        std::vector<Item> items;
        for (std::int64_t i = 0; i < count; ++i) {
            Item item{offset + i, std::nullopt, someValue(r)};
            if (r.chance(80)) item.key = r.of(kKeys);
            if (r.chance(50))
                item.headers = {{"ce_type", r.chance(50) ? "bid.placed" : "item"}, {"n", std::nullopt}};
            if (r.chance(30)) item.headers.emplace_back("n", std::to_string(r.number(2)));
            if (r.chance(70)) {
                item.timestamp = at - r.number(5) * kMillisecond;
                item.type = TimestampType::Create;
            }
            items.push_back(std::move(item));
        }
        at += r.number(20) * kMillisecond;
        const EventRun run{TopicId{topic}, static_cast<std::int32_t>(partition), offset, offset + count - 1,
                           EventId{event}};
        if (r.chance(10)) {
            out.push_back({at, Unrecorded{run}});
        } else {
            out.push_back({at, Records{chunkOf(run.topic, run.partition, run.first_event, items)}});
        }
        runs.push_back(run);
        event += count;
        offset += count;
    }
    std::int64_t invocation = 1;
    for (int call = 0; call < 14; ++call) {
        at += r.number(20) * kMillisecond;
        std::vector<EventRun> events{r.of(runs)};
        if (r.chance(20)) {
            const EventRun& more = r.of(runs);
            if (more.first_event != events.front().first_event) events.push_back(more);
        }
        const FunctionId function{1 + r.number(1)};
        if (r.chance(10)) {
            out.push_back({at, Observed{InvocationId{invocation++}, function, events}});
            continue;
        }
        Start start{InvocationId{invocation}, function, {}, {}, {}, 1, false, std::nullopt, {}, events};
        if (r.chance(50)) start.trigger = TriggerId{1};
        if (r.chance(70)) start.instance = InstanceId{1 + r.number(1)};
        start.attempt = static_cast<int>(1 + r.number(2));
        start.cold = r.chance(30);
        if (r.chance(50)) start.epoch = static_cast<int>(r.number(2));
        if (invocation > 1 && r.chance(20)) start.split_of = InvocationId{1};
        out.push_back({at, start});
        at += r.number(300) * kMillisecond;
        if (r.chance(85)) {
            End end{InvocationId{invocation}, static_cast<Outcome>(r.number(6)), {}, ""};
            if (end.outcome == Outcome::Partial) {
                end.failed = {{events[0].topic, events[0].partition, events[0].first, events[0].first,
                               events[0].first_event}};
            }
            if (end.outcome != Outcome::Success) end.error = r.chance(50) ? "it broke" : "time is up";
            out.push_back({at, end});
        }
        ++invocation;
    }
    return out;
}

void addFindings(const std::string& path, Random& r) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    for (int i = 0; i < 10; ++i) {
        const std::vector<std::string> kinds{"regression", "inversion",        "overlap",   "duplicate",
                                             "gap",        "output-inversion", "key-split", "late"};
        const std::string& kind = r.of(kinds);
        const bool split = kind == "key-split";
        const std::int64_t first = r.number(10);
        const std::string sql = fmt::format(
            "INSERT INTO finding(kind, severity, cause, function_id, topic_id, partition, first_offset, "
            "last_offset, "
            "key, invocation_id, lateness_ns, at_ns) VALUES ('{}','{}',{},{},{},{},{},{},{},{},{},{})",
            kind, r.of<std::string>({"note", "warn", "error"}),
            r.of<std::string>({"NULL", "'retry'", "'producer'"}),
            split || r.chance(20) ? "NULL" : std::to_string(1 + r.number(1)), 1 + r.number(1),
            split ? "NULL" : std::to_string(r.number(2)), split ? "NULL" : std::to_string(first),
            split ? "NULL" : std::to_string(first + r.number(3)), split || r.chance(30) ? "'item-1'" : "NULL",
            kind == "overlap" || kind == "duplicate" ? std::to_string(1 + r.number(5)) : "NULL",
            kind == "late" ? std::to_string(r.number(5) * kMillisecond) : "NULL",
            kT + r.number(100) * kMillisecond);
        ASSERT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
    }
    sqlite3_close(db);
}

std::string someTest(Random& r) {
    const auto op = [&] { return r.of<std::string>({"==", "!=", "<", "<=", ">", ">="}); };
    const auto textOp = [&] {
        return r.of<std::string>({"==", "!=", "<", ">=", "contains", "startswith", "endswith", "matches"});
    };
    const auto n = [&](std::int64_t most) { return std::to_string(r.number(most)); };
    switch (r.number(26)) {
        case 0:
            return fmt::format("topic {} \"{}\"", textOp(), r.of<std::string>({"bids", "items", "i"}));
        case 1:
            return fmt::format("partition {} {}", op(), n(3));
        case 2:
            return fmt::format("partition in {{{},{}}}", n(3), n(3));
        case 3:
            return fmt::format("offset {} {}", op(), n(12));
        case 4:
            return fmt::format("offset in {{{}..{},{}}}", n(5), n(12), n(12));
        case 5:
            return fmt::format("key {} \"{}\"", textOp(), r.of<std::string>({"", "item-1", "1", "item"}));
        case 6:
            return fmt::format("key in {{\"item-1\",\"item-2\"..\"item-3\"}}");
        case 7:
            return fmt::format("value {} \"{}\"", textOp(),
                               r.of<std::string>({"plain", "text 1", "price", ""}));
        case 8:
            return fmt::format("value.price {} {}", op(), r.of<std::string>({"1", "2.5", "3", "\"2\""}));
        case 9:
            return r.of<std::string>({"value.tags[*] == \"b\"", "value.tags[*] != \"a\"",
                                      "value[0].price > 1", "value[*].price >= 3", "value.deep.x[*] == null",
                                      "value.deep.x[1] < 3", "value.none == null", "value.none",
                                      "value.big > 9223372036854775807", "value.ok == true",
                                      "value.ok != true", "value.price in {1, 2.5..3.5, \"2\"}",
                                      "value.name startswith \"A\"", "value.tags"});
        case 10:
            return fmt::format("header[\"n\"] {} \"{}\"", textOp(), n(2));
        case 11:
            return fmt::format("type matches \"^{}\"", r.of<std::string>({"bid", "item", "x"}));
        case 12:
            return fmt::format("size {} {}", op(), n(60));
        case 13:
            return fmt::format("received {} +{}ms", op(), n(200));
        case 14:
            return fmt::format("received in {{+{}ms..-{}ms}}", n(200), n(1'000));
        case 15:
            return fmt::format("function {} \"{}\"", textOp(), r.of<std::string>({"enrich", "notify", "o"}));
        case 16:
            return fmt::format("run {} {}ms", op(), n(300));
        case 17:
            return fmt::format("wait {} {}ms", op(), n(500));
        case 18:
            return fmt::format("total {} {}ms", op(), n(800));
        case 19:
            return fmt::format("outcome {} {}", r.of<std::string>({"==", "!="}),
                               r.of<std::string>({"success", "error", "partial", "timeout"}));
        case 20:
            return r.of<std::string>(
                {"cold", "split", "observed", "in_flight", "cold == false", "recorded", "truncated != true"});
        case 21:
            return fmt::format("attempt {} {}", op(), n(3));
        case 22:
            return fmt::format("{} {} {}", r.of<std::string>({"invocation", "event", "events", "epoch"}),
                               op(), n(20));
        case 23:
            return r.of<std::string>({"finding == inversion", "finding in {late, key-split}",
                                      "finding == \"gap\"", "finding", "severity >= warn", "cause == retry",
                                      "lateness > 1ms", "broken > +50ms", "finding != late"});
        case 24:
            return fmt::format("error {} \"{}\"", textOp(), r.of<std::string>({"broke", "time is up"}));
        case 25:
            return fmt::format("timestamp {} +{}ms", op(), n(100));
        default:
            return r.of<std::string>({"key", "instance", "instance == \"i-1\"", "trigger",
                                      "trigger contains \"bids\"", "started > +200ms", "ended <= +400ms",
                                      "timestamp", "header[\"n\"]", "error", "value", "event"});
    }
}

std::string someFilter(Random& r, int depth) {
    if (depth == 0 || r.chance(35)) return someTest(r);
    if (r.chance(20)) return "!(" + someFilter(r, depth - 1) + ")";
    std::string out = someFilter(r, depth - 1);
    const char* const between = r.chance(60) ? " && " : " || ";
    for (std::int64_t i = 1 + r.number(1); i > 0; --i) out += between + someFilter(r, depth - 1);
    return "(" + out + ")";
}

class FilterDifferential : public journal::test::SessionTest {};

TEST_F(FilterDifferential, AgreesWithTheObviousWay) {
    std::size_t matched = 0, asked = 0;
    for (unsigned seed = 1; seed <= weir::test::effort(6U); ++seed) {
        Random r(seed);
        const std::string path = at("s" + std::to_string(seed) + ".weir");
        ASSERT_OK(record(path, someFacts(r)));
        addFindings(path, r);
        auto reader = journal::SessionReader::open(path);
        ASSERT_OK(reader);
        for (int f = 0; f < 40; ++f) {
            const std::string text = someFilter(r, 3);
            const auto filter = Filter::parse(text);
            ASSERT_TRUE(filter) << text << ": " << filter.error().toError(text).hint;
            for (const Subject subject : {Subject::Events, Subject::Invocations, Subject::Findings}) {
                const auto expected = test::naiveMatches(path, *filter, subject);
                Query query(**reader, *filter, subject);
                const std::int64_t limit = 1 + r.number(20);
                for (const Direction direction : {Direction::Forward, Direction::Backward}) {
                    const bool back = direction == Direction::Backward;
                    std::vector<std::int64_t> got;
                    std::optional<std::int64_t> next = back ? 1'000'000 : 1;
                    while (next) {
                        auto page = query.page({*next, limit, direction, 0});
                        ASSERT_OK(page);
                        ASSERT_LE(page->ids.size(), static_cast<std::size_t>(limit));
                        got.insert(got.end(), page->ids.begin(), page->ids.end());
                        next = page->next;
                    }
                    if (back) std::reverse(got.begin(), got.end());
                    ASSERT_EQ(got, expected) << "seed " << seed << ", subject " << static_cast<int>(subject)
                                             << ": " << text << "\n"
                                             << *query.explain();
                }
                matched += expected.size();
                ++asked;
            }
        }
    }
    EXPECT_GT(matched, asked);  // the filters say something
}

}  // namespace
}  // namespace weir::filter
