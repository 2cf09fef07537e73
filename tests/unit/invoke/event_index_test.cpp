// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/event_index.h"

#include "unit/invoke/chunks.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace weir::invoke {
namespace {

using test::chunkOf;

TEST(EventIndex, NewRecordsGetConsecutiveIds) {
    EventIndex index;
    const auto first = index.place(*chunkOf({5, 6, 9}));
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(first[0].fresh);
    EXPECT_EQ(first[0].count, 3u);
    EXPECT_EQ(first[0].first_event, EventId{1});
    EXPECT_EQ(index.place(*chunkOf({10}))[0].first_event, EventId{4});
    EXPECT_EQ(index.count(), 4);
}

TEST(EventIndex, ARecordThatComesAgainIsTheSameEvent) {
    EventIndex index;
    index.place(*chunkOf({5, 6, 7}));
    index.place(*chunkOf({1}, 0, 0, 10, 1));
    const auto again = index.place(*chunkOf({6, 7, 8, 9}));
    ASSERT_EQ(again.size(), 2u);
    EXPECT_FALSE(again[0].fresh);
    EXPECT_EQ(again[0].first_event, EventId{2});
    EXPECT_EQ(again[0].count, 2u);
    EXPECT_TRUE(again[1].fresh);
    EXPECT_EQ(again[1].first_event, EventId{5});
    EXPECT_EQ(index.count(), 6);
}

TEST(EventIndex, AgreesWithAMapOnRandomChunks) {
    std::mt19937 random(7);
    EventIndex index;
    std::map<std::int64_t, std::int64_t> truth;
    for (int round = 0; round < 2'000; ++round) {
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
        std::int64_t offset = std::uniform_int_distribution(0, 500)(random);
        const int records = std::uniform_int_distribution(1, 20)(random);
        for (int i = 0; i < records; ++i) {
            chunk->add(offset, 0, TimestampType::Create, {}, {}, {});
            offset += std::uniform_int_distribution(1, 3)(random);
        }
        std::uint32_t expected_from = 0;
        for (const EventIndex::Piece& piece : index.place(*chunk)) {
            ASSERT_EQ(piece.from, expected_from);
            expected_from += piece.count;
            for (std::uint32_t i = 0; i < piece.count; ++i) {
                const auto [entry, fresh] =
                    truth.emplace((*chunk)[piece.from + i].offset, piece.first_event.value + i);
                ASSERT_EQ(fresh, piece.fresh);
                ASSERT_EQ(entry->second, piece.first_event.value + i);
            }
        }
        ASSERT_EQ(expected_from, chunk->size());
    }
    EXPECT_EQ(index.count(), static_cast<std::int64_t>(truth.size()));
}

}  // namespace
}  // namespace weir::invoke
