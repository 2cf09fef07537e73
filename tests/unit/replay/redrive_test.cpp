// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/redrive/redrive.h"

#include "journal/session_rows.h"
#include "replay/compare/compare.h"
#include "unit/journal/session_fixture.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace weir::redrive {
namespace {

using journal::test::chunkOf;
using journal::test::Item;
using journal::test::record;

constexpr TimeNs kStart = 1'700'000'000'000'000'000;

/// A session of two partitions with three records each, delivered to `f` without success; the second
/// partition begins at offset 100.
class RedriveTest : public journal::test::SessionTest {
  protected:
    void recordSession(journal::CapturePolicy capture = {}) {
        std::vector<facts::Fact> all{
            {kStart, facts::Session{"parent", facts::Mode::Drive, "c"}},
            {kStart, facts::Topic{TopicId{1}, "in", 2}},
            {kStart, facts::Function{FunctionId{1}, "f", "builtin"}},
            {kStart, facts::Trigger{TriggerId{1}, "in→f", FunctionId{1}, {TopicId{1}}, "none", "g", 1, 0}}};
        for (std::int32_t p = 0; p < 2; ++p) {
            std::vector<Item> items;
            for (std::int64_t i = 0; i < 3; ++i) {
                Item item{p * 100 + i, "k" + std::to_string(i), "v" + std::to_string(p * 100 + i)};
                item.headers = {{"origin", "p" + std::to_string(p)}};
                item.timestamp = kStart - 5 * kSecond;
                item.type = TimestampType::Create;
                items.push_back(std::move(item));
            }
            all.push_back({kStart + p * 200 * kMillisecond,
                           facts::Records{chunkOf(TopicId{1}, p, EventId{p * 3 + 1}, items)}});
        }
        ASSERT_OK(record(at("parent.weir"), all, capture));
    }

    Plan plan() {
        Plan p;
        p.session = at("parent.weir");
        p.path = at("new.weir");
        p.function = "f";
        p.flow.name = "again";
        p.flow.cluster.brokers = "nobody.invalid:1";
        flow::FunctionSpec f;
        f.name = "f";
        f.target = flow::BuiltinTarget{"fun"};
        p.flow.functions = {f};
        flow::TriggerSpec t;
        t.name = "in→f";
        t.function = "f";
        t.source = std::vector<std::string>{"in"};
        t.group = "g";
        t.batch_size = 2;
        t.batching_window = 0;
        t.outputs = {{"out", std::nullopt, std::nullopt}};
        p.flow.triggers = {t};
        p.builtins["fun"] = invoke::builtin([this](const invoke::Batch& batch) { return answer(batch); });
        return p;
    }

    static std::string secondsSinceStart(TimeNs timestamp) {
        return timestamp == kNoTimestamp ? "none" : std::to_string((timestamp - kStart) / kSecond);
    }

    invoke::Answer answer(const invoke::Batch& batch) {
        const std::lock_guard lock(mutex_);
        invoke::Answer a;
        std::uint32_t position = 0;
        for (const invoke::Slice& slice : batch.slices) {
            for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i, ++position) {
                const RecordChunk& chunk = *slice.chunk;
                const auto headers = chunk.headers(i);
                seen_.push_back(std::to_string(chunk.partition()) + "@" + std::to_string(chunk[i].offset) +
                                " " + std::string(chunk.key(i).view()) + "=" +
                                std::string(chunk.value(i).view()) + " " +
                                std::string(headers.empty() ? "" : headers[0].value.view()) + " " +
                                secondsSinceStart(chunk[i].timestamp));
                invoke::AnsweredRecord out;
                out.value = "<" + std::string(chunk.value(i).view()) + ">";
                out.cause = position;
                a.records.push_back(std::move(out));
            }
        }
        return a;
    }

    Status run(Plan p) {
        auto redrive = Redrive::start(std::move(p));
        if (!redrive) return passOn(redrive);
        return (*redrive)->recording().wait();
    }

    std::mutex mutex_;  // guards seen_
    std::vector<std::string> seen_;
};

