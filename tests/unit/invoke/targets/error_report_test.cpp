// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/error_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

TEST(ErrorReport, BodyNamesTypeAndMessage) {
    EXPECT_EQ(errorReportText("Unhandled",
                              R"({"errorMessage":"bad \"bid\"","errorType":"ValueError","stackTrace":[]})"),
              R"(ValueError: bad "bid")");
    EXPECT_EQ(errorReportText(
                  "", R"({"inner":{"errorType":"X","errorMessage":"y"},"errorType":"A","errorMessage":"b"})"),
              "A: b");
}

TEST(ErrorReport, HeaderStandsInForTheType) {
    EXPECT_EQ(errorReportText("Runtime.Oops", R"({"errorMessage":"broken"})"), "Runtime.Oops: broken");
    EXPECT_EQ(errorReportText("Runtime.Oops", ""), "Runtime.Oops");
    EXPECT_EQ(errorReportText("", R"({"errorType":"OnlyType"})"), "OnlyType");
}

TEST(ErrorReport, BrokenBodiesStillSayWhatTheyCan) {
    EXPECT_EQ(errorReportText("", R"({"errorType":"E","errorMessage":"m","stackTrace":[Infinity]})"), "E: m");
    EXPECT_EQ(errorReportText("", R"({"errorType":"E","errorMessage":"half \ud800"})"), R"(E: half \ud800)");
    EXPECT_EQ(errorReportText("", R"({"errorType":"E","errorMessage":"cut of)"), "E");
    EXPECT_EQ(errorReportText("", "plain \xFF text"), "plain \uFFFD text");
    EXPECT_EQ(errorReportText("", ""), "The function failed and gave no reason.");
}

TEST(ErrorReport, LengthIsBounded) {
    EXPECT_LT(errorReportText("", std::string(1'000'000, 'x')).size(), 5'000U);
}

}  // namespace
}  // namespace weir::invoke
