// SPDX-License-Identifier: GPL-3.0-or-later
// The parser's half of the table that the JSON Schema is judged by too (schema_test.py).
#include "fake_secrets.h"
#include "flow/parse.h"
#include "places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace weir::flow {
namespace {

using Json = nlohmann::json;
using Pointer = Json::json_pointer;

const Json& table() {
    static const Json json =
        Json::parse(std::ifstream(test::sourceDirectory() + "/tests/unit/flow/cases.json"));
    return json;
}

Json applied(const Json& test_case) {
    Json flow = table().at("base");
    const Json nothing = Json::object();
    for (const auto& [pointer, value] : (test_case.contains("set") ? test_case.at("set") : nothing).items()) {
        flow[Pointer(pointer)] = value;
    }
    for (const auto& pointer : test_case.value("remove", Json::array())) {
        const Pointer where(pointer.get<std::string>());
        flow[where.parent_pointer()].erase(where.back());
    }
    return flow;
}

TEST(FlowCases, TheParserComplainsAtExactlyTheRightPlace) {
    const FakeSecrets secrets{{"SECRET", "hunter2"}, {"NAME", "auction"}};
    for (const auto& test_case : table().at("cases")) {
        SCOPED_TRACE(test_case.at("name").get<std::string>());
        const auto reading = readFlow(applied(test_case).dump(), "/flows", secrets);
        std::vector<std::string> places;
        for (const auto& problem : reading.problems) places.push_back(problem.place);
        if (test_case.contains("place")) {
            EXPECT_THAT(places, testing::Contains(test_case.at("place").get<std::string>()));
            EXPECT_LE(places.size(), 2U) << problemsError(ErrorCode::FlowInvalid, reading.problems).message;
        } else {
            EXPECT_THAT(reading.problems, testing::IsEmpty())
                << problemsError(ErrorCode::FlowInvalid, reading.problems).message;
        }
    }
}

}  // namespace
}  // namespace weir::flow
