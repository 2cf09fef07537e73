// SPDX-License-Identifier: GPL-3.0-or-later
// What a session does not keep: masked, cut, pruned.
#include "journal/text/facts_export.h"
#include "session_fixture.h"

#include <chrono>
#include <fstream>
#include <sstream>

namespace weir::journal::test {
namespace {

using namespace facts;

constexpr TimeNs kT = 1'700'000'000 * kSecond;

std::string contentOf(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

class Capture : public SessionTest {
  protected:
    std::unique_ptr<SessionReader> recorded(const std::vector<Item>& items, const CapturePolicy& policy) {
        const std::vector<Fact> all{{kT, Topic{TopicId{1}, "t", 1}},
                                    {kT, Records{chunkOf(TopicId{1}, 0, EventId{1}, items)}}};
        EXPECT_TRUE(record(at("s.weir"), all, policy));
        auto reader = SessionReader::open(at("s.weir"));
        EXPECT_TRUE(reader) << why(reader);
        return reader ? std::move(*reader) : nullptr;
    }
};

TEST_F(Capture, WhatIsMaskedIsNowhereInTheFile) {
    CapturePolicy policy;
    policy.mask_paths = {"$.card.number", "$..pin"};
    policy.mask_headers = {"Authorization"};
    std::vector<Item> items;
    for (std::int64_t i = 0; i < 100; ++i) {  // through both statements, of many rows and of one
        items.push_back({i,
                         "k",
                         R"({"card":{"number":"SECRET-1","x":1},"a":[{"pin":"SECRET-2"}]})",
                         {{"authorization", "SECRET-3"}, {"ce_type", "bid"}}});
    }
    items.push_back({100, "k", "SECRET-4 is in what is not JSON", {}});
    items.push_back({101, "k", R"({"open":"shown"})", {}});
    items.push_back({102, "k", std::nullopt, {}});
    auto reader = recorded(items, policy);
    const auto first = reader->event(EventId{1});
    ASSERT_OK(first);
    EXPECT_EQ(first->value, R"({"card":{"number":"***","x":1},"a":[{"pin":"***"}]})");
    EXPECT_TRUE(first->captured);
    EXPECT_FALSE(first->truncated);
    EXPECT_EQ(first->row.size, static_cast<std::int64_t>(items[0].value->size()));
    EXPECT_EQ(first->headers[0].second, "***");
    EXPECT_EQ(first->headers[1].second, "bid");
    EXPECT_FALSE(reader->event(EventId{101})->captured);
    EXPECT_EQ(reader->event(EventId{102})->value, R"({"open":"shown"})");
    EXPECT_EQ(reader->event(EventId{103})->row.size, -1);
    EXPECT_EQ(reader->info()->mask, R"({"paths":["$.card.number","$..pin"],"headers":["Authorization"]})");
    reader.reset();
    EXPECT_EQ(contentOf(at("s.weir")).find("SECRET"), std::string::npos);
    std::ostringstream facts;
    ASSERT_OK(exportFacts(at("s.weir"), facts));
    EXPECT_EQ(facts.str().find("SECRET"), std::string::npos);
}

TEST_F(Capture, IsMaskedBeforeItIsCut) {
    CapturePolicy policy;
    policy.values = CapturePolicy::Values::Prefix;
    policy.prefix_bytes = 12;
    policy.mask_paths = {"pin"};
    auto reader = recorded({{0, "k", R"({"pin":"1234567890"})"}}, policy);
    EXPECT_EQ(reader->event(EventId{1})->value, R"({"pin":"***")");
    EXPECT_TRUE(reader->event(EventId{1})->truncated);
}

TEST_F(Capture, ASizeCapPrunesTheOldestWhileRecording) {
    CapturePolicy policy;
    policy.max_bytes = 4 << 20;
    auto writer = SessionWriter::create(at("s.weir"), policy);
    ASSERT_OK(writer);
    const std::string value(200, 'x');
    std::int64_t next = 0;
    for (int flush = 0; flush < 200; ++flush) {
        std::vector<Fact> all;
        for (int c = 0; c < 5; ++c, next += 100) {
            const TimeNs at = kT + next * kMillisecond;
            std::vector<Item> items;
            for (std::int64_t i = 0; i < 100; ++i) items.push_back({next + i, "k", value});
            const EventRun run{TopicId{1}, 0, next, next + 99, EventId{next + 1}};
            all.push_back({at, Records{chunkOf(TopicId{1}, 0, run.first_event, items)}});
            Start start;
            start.id = InvocationId{next / 100 + 1};
            start.function = FunctionId{1};
            start.events = {run};
            all.push_back({at, start});
            all.push_back({at, End{start.id, Outcome::Success, {}, ""}});
        }
        ASSERT_OK((*writer)->write(all));
        ASSERT_OK((*writer)->flush());
    }
    ASSERT_OK((*writer)->finish());
    EXPECT_LE(std::filesystem::file_size(at("s.weir")), 4u << 20);
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    const auto extent = (*reader)->extent();
    ASSERT_OK(extent);
    EXPECT_EQ(extent->events, 100'000);
    EXPECT_GT(extent->first_event.value, 80'000);
    EXPECT_GT(extent->first_invocation.value, 800);
    const auto pruned = (*reader)->pruned();
    ASSERT_OK(pruned);
    ASSERT_EQ(pruned->size(), 1u);
    EXPECT_EQ(pruned->front().reason, "size");
    EXPECT_EQ(pruned->front().events, extent->first_event.value - 1);
    const auto totals = (*reader)->rollupTotals();
    ASSERT_OK(totals);
    for (const RollupTotal& t : *totals) {
        if (t.key.scope != RollupScope::Session) continue;
        EXPECT_EQ(t.counts[RollupCount::Events], 100'000);
    }
    EXPECT_EQ((*reader)->event(extent->first_event)->row.id, extent->first_event);
    std::ostringstream facts;
    EXPECT_TRUE(exportFacts(at("s.weir"), facts));
}

TEST_F(Capture, AnAgeCapPrunesTheOldestWhileRecording) {
    CapturePolicy policy;
    policy.max_age = 10 * kSecond;
    auto writer = SessionWriter::create(at("s.weir"), policy);
    ASSERT_OK(writer);
    for (std::int64_t second = 0; second < 60; ++second) {
        const std::vector<Fact> all{
            {kT + second * kSecond,
             Records{plainChunk(TopicId{1}, 0, EventId{second * 10'000 + 1}, second * 10'000, 10'000)}}};
        ASSERT_OK((*writer)->write(all));
        ASSERT_OK((*writer)->flush());
    }
    ASSERT_OK((*writer)->finish());
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    const auto extent = (*reader)->extent();
    ASSERT_OK(extent);
    const auto first = (*reader)->events(extent->first_event, 1);
    ASSERT_OK(first);
    EXPECT_GE(first->front().received, kT + 48 * kSecond);
    EXPECT_LE(first->front().received, kT + 50 * kSecond) << "more was pruned than asked";
    EXPECT_EQ((*reader)->pruned()->front().reason, "age");
}

TEST_F(Capture, AValueOf100MegabytesIsKeptAndInNobodysWay) {
    std::string huge(100 << 20, 'x');
    huge[7] = 'y';
    std::vector<Item> items{{0, "k", "small"}, {1, "k", huge}, {2, "k", "small"}};
    auto reader = recorded(items, {});
    const auto started = std::chrono::steady_clock::now();
    const auto page = reader->events(EventId{1}, 10);
    ASSERT_OK(page);
    ASSERT_EQ(page->size(), 3u);
    EXPECT_EQ((*page)[1].size, 100 << 20);
    EXPECT_LE((*page)[1].preview->size(), 200u);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
    EXPECT_EQ(reader->event(EventId{2})->value, huge);
}

}  // namespace
}  // namespace weir::journal::test
