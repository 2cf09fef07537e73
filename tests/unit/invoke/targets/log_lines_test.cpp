// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/log_lines.h"

#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LogLines, CutsAtLineEnds) {
    LogLines lines;
    EXPECT_THAT(lines.add("one\ntw"), ElementsAre("one"));
    EXPECT_THAT(lines.add("o\r\n\nthree"), ElementsAre("two", ""));
    EXPECT_THAT(lines.finish(), ElementsAre("three"));
    EXPECT_THAT(lines.finish(), IsEmpty());
}

TEST(LogLines, LongLinesComeInPieces) {
    LogLines lines;
    std::vector<std::string> all = lines.add(std::string(LogLines::kLongest, 'a') + "\n");
    EXPECT_EQ(all.size(), 1U) << "exactly the limit is one line";
    all = lines.add(std::string(2 * LogLines::kLongest + 5, 'b') + "\nend\n");
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].size(), LogLines::kLongest);
    EXPECT_EQ(all[2], "bbbbb");
    EXPECT_EQ(all[3], "end");
}

TEST(LogLines, PiecesDoNotSplitCharacters) {
    LogLines lines;
    std::string text(LogLines::kLongest - 1, 'a');
    text += "😀😀";
    const std::vector<std::string> pieces = lines.add(text);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0], std::string(LogLines::kLongest - 1, 'a'));
    EXPECT_THAT(lines.finish(), ElementsAre("😀😀"));
}

TEST(LogLines, ByteByByteGivesTheSame) {
    const std::string text =
        "one\ntwo\xC3\xA9\nthree\xFF\n" + std::string(LogLines::kLongest + 3, '\xBF') + "\nx";
    LogLines whole;
    std::vector<std::string> expected = whole.add(text);
    for (std::string& line : whole.finish()) expected.push_back(std::move(line));
    LogLines bytewise;
    std::vector<std::string> actual;
    for (const char& c : text) {
        for (std::string& line : bytewise.add({&c, 1})) actual.push_back(std::move(line));
    }
    for (std::string& line : bytewise.finish()) actual.push_back(std::move(line));
    EXPECT_EQ(actual, expected);
}

TEST(ToUtf8, ReplacesWhatIsNoText) {
    EXPECT_EQ(toUtf8("plain é"), "plain é");
    EXPECT_EQ(toUtf8("a\xFFz\xC3"), "a\uFFFDz\uFFFD");
    EXPECT_EQ(toUtf8(std::string_view("a\0b", 3)), "a\uFFFDb");
    EXPECT_TRUE(isUtf8(toUtf8("\xED\xA0\x80 \xF0\x9F\x98")));
}

}  // namespace
}  // namespace weir::invoke