TEST_F(RedriveTest, EventsComeAgainAsTheyWereAndOutputsGoNowhere) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    ASSERT_OK(run(plan()));
    std::sort(seen_.begin(), seen_.end());
    EXPECT_EQ(seen_, (std::vector<std::string>{"0@0 k0=v0 p0 -5", "0@1 k1=v1 p0 -5", "0@2 k2=v2 p0 -5",
                                               "1@100 k0=v100 p1 -5", "1@101 k1=v101 p1 -5",
                                               "1@102 k2=v102 p1 -5"}));
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto topics = (*reader)->topics();
    ASSERT_OK(topics);
    ASSERT_EQ(topics->size(), 2U);
    EXPECT_EQ(topics->at(0).name, "in");
    const auto event = (*reader)->findEvent(topics->at(0).id, 1, 102);
    ASSERT_OK(event);
    ASSERT_TRUE(*event);
    const auto deliveries = (*reader)->deliveries(*event, *event);
    ASSERT_OK(deliveries);
    ASSERT_EQ(deliveries->size(), 1U);
    EXPECT_EQ(deliveries->front().outcome, facts::Outcome::Success);
    // What came out is recorded with its values, though it went to no cluster of the flow.
    const auto extent = (*reader)->extent();
    ASSERT_OK(extent);
    EXPECT_EQ(extent->events, 12);
    EXPECT_EQ(extent->outputs, 6);
    const auto notes = (*reader)->notes();
    ASSERT_OK(notes);
    ASSERT_EQ(notes->size(), 1U);
    EXPECT_NE(notes->front().text.find("parent.weir (parent, started 2023-"), std::string::npos);
    EXPECT_EQ(notes->front().text.find(directory_.string()), std::string::npos);
    const auto found = journal::parentOf(**reader);
    ASSERT_OK(found);
    ASSERT_TRUE(*found);
    const journal::Parent& parent = **found;
    EXPECT_EQ(parent.name, "parent");
    EXPECT_EQ(parent.file, "parent.weir");
    EXPECT_EQ(parent.started, kStart);
    EXPECT_EQ(parent.filter, "");
    EXPECT_EQ(parent.events, 6);
    EXPECT_EQ(parent.function, "f");
    EXPECT_EQ(parent.batches_of, "");
    EXPECT_EQ(parent.pace, "fast");
    auto old = journal::SessionReader::open(at("parent.weir"));
    ASSERT_OK(old);
    const auto none = journal::parentOf(**old);
    ASSERT_OK(none);
    EXPECT_FALSE(*none);
}

TEST_F(RedriveTest, TheComparisonSeesWhatTheNewFunctionDid) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    ASSERT_OK(run(plan()));
    const auto comparison = compare::compareSessions(at("parent.weir"), at("new.weir"), {});
    ASSERT_OK(comparison);
    EXPECT_TRUE(comparison->by_place);
    ASSERT_EQ(comparison->functions.size(), 1U);
    EXPECT_EQ(comparison->functions.front().only_succeeded, (compare::Both<std::int64_t>{0, 6}));
    ASSERT_EQ(comparison->outputs.size(), 1U);
    EXPECT_EQ(comparison->outputs.front().extra, 6);
    EXPECT_TRUE(comparison->differ());
}

TEST_F(RedriveTest, AFilterChoosesAndGapsAreNoHoles) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    Plan p = plan();
    auto filter = filter::Filter::parse("key != \"k1\"");
    ASSERT_TRUE(filter);
    p.filter = std::move(*filter);
    p.order = flow::Order::Key;
    ASSERT_OK(run(std::move(p)));
    EXPECT_EQ(seen_.size(), 4U);
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto triggers = (*reader)->triggers();
    ASSERT_OK(triggers);
    EXPECT_EQ(triggers->front().order, "key");
    auto& file = (*reader)->file();
    auto in_use = file.use();
    ASSERT_OK(in_use);
    std::int64_t holes = -1;
    ASSERT_OK(journal::forEachRow(file, "SELECT count(*) FROM hole",
                                  [&](journal::RowReader& row) { holes = row.integer(); }));
    EXPECT_EQ(holes, 0);
}

TEST_F(RedriveTest, TheRecordedPaceIsKept) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    Plan p = plan();
    p.pace = Pace{1};
    const TimeNs before = now();
    ASSERT_OK(run(std::move(p)));
    EXPECT_GE(now() - before, 200 * kMillisecond);
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto events = (*reader)->events(EventId{1}, 100);
    ASSERT_OK(events);
    std::map<std::int64_t, TimeNs> received;
    for (const journal::EventRow& e : *events) {
        if (e.topic == TopicId{1}) received[e.offset] = e.received;
    }
    ASSERT_EQ(received.size(), 6U);
    EXPECT_GE(received[100] - received[0], 180 * kMillisecond);
}

TEST_F(RedriveTest, WhatWasNotKeptCannotComeAgain) {
    journal::CapturePolicy none;
    none.values = journal::CapturePolicy::Values::None;
    ASSERT_NO_FATAL_FAILURE(recordSession(none));
    const Status s = run(plan());
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().code, ErrorCode::Unsupported);
    EXPECT_NE(s.error().message.find("6"), std::string::npos);
    EXPECT_NE(s.error().hint.find("range"), std::string::npos);
    EXPECT_EQ(listing(), std::vector<std::string>{"parent.weir"});
}

