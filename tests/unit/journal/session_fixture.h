// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/facts.h"
#include "journal/session_reader.h"
#include "journal/session_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::journal::test {

/// A directory that goes away with the test.
class SessionTest : public ::testing::Test {
  protected:
    SessionTest() {
        std::string name = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
    }
    ~SessionTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    [[nodiscard]] std::string at(const std::string& name) const { return (directory_ / name).string(); }

    /// Names of what stands in the directory.
    [[nodiscard]] std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    std::filesystem::path directory_;
};

struct Item {
    std::int64_t offset = 0;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
    TimeNs timestamp = kNoTimestamp;
    TimestampType type = TimestampType::None;
};

inline Bytes bytesOf(const std::optional<std::string>& text) {
    return text ? Bytes{text->data(), text->size()} : Bytes{};
}

inline ChunkPtr chunkOf(TopicId topic, std::int32_t partition, EventId first,
                        const std::vector<Item>& items) {
    auto chunk = std::make_shared<RecordChunk>(topic, partition);
    for (const Item& item : items) {
        std::vector<Header> headers;
        for (const auto& [name, value] : item.headers) headers.push_back({name, bytesOf(value)});
        chunk->add(item.offset, item.timestamp, item.type, bytesOf(item.key), bytesOf(item.value), headers);
    }
    chunk->setFirstEvent(first);
    return chunk;
}

/// `count` records with offsets from `first_offset` on.
inline ChunkPtr plainChunk(TopicId topic, std::int32_t partition, EventId first, std::int64_t first_offset,
                           std::int64_t count) {
    std::vector<Item> items;
    for (std::int64_t i = 0; i < count; ++i) {
        items.push_back(
            {first_offset + i, "k" + std::to_string(i % 7), "v" + std::to_string(first_offset + i)});
    }
    return chunkOf(topic, partition, first, items);
}

/// Records facts into a finished session.
inline Status record(const std::string& path, const std::vector<facts::Fact>& all,
                     CapturePolicy capture = {}) {
    auto writer = SessionWriter::create(path, capture);
    if (!writer) return passOn(writer);
    if (Status s = (*writer)->write(all); !s) return s;
    return (*writer)->finish();
}

template <typename T>
std::string why(const Result<T>& result) {
    return result ? "" : result.error().message + " | " + result.error().hint;
}

#define EXPECT_OK(expression)                                                        \
    do {                                                                             \
        const auto& ok_result = (expression);                                        \
        EXPECT_TRUE(ok_result.has_value()) << ::weir::journal::test::why(ok_result); \
    } while (false)

#define ASSERT_OK(expression)                                                        \
    do {                                                                             \
        const auto& ok_result = (expression);                                        \
        ASSERT_TRUE(ok_result.has_value()) << ::weir::journal::test::why(ok_result); \
    } while (false)

}  // namespace weir::journal::test
