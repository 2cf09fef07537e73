// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/compact.h"

#include "journal/session_notes.h"
#include "session_fixture.h"

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

/// 60 chunks of 1,000 events, one a second, each delivered in one call.
std::vector<Fact> aMinute() {
    std::vector<Fact> all{{kT, Session{"minute", Mode::Drive, ""}},
                          {kT, Topic{TopicId{1}, "bids", 1}},
                          {kT, facts::Function{FunctionId{1}, "f", "builtin"}}};
    for (std::int64_t i = 0; i < 60; ++i) {
        const TimeNs at = kT + i * kSecond;
        const EventRun run{TopicId{1}, 0, i * 1000, i * 1000 + 999, EventId{i * 1000 + 1}};
        all.push_back({at, Records{plainChunk(TopicId{1}, 0, run.first_event, run.first, 1000)}});
        Start start;
        start.id = InvocationId{i + 1};
        start.function = FunctionId{1};
        start.events = {run};
        all.push_back({at, start});
        all.push_back({at + 10, End{start.id, Outcome::Success, {}, ""}});
        all.push_back({at + 20, Output{start.id, TopicId{1}, 0, i, {run}}});
    }
    return all;
}

CompactOptions withoutValues() {
    CompactOptions options;
    options.drop_values = true;
    return options;
}
CompactOptions keptFrom(TimeNs at) {
    CompactOptions options;
    options.keep_from = at;
    return options;
}
CompactOptions atMost(std::int64_t bytes) {
    CompactOptions options;
    options.max_bytes = bytes;
    return options;
}

class Compact : public SessionTest {
  protected:
    void SetUp() override { ASSERT_OK(record(at("s.weir"), aMinute())); }
};

TEST_F(Compact, DropsValuesAndKeepsAllElse) {
    const auto done = compactSession(at("s.weir"), at("s.weir"), withoutValues());
    ASSERT_OK(done);
    EXPECT_LT(done->bytes_after, done->bytes_before);
    EXPECT_EQ(done->pruned_events, 0);
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->extent()->events, 60'000);
    const auto event = (*reader)->event(EventId{17});
    ASSERT_OK(event);
    EXPECT_FALSE(event->captured);
    EXPECT_FALSE(event->value);
    EXPECT_EQ(event->row.size, 3);
    EXPECT_EQ((*reader)->info()->capture, "none");
}

