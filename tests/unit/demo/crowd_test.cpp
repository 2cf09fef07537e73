// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/crowd.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace weir::demo {
namespace {

constexpr std::int64_t kStart = 1'800'000'000'000;

TEST(Crowd, IsReproducible) {
    Crowd a(5);
    Crowd b(5);
    (void)a.until(kStart, 100);
    (void)b.until(kStart, 100);
    const auto first = a.until(kStart + 5'000, 100);
    const auto second = b.until(kStart + 5'000, 100);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].value, second[i].value);
}

TEST(Crowd, BidsAtAboutItsRateOnListedItemsAndNowAndThenBadly) {
    Crowd crowd(1);
    (void)crowd.until(kStart, 50);
    std::map<std::string, std::int64_t> listed;
    int bids = 0;
    int bad = 0;
    for (const kafka::OutgoingRecord& r : crowd.until(kStart + 60'000, 50)) {
        const auto value = nlohmann::json::parse(*r.value);
        EXPECT_EQ(*r.key, value["item"]);
        if (r.topic == "items") {
            listed[*r.key] = value["closes_ms"];
        } else {
            ++bids;
            if (value["amount"] <= 0 || value["currency"] != "EUR") ++bad;
            if (listed.contains(*r.key)) {
                EXPECT_LT(*r.timestamp_ms, listed[*r.key]);
            }
        }
    }
    EXPECT_NEAR(bids, 3'000, 300);
    EXPECT_GT(bad, 50);
    EXPECT_LT(bad, 450);
}

}  // namespace
}  // namespace weir::demo