TEST_F(RedriveTest, WhatCannotBeIsSaidAndLeavesNothing) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    const auto refused = [&](const auto& change, const std::string& part) {
        Plan p = plan();
        change(p);
        const Status s = run(std::move(p));
        ASSERT_FALSE(s) << part;
        EXPECT_NE((s.error().message + s.error().hint).find(part), std::string::npos) << s.error().message;
        EXPECT_EQ(listing(), std::vector<std::string>{"parent.weir"});
    };
    refused([](Plan& p) { p.function = "ff"; }, "Did you mean f?");
    refused([](Plan& p) { p.flow.functions.front().observe = true; }, "observe");
    refused([](Plan& p) { p.flow.triggers.front().enabled = false; }, "No enabled trigger");
    refused([](Plan& p) { p.flow.triggers.front().source = std::vector<std::string>{"other"}; }, "no events");
    refused([](Plan& p) { p.filter = *filter::Filter::parse("key == \"nobody\""); }, "lets no event");
    refused([](Plan& p) { p.flow.triggers.front().outputs.front().topic = "in"; }, "which it reads");
}

/// What calls of a session got, in their order.
std::vector<std::string> callsOf(const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return {};
    const auto calls = (*reader)->invocations(InvocationId{1}, 100);
    if (!calls) return {};
    std::vector<std::string> lines;
    for (const journal::InvocationRow& call : *calls) {
        std::string line;
        const auto runs = (*reader)->deliveryRuns(call.id, call.id);
        for (const journal::DeliveryRunRow& run : *runs) {
            const auto events =
                (*reader)->events(run.first_event, run.last_event.value - run.first_event.value + 1);
            for (const journal::EventRow& e : *events)
                line +=
                    (line.empty() ? "" : " ") + std::to_string(e.partition) + "@" + std::to_string(e.offset);
        }
        lines.push_back(line);
    }
    return lines;
}

/// Calls of `function`: 0@0; then 0@1 0@2 1@100, which fails and comes again; then 1@101. 1@102 is in none.
class RecordedCallsTest : public RedriveTest {
  protected:
    void recordCalls() {
        ASSERT_NO_FATAL_FAILURE(recordSession());
        auto writer = journal::SessionWriter::create(at("called.weir"), {});
        ASSERT_OK(writer);
        std::vector<facts::Fact> all;
        auto add = [&](facts::Body body) {
            all.push_back({kStart + static_cast<TimeNs>(all.size()) * kMillisecond, std::move(body)});
        };
        const auto run = [](std::int32_t p, std::int64_t first, std::int64_t last) {
            return facts::EventRun{TopicId{1}, p, first, last, EventId{p == 0 ? first + 1 : first - 96}};
        };
        add(facts::Session{"parent", facts::Mode::Drive, "c"});
        add(facts::Topic{TopicId{1}, "in", 2});
        add(facts::Function{FunctionId{1}, "old", "builtin"});
        add(facts::Trigger{TriggerId{1}, "in→old", FunctionId{1}, {TopicId{1}}, "none", "g", 1, 0});
        for (std::int32_t p = 0; p < 2; ++p)
            add(facts::Records{journal::test::plainChunk(TopicId{1}, p, EventId{p * 3 + 1}, p * 100, 3)});
        std::int64_t id = 0;
        const auto call = [&](std::int64_t batch, int attempt, const std::vector<facts::EventRun>& events,
                              facts::Outcome outcome) {
            if (attempt == 1)
                add(facts::Batch{BatchId{batch}, TriggerId{1}, events, facts::ClosedBy::Window});
            facts::Start start;
            start.id = InvocationId{++id};
            start.function = FunctionId{1};
            start.batch = BatchId{batch};
            start.attempt = attempt;
            start.events = events;
            add(start);
            add(facts::End{InvocationId{id}, outcome, {}, {}});
        };
        call(1, 1, {run(0, 0, 0)}, facts::Outcome::Success);
        call(2, 1, {run(0, 1, 2), run(1, 100, 100)}, facts::Outcome::Error);
        call(2, 2, {run(0, 1, 2), run(1, 100, 100)}, facts::Outcome::Success);
        call(3, 1, {run(1, 101, 101)}, facts::Outcome::Success);
        ASSERT_OK((*writer)->write(all));
        ASSERT_OK((*writer)->finish());
    }
    Plan again() {
        Plan p = plan();
        p.session = at("called.weir");
        p.recorded_batches = true;
        return p;
    }
};

