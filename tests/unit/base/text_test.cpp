// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace weir {
namespace {

TEST(Text, FormatsCounts) {
    EXPECT_EQ(formatCount(0), "0");
    EXPECT_EQ(formatCount(999), "999");
    EXPECT_EQ(formatCount(72'990), "72\u202F990");
    EXPECT_EQ(formatCount(1'234'567), "1\u202F234\u202F567");
    EXPECT_EQ(formatCount(-1'000), "\u22121\u202F000");
}

TEST(Text, FormatsSizes) {
    EXPECT_EQ(formatSize(164), "164\u00A0bytes");
    EXPECT_EQ(formatSize(1'240), "1.24\u00A0kB");
    EXPECT_EQ(formatSize(999'600), "1.00\u00A0MB");
    EXPECT_EQ(formatSize(412'000'000), "412\u00A0MB");
    EXPECT_EQ(formatSize(2'000'000'000'000'000), "2\u00A0PB");
}

TEST(Text, KnowsUtf8) {
    for (const char* good :
         {"", "plain", "ключ", "€", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(isUtf8(good)) << good;
    }
    for (const char* bad : {"\xff", "\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "a\xC3", "\xE2\x82", "\xF0\x9F\x98"}) {
        EXPECT_FALSE(isUtf8(bad));
    }
    EXPECT_TRUE(isUtf8(std::string_view("a\0b", 3)));
}

TEST(Text, MakesTextSafeForATerminal) {
    EXPECT_EQ(terminalSafe("a\nb\tc\r"), "a b c ");
    EXPECT_EQ(terminalSafe("\x1b[31m"), "\uFFFD[31m");
    EXPECT_EQ(terminalSafe("\xC2\x9B"
                           "x"),
              "\uFFFDx")
        << "C1 control";
    EXPECT_EQ(terminalSafe("ok \xff ключ"), "ok \uFFFD ключ");
    EXPECT_EQ(terminalSafe("\x7f"), "\uFFFD");
}

std::string json(std::string_view text) {
    std::string out;
    appendJsonString(out, text);
    return out;
}

TEST(Text, EscapesJson) {
    EXPECT_EQ(json(""), R"("")");
    EXPECT_EQ(json("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
    EXPECT_EQ(json(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
    EXPECT_EQ(json("ключ/"), "\"ключ/\"");
}

TEST(Text, Base64OfRfc4648) {
    constexpr std::array<std::pair<const char*, const char*>, 7> kVectors{{{"", ""},
                                                                           {"f", "Zg=="},
                                                                           {"fo", "Zm8="},
                                                                           {"foo", "Zm9v"},
                                                                           {"foob", "Zm9vYg=="},
                                                                           {"fooba", "Zm9vYmE="},
                                                                           {"foobar", "Zm9vYmFy"}}};
    for (const auto& [plain, encoded] : kVectors) {
        std::string out;
        appendBase64(out, plain);
        EXPECT_EQ(out, encoded);
        ASSERT_TRUE(decodeBase64(encoded, out));
        EXPECT_EQ(out, plain);
    }
    std::string all, encoded, decoded;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    appendBase64(encoded, all);
    ASSERT_TRUE(decodeBase64(encoded, decoded));
    EXPECT_EQ(decoded, all);
}

TEST(Text, RefusesBrokenBase64) {
    std::string out;
    for (const char* bad : {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "Zm 9", "Zm9-", "====", "=m9v"}) {
        EXPECT_FALSE(decodeBase64(bad, out)) << bad;
    }
}

TEST(Text, FindsTheNearestWord) {
    constexpr std::array<std::string_view, 3> kWords{"batch_size", "retries", "order"};
    EXPECT_EQ(nearestWord("batchsize", kWords), "batch_size");
    EXPECT_EQ(nearestWord("retry", kWords), "");
    EXPECT_EQ(nearestWord("odrer", kWords), "order");
    EXPECT_EQ(nearestWord("zebra", kWords), "");
}

}  // namespace
}  // namespace weir
