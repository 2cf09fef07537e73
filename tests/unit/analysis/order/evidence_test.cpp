// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/evidence.h"

#include "analysis/order/checking_store.h"
#include "effort.h"
#include "journal/compact.h"
#include "unit/analysis/order/schedules.h"
#include "unit/journal/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace weir::analysis::order::test {
namespace {

class OrderEvidence : public journal::test::SessionTest {
  protected:
    std::unique_ptr<journal::SessionReader> recorded(const std::vector<facts::Fact>& facts,
                                                     const std::string& name) {
        auto writer = journal::SessionWriter::create(at(name), {});
        EXPECT_TRUE(writer.has_value());
        CheckingStore store(std::move(*writer), at(name));
        EXPECT_TRUE(store.write(facts).has_value());
        EXPECT_TRUE(store.finish().has_value());
        auto reader = journal::SessionReader::open(at(name));
        EXPECT_TRUE(reader.has_value());
        return std::move(*reader);
    }
};

/// The newest record stands before the late ones, as far ahead of them as the finding says.
void expectNewerBefore(const Evidence& evidence, const Finding& finding) {
    const auto newest = std::find_if(evidence.records.begin(), evidence.records.end(),
                                     [](const EvidenceRecord& r) { return r.against; });
    const auto late = std::find_if(evidence.records.begin(), evidence.records.end(),
                                   [](const EvidenceRecord& r) { return r.broken; });
    ASSERT_NE(newest, evidence.records.end());
    ASSERT_NE(late, evidence.records.end());
    EXPECT_LT(newest->offset, late->offset);
    EXPECT_EQ(late->offset, finding.first);
    EXPECT_EQ(newest->timestamp - late->timestamp, finding.lateness);
}

/// Whatever was found can be shown; it was once refused for every output-inversion.
TEST_F(OrderEvidence, StandsBehindEveryFinding) {
    std::array<int, kKinds.size()> seen{};
    const auto all = [&seen] {
        const std::array told{Kind::Inversion, Kind::OutputInversion, Kind::Late, Kind::KeySplit};
        return std::all_of(told.begin(), told.end(),
                           [&](Kind kind) { return seen.at(static_cast<std::size_t>(kind)) > 0; });
    };
    std::uint64_t seed = 1;
    for (; (seed <= weir::test::effort(20U) || !all()) && seed <= 500 && !HasFailure(); ++seed) {
        const auto reader = recorded(randomSchedule(seed), std::to_string(seed) + ".weir");
        const auto rows = reader->findings(1, 1'000);
        ASSERT_OK(rows);
        for (const journal::FindingRow& row : *rows) {
            const Finding finding = findingOf(row);
            const auto evidence = evidenceOf(*reader, finding);
            ASSERT_OK(evidence);
            ++seen.at(static_cast<std::size_t>(finding.kind));
            if (finding.kind == Kind::KeySplit) {
                EXPECT_GE(evidence->key_places.size(), 2U) << "seed " << seed;
            }
            if (finding.kind == Kind::Late) expectNewerBefore(*evidence, finding);
            if (finding.kind != Kind::OutputInversion) continue;
            const auto broken = std::find_if(evidence->outputs.begin(), evidence->outputs.end(),
                                             [](const EvidenceOutput& o) { return o.broken; });
            ASSERT_NE(broken, evidence->outputs.end()) << "seed " << seed;
            EXPECT_GE(broken->place.offset, finding.first);
            EXPECT_LE(broken->place.offset, finding.last);
        }
    }
    EXPECT_TRUE(all());
}

/// The search began at the first id there ever was, and found nothing where the oldest events were pruned.
TEST_F(OrderEvidence, OfAKeyIsLookedForFromTheOldestEventThatIsLeft) {
    using journal::test::plainChunk;
    constexpr TimeNs kT = 1'700'000'000 * kSecond;
    constexpr std::int64_t kOld = 30'000;  // more than is pruned at once
    const TopicId topic{1};
    facts::Topic bids;
    bids.id = topic;
    bids.name = "bids";
    bids.partitions = 2;
    {
        const std::unique_ptr<journal::SessionReader> all =
            recorded({{kT, facts::Session{"s", facts::Mode::Import, ""}},
                      {kT, bids},
                      {kT + 1 * kSecond, facts::Records{plainChunk(topic, 0, EventId{1}, 0, kOld)}},
                      {kT + 2 * kSecond, facts::Records{plainChunk(topic, 0, EventId{kOld + 1}, kOld, 1)}},
                      {kT + 3 * kSecond, facts::Records{plainChunk(topic, 1, EventId{kOld + 2}, 0, 1)}}},
                     "whole.weir");
        ASSERT_NE(all, nullptr);
    }
    journal::CompactOptions options;
    options.keep_from = kT + 2 * kSecond;
    ASSERT_OK(journal::compactSession(at("whole.weir"), at("pruned.weir"), options));
    const auto reader = journal::SessionReader::open(at("pruned.weir"));
    ASSERT_OK(reader);
    ASSERT_EQ((*reader)->extent()->first_event, EventId{kOld + 1});

    Finding finding;
    finding.kind = Kind::KeySplit;
    finding.topic = topic;
    finding.key = "k0";
    EvidenceLimits limits;
    limits.searched = 5;
    const auto evidence = evidenceOf(**reader, finding, limits);
    ASSERT_OK(evidence);
    EXPECT_FALSE(evidence->key_places_cut);
    ASSERT_EQ(evidence->key_places.size(), 2U);
    EXPECT_EQ(evidence->key_places[0].partition, 0);
    EXPECT_EQ(evidence->key_places[0].first, kOld);
    EXPECT_EQ(evidence->key_places[1].partition, 1);
}

}  // namespace
}  // namespace weir::analysis::order::test
