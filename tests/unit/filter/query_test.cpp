// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/query.h"

#include "effort.h"
#include "unit/journal/session_fixture.h"

#include <chrono>
#include <numeric>
#include <thread>

namespace weir::filter {
namespace {

using namespace facts;
using journal::test::plainChunk;
using journal::test::record;
using journal::test::why;

constexpr TimeNs kT = 1'000 * kSecond;
constexpr std::int64_t kEvents = 40'000;

/// Arrivals of 10 in turn over two topics of two partitions; each is a call of its own.
class FilterQuery : public journal::test::SessionTest {
  protected:
    FilterQuery() {
        std::vector<Fact> facts{{kT, Session{"s", Mode::Drive, "embedded"}},
                                {kT, Topic{TopicId{1}, "bids", 2, SourceKind::Kafka}},
                                {kT, Topic{TopicId{2}, "items", 2, SourceKind::Kafka}},
                                {kT, Function{FunctionId{1}, "enrich", "builtin"}},
                                {kT, Function{FunctionId{2}, "rare", "builtin"}}};
        std::int64_t offsets[5] = {};
        for (std::int64_t id = 1; id <= kEvents; id += 10) {
            const std::int64_t turn = id / 10;
            const TopicId topic{1 + turn % 2};
            const auto partition = static_cast<std::int32_t>(turn / 2 % 2);
            auto& offset = offsets[topic.value * 2 - 2 + partition];
            const TimeNs at = kT + id * kMillisecond;
            facts.push_back({at, Records{plainChunk(topic, partition, EventId{id}, offset, 10)}});
            const InvocationId call{1 + turn};
            const FunctionId function{call.value == 3'000 ? 2 : 1};
            facts.push_back({at, Start{call,
                                       function,
                                       {},
                                       {},
                                       {},
                                       1,
                                       false,
                                       0,
                                       {},
                                       {{topic, partition, offset, offset + 9, EventId{id}}}}});
            facts.push_back({at, End{call, Outcome::Success, {}, ""}});
            offset += 10;
        }
        EXPECT_TRUE(record(at("s.weir"), facts));
        auto reader = journal::SessionReader::open(at("s.weir"));
        EXPECT_TRUE(reader) << why(reader);
        reader_ = std::move(*reader);
    }

    Query query(const std::string& text, Subject subject = Subject::Events) {
        return Query(*reader_, *Filter::parse(text), subject);
    }
    std::vector<std::int64_t> ids(const std::string& text, PageRequest request = {1, 1'000'000, {}, 0},
                                  Subject subject = Subject::Events) {
        auto page = query(text, subject).page(request);
        EXPECT_TRUE(page) << why(page);
        return page ? page->ids : std::vector<std::int64_t>{};
    }

    std::unique_ptr<journal::SessionReader> reader_;
};

TEST_F(FilterQuery, LooksPlacesUp) {
    EXPECT_EQ(ids("topic == \"items\" && partition == 1 && offset == 25"), (std::vector<std::int64_t>{116}));
    const auto plan = query("topic == \"items\" && partition == 1 && offset == 25").explain();
    ASSERT_OK(plan);
    EXPECT_NE(plan->find("1 ranges of events, looked up with event_run_place"), std::string::npos) << *plan;
    EXPECT_NE(plan->find("by row: nothing"), std::string::npos) << *plan;
    EXPECT_NE(query("topic == \"none\"").explain()->find("nothing can match"), std::string::npos);
    EXPECT_EQ(ids("topic == \"bids\" && offset < 10").size(), 20U);
    EXPECT_EQ(ids("!(topic == \"bids\") && !(offset >= 10)").size(), 20U);
    EXPECT_EQ(ids("topic == \"bids\" && partition == 0").size(), static_cast<std::size_t>(kEvents / 4));
}

TEST_F(FilterQuery, AsksTheCallsFirst) {
    const std::string rare = "function == \"rare\"";
    const auto found = ids(rare);
    ASSERT_EQ(found.size(), 10U);
    EXPECT_EQ(found.front(), 29'991);
    EXPECT_EQ(ids(rare, {1, 1'000, {}, 0}, Subject::Invocations), (std::vector<std::int64_t>{3'000}));
    EXPECT_EQ(ids(rare + " && offset in {7490..7499}", {1, 1'000, {}, 0}, Subject::Invocations),
              (std::vector<std::int64_t>{3'000}));
    EXPECT_NE(query(rare).explain()->find("by row: nothing"), std::string::npos);
}

TEST_F(FilterQuery, PagesBothWays) {
    const auto all = ids("key == \"k3\"");
    ASSERT_EQ(all.size(), static_cast<std::size_t>(kEvents / 10));  // a chunk's keys are k0 … k6, k0 …
    auto q = query("key == \"k3\"");
    std::vector<std::int64_t> got;
    for (std::optional<std::int64_t> next = kEvents + 5; next;) {
        const auto page = q.page({*next, 700, Direction::Backward, 0});
        ASSERT_OK(page);
        got.insert(got.end(), page->ids.begin(), page->ids.end());
        next = page->next;
    }
    std::reverse(got.begin(), got.end());
    EXPECT_EQ(got, all);
    EXPECT_TRUE(*q.holdsFor(all[5]));
    EXPECT_FALSE(*q.holdsFor(all[5] + 1));
    EXPECT_FALSE(*q.holdsFor(kEvents + 1));
}

TEST_F(FilterQuery, TimesAreRangesOfIds) {
    const auto plan = query("received >= +30s && received < +30020ms").explain();
    ASSERT_OK(plan);
    EXPECT_NE(plan->find("events 30001 to 30020"), std::string::npos) << *plan;
    EXPECT_EQ(ids("received >= +30s && received < +30020ms").size(), 20U);
    EXPECT_EQ(ids("received > -1s").size(), 1'000U);
}

TEST_F(FilterQuery, ComesBackInTimeAndWhenInterrupted) {
    auto q = query("value matches \"nothing like it\"");
    const auto page = q.page({1, 10, Direction::Forward, 1});
    ASSERT_OK(page);
    ASSERT_TRUE(page->next);
    EXPECT_LT(*page->next, kEvents);
    std::int64_t from = 1;
    std::vector<std::int64_t> none;
    for (std::optional<std::int64_t> next = from; next;) {
        const auto more = q.page({*next, 10, Direction::Forward, 1});
        ASSERT_OK(more);
        none.insert(none.end(), more->ids.begin(), more->ids.end());
        next = more->next;
    }
    EXPECT_TRUE(none.empty());
    std::atomic<bool> done{false};
    std::thread stopper([&] {
        while (!done) {
            reader_->interrupt();
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
    });
    const auto stopped = q.page({1, 10, Direction::Forward, 0});
    done = true;
    stopper.join();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

TEST_F(FilterQuery, NothingInTheFilterReachesTheSql) {
    for (const char* text : {"key == \"'; DROP TABLE event; --\"", "topic == \"' OR 1=1 --\"",
                             "value contains \"\\x00'\\\"\"", "error == \"x') OR (1\""}) {
        EXPECT_TRUE(ids(text).empty()) << text;
        const std::string plan = *query(text).explain();
        EXPECT_EQ(plan.find("DROP", plan.find("search:")), std::string::npos) << plan;
    }
    EXPECT_EQ(ids("").size(), static_cast<std::size_t>(kEvents));
}

TEST_F(FilterQuery, WideFiltersAreNoTroubleForSqlite) {
    std::string wide = "offset == 1";
    for (int i = 0; i < weir::test::effort(3'000); ++i) wide += " || key == \"x" + std::to_string(i) + "\"";
    EXPECT_EQ(ids(wide).size(), 4U);
}

}  // namespace
}  // namespace weir::filter