TEST_F(Compact, PrunesWhatIsOlderAndSaysSo) {
    const auto done = compactSession(at("s.weir"), at("half.weir"), keptFrom(kT + 30 * kSecond));
    ASSERT_OK(done);
    EXPECT_GE(done->pruned_events, 20'000);
    EXPECT_LE(done->pruned_events, 30'000);
    auto reader = SessionReader::open(at("half.weir"));
    ASSERT_OK(reader);
    const auto extent = (*reader)->extent();
    ASSERT_OK(extent);
    EXPECT_EQ(extent->first_event.value, done->pruned_events + 1) << "ids stay";
    EXPECT_EQ(extent->events, 60'000);
    const auto pruned = (*reader)->pruned();
    ASSERT_OK(pruned);
    ASSERT_EQ(pruned->size(), 1u);
    EXPECT_EQ(pruned->front().reason, "compact");
    EXPECT_EQ(pruned->front().first_event, extent->first_event);
    // What is left hangs together.
    const auto first = (*reader)->events(extent->first_event, 1);
    ASSERT_OK(first);
    EXPECT_EQ(first->front().offset, done->pruned_events);
    EXPECT_FALSE((*reader)->deliveries(extent->first_event, extent->first_event)->empty());
    EXPECT_FALSE((*reader)->outputs(extent->first_event)->empty());
    EXPECT_EQ((*reader)->findEvent(TopicId{1}, 0, 5)->value, 0);
    EXPECT_FALSE((*reader)->event(EventId{6}));
    const auto calls = (*reader)->invocations(InvocationId{1}, 1000);
    ASSERT_OK(calls);
    EXPECT_EQ(calls->front().id, extent->first_invocation);
    // The original is whole.
    auto original = SessionReader::open(at("s.weir"));
    ASSERT_OK(original);
    EXPECT_TRUE((*original)->pruned()->empty());
}

TEST_F(Compact, ForgetsWhatPrunedEventsNamedAsTheirCauses) {
    std::vector<Fact> all{{kT, Session{"minute", Mode::Import, ""}}, {kT, Topic{TopicId{1}, "bids", 1}}};
    for (std::int64_t i = 0; i < 60; ++i) {
        std::vector<Item> items(1000, Item{0, "k", "v"});
        for (std::int64_t n = 0; n < 1000; ++n) items[static_cast<std::size_t>(n)].offset = i * 1000 + n;
        items[0].headers = {{"weir_cause", "up/0@" + std::to_string(i * 10'000)}};
        all.push_back({kT + i * kSecond, Records{chunkOf(TopicId{1}, 0, EventId{i * 1000 + 1}, items)}});
    }
    ASSERT_OK(record(at("caused.weir"), all));
    ASSERT_OK(compactSession(at("caused.weir"), at("caused.weir"), keptFrom(kT + 30 * kSecond)));
    auto reader = SessionReader::open(at("caused.weir"));
    ASSERT_OK(reader);
    const auto pruned = (*reader)->namedAsCause("up", 0, 30'000, 10);
    ASSERT_OK(pruned);
    EXPECT_TRUE(pruned->empty());
    const auto kept = (*reader)->namedAsCause("up", 0, 590'000, 10);
    ASSERT_OK(kept);
    EXPECT_EQ(kept->size(), 1U);
}

TEST_F(Compact, PrunesToASize) {
    const auto done = compactSession(at("s.weir"), at("small.weir"), atMost(1 << 20));
    ASSERT_OK(done);
    EXPECT_LE(done->bytes_after, 1 << 20);
    EXPECT_GT(done->pruned_events, 0);
    EXPECT_LT(done->pruned_events, 60'000) << "the newest stay";
}

TEST_F(Compact, NeverReplacesAnotherFileNorAnOpenSession) {
    std::ofstream(at("other.weir")) << "precious";
    const auto other = compactSession(at("s.weir"), at("other.weir"), {});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::FileExists);
    EXPECT_EQ(contentOf(at("other.weir")), "precious");

    auto writer = SessionWriter::create(at("live.weir"), {});
    ASSERT_OK(writer);
    const auto live = compactSession(at("live.weir"), at("live.weir"), {});
    ASSERT_FALSE(live);
    EXPECT_NE(live.error().message.find("not ended"), std::string::npos);
    EXPECT_TRUE(compactSession(at("live.weir"), at("copy.weir"), {}));
    ASSERT_OK((*writer)->finish());
}

TEST_F(Compact, ADamagedSessionStaysAsItIs) {
    std::string bytes = contentOf(at("s.weir"));
    for (std::size_t i = 40'000; i < 60'000; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5A);
    std::ofstream(at("bad.weir"), std::ios::binary) << bytes;
    const auto before = listing();
    (void)compactSession(at("bad.weir"), at("bad.weir"), withoutValues());
    EXPECT_EQ(listing(), before) << "something was left behind";
}

TEST_F(Compact, NotesComeAndGoAndComeBack) {
    SessionNotes notes(at("s.weir"));
    const auto id = notes.add("look here", kT + 5);
    ASSERT_OK(id);
    const auto edited = notes.edit(*id, "look there; DROP TABLE event; <b>\x1b[2J");
    ASSERT_OK(edited);
    EXPECT_EQ(edited->text, "look here");
    const auto removed = notes.remove(*id);
    ASSERT_OK(removed);
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_TRUE((*reader)->notes()->empty());
    ASSERT_OK(notes.putBack(*removed));
    ASSERT_OK((*reader)->notes());
    EXPECT_EQ((*reader)->notes()->front().text, removed->text);
    EXPECT_EQ((*reader)->notes()->front().at, kT + 5);
    EXPECT_FALSE(notes.remove(99));
    EXPECT_FALSE(notes.add(""));
    EXPECT_FALSE(notes.add("\xff"));
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});

    auto writer = SessionWriter::create(at("live.weir"), {});
    ASSERT_OK(writer);
    EXPECT_FALSE(SessionNotes(at("live.weir")).add("x"));
    ASSERT_OK((*writer)->finish());
}

}  // namespace
}  // namespace weir::journal::test
