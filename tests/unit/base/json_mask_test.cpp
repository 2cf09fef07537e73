// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_mask.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

JsonMask maskOf(const std::vector<std::string>& texts) {
    std::vector<JsonPath> paths;
    for (const std::string& text : texts) {
        auto path = parseJsonPath(text);
        EXPECT_TRUE(path) << text << ": " << (path ? "" : path.error().message);
        if (path) paths.push_back(std::move(*path));
    }
    return JsonMask(std::move(paths));
}

std::string masked(const std::vector<std::string>& paths, std::string_view json) {
    std::string out;
    switch (maskOf(paths).apply(json, out)) {
        case JsonMask::Outcome::Masked:
            return out;
        case JsonMask::Outcome::Untouched:
            return "untouched";
        case JsonMask::Outcome::NotJson:
            break;
    }
    return "not JSON";
}

TEST(JsonMask, ReplacesWhatIsNamedAndNothingElse) {
    EXPECT_EQ(masked({"card.number"}, R"( {"card" : { "number":"4111", "x":1.50 } } )"),
              R"( {"card" : { "number":"***", "x":1.50 } } )");
    EXPECT_EQ(masked({"$.a"}, R"({"a":{"deep":[1,2]},"b":{"a":1}})"), R"({"a":"***","b":{"a":1}})");
    EXPECT_EQ(masked({"$.a", "b"}, R"({"b":null,"a":true})"), R"({"b":"***","a":"***"})");
    EXPECT_EQ(masked({"a"}, R"({"b":1})"), "untouched");
    EXPECT_EQ(masked({"$"}, R"([1, 2] )"), R"("***" )");
}

TEST(JsonMask, WalksListsAndAnyDepth) {
    EXPECT_EQ(masked({"items[*].iban"}, R"({"items":[{"iban":"A"},{"n":1},{"iban":"B"}]})"),
              R"({"items":[{"iban":"***"},{"n":1},{"iban":"***"}]})");
    EXPECT_EQ(masked({"items[1]"}, R"({"items":["a","b","c"]})"), R"({"items":["a","***","c"]})");
    EXPECT_EQ(masked({"$..pin"}, R"({"pin":1,"a":[{"pin":{"pin":2}}]})"),
              R"({"pin":"***","a":[{"pin":"***"}]})");
    EXPECT_EQ(masked({"$[\"a b\"].*"}, R"({"a b":{"x":1,"y":[2]}})"), R"({"a b":{"x":"***","y":"***"}})");
}

TEST(JsonMask, NamesAreComparedWithoutTheirEscapes) {
    EXPECT_EQ(masked({"pin"}, R"({"p\u0069n":1})"), R"({"p\u0069n":"***"})");
    EXPECT_EQ(masked({"pin"}, R"({"pin":1,"pin":2})"), R"({"pin":"***","pin":"***"})");
    EXPECT_EQ(masked({"größe"}, R"({"gr\u00f6\u00dfe":1})"), R"({"gr\u00f6\u00dfe":"***"})");
}

TEST(JsonMask, WhatIsNotJsonIsSaid) {
    for (const char* text : {"", "{", "{\"a\":}", "[1,]", "{\"a\":1}x", "nul", "{\"a\" 1}", "\"\\q\"", "-",
                             "1.", "\"a\nb\"", "{'a':1}", "\x01\x02"}) {
        EXPECT_EQ(masked({"a"}, text), "not JSON") << text;
    }
    EXPECT_EQ(masked({"a"}, std::string(600, '[') + std::string(600, ']')), "not JSON");
    EXPECT_EQ(masked({"a"}, "3"), "untouched");
}

TEST(JsonMask, PathErrorsNameTheCharacter) {
    for (const auto& [text, at] :
         std::vector<std::pair<std::string, std::string>>{{"", "character 1"},
                                                          {"a..", "character 4"},
                                                          {"a[", "character 3"},
                                                          {"a[x]", "character 3"},
                                                          {"a[1", "character 4"},
                                                          {"$a", "character 2"},
                                                          {"a[0]b", "character 5"},
                                                          {"a[\"b]", "character 6"}}) {
        const auto path = parseJsonPath(text);
        ASSERT_FALSE(path) << text;
        EXPECT_NE(path.error().message.find(at), std::string::npos) << text << ": " << path.error().message;
    }
}

}  // namespace
}  // namespace weir
