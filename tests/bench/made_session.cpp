// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_session.h"

#include "analysis/order/checking_store.h"
#include "journal/session_writer.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

namespace weir::bench {
namespace {

void require(bool ok, const std::string& what) {
    if (ok) return;
    fmt::print(stderr, "no session: {}\n", what);
    std::exit(1);
}

std::vector<facts::Fact> declarations() {
    std::vector<facts::Fact> all{{kMadeStart, facts::Session{"bench", facts::Mode::Drive, "localhost:9092"}},
                                 {kMadeStart, facts::Topic{TopicId{1}, "events", kMadePartitions}}};
    for (std::int64_t f = 1; f <= kMadeFunctions; ++f) {
        all.push_back({kMadeStart, facts::Function{FunctionId{f}, fmt::format("function-{}", f), "builtin"}});
        all.push_back({kMadeStart, facts::Trigger{TriggerId{f},
                                                  fmt::format("trigger-{}", f),
                                                  FunctionId{f},
                                                  {TopicId{1}},
                                                  "partition",
                                                  "g",
                                                  100,
                                                  0}});
        for (std::int64_t i = 0; i < 8; ++i) {
            all.push_back({kMadeStart, facts::Instance{InstanceId{(f - 1) * 8 + i + 1},
                                                       fmt::format("i-{}-{}", f, i), FunctionId{f}}});
            all.push_back({kMadeStart, facts::InstanceReady{InstanceId{(f - 1) * 8 + i + 1}}});
        }
    }
    return all;
}

}  // namespace

void makeSession(const std::string& path, std::int64_t deliveries, std::int64_t batch) {
    auto file = journal::SessionWriter::create(path, {});
    require(file.has_value(), file ? "" : file.error().message);
    analysis::order::CheckingStore writer(std::move(*file), path);
    require(writer.write(declarations()).has_value(), "write failed");
    const std::string value(40, 'v');
    std::int64_t invocation = 0;
    const DurationNs pace = batch * 40 * kMicrosecond;  // from a batch to the next
    std::vector<facts::Fact> facts;
    for (std::int64_t b = 0; b * batch * kMadeFunctions < deliveries; ++b) {
        const auto partition = static_cast<std::int32_t>(b % kMadePartitions);
        const TimeNs at = kMadeStart + b * pace;
        const std::int64_t offset = b / kMadePartitions * batch;
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
        chunk->reserve(static_cast<std::size_t>(batch), static_cast<std::size_t>(batch) * 60);
        for (std::int64_t i = 0; i < batch; ++i) {
            const std::string key = std::to_string((b * batch + i) % 10'000);
            chunk->add(offset + i, at - 3 * kMillisecond, TimestampType::Create, {key.data(), key.size()},
                       {value.data(), value.size()}, {});
        }
        const EventId first{b * batch + 1};
        chunk->setFirstEvent(first);
        facts.push_back({at, facts::Records{std::move(chunk)}});
        const facts::EventRun run{TopicId{1}, partition, offset, offset + batch - 1, first};
        for (std::int64_t f = 1; f <= kMadeFunctions; ++f) {
            facts.push_back(
                {at, facts::Batch{BatchId{invocation + f}, TriggerId{f}, {run}, facts::ClosedBy::Size}});
        }
        for (std::int64_t f = 1; f <= kMadeFunctions; ++f) {
            facts::Start start;
            start.id = InvocationId{invocation + f};
            start.function = FunctionId{f};
            start.trigger = TriggerId{f};
            start.instance = InstanceId{(f - 1) * 8 + b % 8 + 1};
            start.batch = BatchId{invocation + f};
            start.cold = b < 8;
            start.events = {run};
            facts.push_back({at + pace / 4, std::move(start)});
        }
        for (std::int64_t f = 1; f <= kMadeFunctions; ++f) {
            facts.push_back({at + pace / 2 + b % 1000 * (pace / 4000),
                             facts::End{InvocationId{++invocation}, facts::Outcome::Success, {}, {}}});
        }
        if (facts.size() < 5000) continue;
        require(writer.write(facts).has_value() && writer.flush().has_value(), "write failed");
        facts.clear();
    }
    require(writer.write(facts).has_value() && writer.finish().has_value(), "write failed");
}

}  // namespace weir::bench
