// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/key_table.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weir::analysis::order {
namespace {

constexpr std::size_t kMany = 10'000'000;

std::vector<std::uint32_t> numbered(KeyTable& table, const std::vector<const std::string*>& keys,
                                    std::size_t limit) {
    RecordChunk chunk(TopicId{1}, 0);
    std::int64_t offset = 0;
    for (const std::string* key : keys) {
        chunk.add(offset++, 0, TimestampType::Create,
                  key == nullptr ? Bytes{} : Bytes{key->data(), key->size()}, {}, {});
    }
    std::vector<std::uint32_t> numbers;
    table.number(chunk, limit, numbers);
    return numbers;
}

TEST(KeyTable, TellsKeysOfEverySizeApartAndGivesTheirBytesBack) {
    // Alike but for one byte anywhere, or for zeros at the end; so many that the table grows.
    std::vector<std::string> keys;
    for (std::size_t size = 0; size < 40; ++size) {
        keys.emplace_back(size, '\0');
        for (std::size_t at = 0; at < size; ++at) {
            keys.emplace_back(size, 'k');
            keys.back()[at] = '\xff';
        }
    }
    KeyTable table;
    for (int round = 0; round < 2; ++round) {
        for (std::uint32_t i = 0; i < keys.size(); ++i) EXPECT_EQ(table.number(keys[i], kMany), i);
    }
    ASSERT_EQ(table.size(), keys.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i) EXPECT_EQ(table.bytes(i), keys[i]);
}

TEST(KeyTable, NumbersChunksAsAMapWould) {
    std::mt19937_64 random(7);
    KeyTable table;
    std::map<std::string, std::uint32_t> known;
    std::vector<std::string> keys;
    for (int i = 0; i < 5'000; ++i) keys.push_back("key-" + std::to_string(random() % 100'000'000'000'000));
    for (int chunk = 0; chunk < 200; ++chunk) {
        std::vector<const std::string*> some;
        for (std::uint64_t i = random() % 300; i > 0; --i) {
            some.push_back(random() % 20 == 0 ? nullptr : &keys[random() % keys.size()]);
        }
        const auto numbers = numbered(table, some, kMany);
        ASSERT_EQ(numbers.size(), some.size());
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto number =
                some[i] == nullptr
                    ? KeyTable::kNone
                    : known.try_emplace(*some[i], static_cast<std::uint32_t>(known.size())).first->second;
            ASSERT_EQ(numbers[i], number);
        }
    }
    EXPECT_FALSE(table.overflowed());
}

TEST(KeyTable, KnowsNoNewKeysBeyondTheLimitAndKeepsPartitionsWhileItGrows) {
    KeyTable table;
    EXPECT_EQ(table.number("a", 2), 0U);
    EXPECT_EQ(table.partition(0), KeyTable::kNoPartition);
    table.setPartition(0, 5);
    EXPECT_EQ(table.number("b", 2), 1U);
    table.setPartition(1, KeyTable::kManyPartitions);
    EXPECT_FALSE(table.overflowed());
    EXPECT_EQ(table.number("c", 2), KeyTable::kNone);
    EXPECT_TRUE(table.overflowed());
    EXPECT_EQ(table.number("a", 2), 0U);
    for (int i = 0; i < 1'000; ++i) (void)table.number(std::to_string(i), kMany);
    EXPECT_EQ(table.partition(0), 5);
    EXPECT_EQ(table.partition(1), KeyTable::kManyPartitions);
    EXPECT_EQ(table.partition(2), KeyTable::kNoPartition);
    EXPECT_EQ(table.bytes(1), "b");
}

TEST(KeyTable, AChunkSaysWhetherItsTimestampsRise) {
    RecordChunk chunk(TopicId{1}, 0);
    EXPECT_TRUE(chunk.timestampsRise());
    chunk.add(0, kNoTimestamp, TimestampType::None, {}, {}, {});
    chunk.add(1, 5, TimestampType::Create, {}, {}, {});
    chunk.add(2, 5, TimestampType::Create, {}, {}, {});
    EXPECT_TRUE(chunk.timestampsRise());
    EXPECT_EQ(chunk.highestTimestamp(), 5);
    chunk.add(3, 4, TimestampType::Create, {}, {}, {});
    chunk.add(4, 6, TimestampType::Create, {}, {}, {});
    EXPECT_FALSE(chunk.timestampsRise());
    EXPECT_EQ(chunk.highestTimestamp(), 6);
}

}  // namespace
}  // namespace weir::analysis::order