TEST_F(RecordedCallsTest, ComeAgainAsTheyWereEachEventOnce) {
    ASSERT_NO_FATAL_FAILURE(recordCalls());
    Plan p = again();
    p.flow.triggers.front().filter = R"({"value": {"nobody": [1]}})";
    auto redrive = Redrive::start(std::move(p));
    ASSERT_OK(redrive);
    const auto& calls = (*redrive)->recordedCalls();
    ASSERT_TRUE(calls);
    EXPECT_EQ(calls->function, "old");
    EXPECT_EQ(calls->count, 4);
    EXPECT_EQ(calls->uncalled, 1);
    EXPECT_EQ(calls->repeated, 3);
    ASSERT_OK((*redrive)->recording().wait());
    std::vector<std::string> got = callsOf(at("new.weir"));
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, (std::vector<std::string>{"0@0", "0@1 0@2", "1@100", "1@101"}));
    EXPECT_EQ(seen_.size(), 5U);
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto found = journal::parentOf(**reader);
    ASSERT_OK(found);
    ASSERT_TRUE(*found);
    const journal::Parent& parent = **found;
    EXPECT_EQ(parent.batches_of, "old");
    EXPECT_EQ(parent.events, 5);
}

TEST_F(RecordedCallsTest, AFilterLeavesOutWhatItDoesNotChoose) {
    ASSERT_NO_FATAL_FAILURE(recordCalls());
    Plan p = again();
    p.filter = *filter::Filter::parse("offset in {1, 101}");
    ASSERT_OK(run(std::move(p)));
    std::vector<std::string> got = callsOf(at("new.weir"));
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, (std::vector<std::string>{"0@1", "1@101"}));
}

TEST_F(RecordedCallsTest, WhatThereIsNoneOfIsSaid) {
    ASSERT_NO_FATAL_FAILURE(recordCalls());
    const auto refused = [&](const auto& change, const std::string& part) {
        Plan p = again();
        change(p);
        const Status s = run(std::move(p));
        ASSERT_FALSE(s) << part;
        EXPECT_NE((s.error().message + s.error().hint).find(part), std::string::npos) << s.error().message;
    };
    refused([](Plan& p) { p.recorded_function = "elder"; }, "got these events: old");
    refused([](Plan& p) { p.batch_size = 3; }, "sizes");
    refused([](Plan& p) { p.filter = *filter::Filter::parse("offset == 102"); }, "No call of old");
    refused([&](Plan& p) { p.session = at("parent.weir"); }, "No call of f");
}

TEST_F(RedriveTest, CallsAreHeldEditedSentAndPassedOver) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    Plan p = plan();
    p.gate = std::make_shared<invoke::CallGate>();
    invoke::CallGate& gate = *p.gate;  // the recording keeps it
    auto redrive = Redrive::start(std::move(p));
    ASSERT_OK(redrive);
    bool edited = false;
    for (int calls = 0; calls < 4;) {  // two batches of each partition
        const auto held = gate.next(std::chrono::milliseconds(100));
        if (!held) {
            ASSERT_FALSE((*redrive)->recording().ended());
            continue;
        }
        ++calls;
        EXPECT_EQ(held->function, "f");
        EXPECT_EQ(held->topic, "in");
        const bool first = (*held->batch->slices.front().chunk)[held->batch->slices.front().from].offset == 0;
        if (first) {
            edited = true;
            gate.send(held->id, {{1, "other"}});
        } else if (held->batch->count == 1) {
            gate.passOver(held->id);
        } else {
            gate.send(held->id);
        }
    }
    EXPECT_TRUE(edited);
    ASSERT_OK((*redrive)->recording().wait());
    std::sort(seen_.begin(), seen_.end());
    EXPECT_EQ(seen_, (std::vector<std::string>{"0@0 k0=v0 p0 -5", "0@1 k1=other p0 -5", "1@100 k0=v100 p1 -5",
                                               "1@101 k1=v101 p1 -5"}));
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto notes = (*reader)->notes();
    ASSERT_OK(notes);
    ASSERT_EQ(notes->size(), 2U);
    EXPECT_NE(notes->back().text.find("in/0 @ 1 was 2 bytes and is 5 bytes"), std::string::npos)
        << notes->back().text;
    EXPECT_EQ(notes->back().text.find("other"), std::string::npos);
    const auto skipped = (*reader)->skipped();
    ASSERT_OK(skipped);
    ASSERT_EQ(skipped->size(), 1U);
    EXPECT_EQ(skipped->front().second, 2);
}

TEST_F(RedriveTest, RetriesForEverEnd) {
    ASSERT_NO_FATAL_FAILURE(recordSession());
    Plan p = plan();
    p.retries = 0;
    p.flow.triggers.front().on_exhausted = flow::OnExhausted::Discard;
    p.builtins["fun"] = invoke::builtin([](const invoke::Batch&) {
        invoke::Answer a;
        a.outcome = facts::Outcome::Error;
        a.error = "no";
        return a;
    });
    ASSERT_OK(run(std::move(p)));
    auto reader = journal::SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    const auto skipped = (*reader)->skipped();
    ASSERT_OK(skipped);
    ASSERT_EQ(skipped->size(), 1U);
    EXPECT_EQ(skipped->front().second, 6);
}

}  // namespace
}  // namespace weir::redrive
