// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/percent.h"
#include "invoke/targets/aws_profile.h"
#include "invoke/targets/aws_signature.h"
#include "invoke/targets/lambda_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace weir::invoke {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

const AwsCredentials kExample{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
constexpr TimeNs kThen = 1'440'938'160 * kSecond;  // 2015-08-30T12:36:00Z

/// AWS's published test suite for Signature Version 4.
TEST(AwsSignature, ThePublishedExamples) {
    AwsRequest get{.method = "GET", .host = "example.amazonaws.com", .path = "/"};
    EXPECT_THAT(
        signAws(get, kExample, "us-east-1", "service", kThen),
        Contains(EndsWith("SignedHeaders=host;x-amz-date, "
                          "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")));
    get.method = "POST";
    EXPECT_THAT(
        signAws(get, kExample, "us-east-1", "service", kThen),
        Contains(EndsWith("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")));
}

/// As botocore 1.4x signs it: the colons of an ARN are encoded twice, and a token is signed.
TEST(AwsSignature, AnArnWithAQualifierAndAToken) {
    AwsCredentials credentials = kExample;
    credentials.session_token = "TOKEN";
    const AwsRequest request{
        .host = "lambda.eu-west-1.amazonaws.com",
        .path = "/2015-03-31/functions/" +
                percentEncoded("arn:aws:lambda:eu-west-1:123456789012:function:score") + "/invocations",
        .query = "Qualifier=live",
        .headers = {{"Content-Type", "application/json"}, {"X-Amz-Invocation-Type", "RequestResponse"}},
        .body = R"({"a":1})"};
    const auto lines = signAws(request, credentials, "eu-west-1", "lambda", kThen);
    EXPECT_THAT(lines,
                Contains(EndsWith("b73da98531243c303b8a1b9f940672911289b2356714d2db10159c3614244042")));
    EXPECT_THAT(lines, Contains("X-Amz-Security-Token: TOKEN"));
}

class AwsProfileTest : public testing::Test {
  protected:
    AwsProfileTest() {
        std::filesystem::create_directories(home + "/.aws");
        variables["HOME"] = home;
    }
    ~AwsProfileTest() override { std::filesystem::remove_all(home); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(home + "/.aws/" + name) << text;
    }
    Environment environment() {
        return [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
    }

    std::string home = testing::TempDir() + "weir-aws-home";
    std::map<std::string, std::string> variables;
    flow::LambdaTarget target;
};

TEST_F(AwsProfileTest, CredentialsAreFoundWhereAwsLooks) {
    EXPECT_TRUE(awsCredentials(target, environment())->empty());
    write("credentials",
          "# mine\n[default]\naws_access_key_id = D\naws_secret_access_key=S=\r\n\n[work]\n"
          "aws_access_key_id=W\naws_secret_access_key=T\naws_session_token=X\n");
    EXPECT_EQ(awsCredentials(target, environment())->access_key_id, "D");
    EXPECT_EQ(awsCredentials(target, environment())->secret_access_key, "S=");
    variables["AWS_PROFILE"] = "work";
    EXPECT_EQ(awsCredentials(target, environment())->session_token, "X");
    variables["AWS_ACCESS_KEY_ID"] = "E";
    variables["AWS_SECRET_ACCESS_KEY"] = "F";
    EXPECT_EQ(awsCredentials(target, environment())->access_key_id, "E");
    target.profile = "work";
    EXPECT_EQ(awsCredentials(target, environment())->access_key_id, "W");
    target.access_key_id = "K";
    target.secret_access_key = "L";
    EXPECT_EQ(awsCredentials(target, environment())->access_key_id, "K");
}

TEST_F(AwsProfileTest, WhatCannotBeFollowedIsSaid) {
    target.profile = "gone";
    const auto gone = awsCredentials(target, environment());
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(gone.error().message, HasSubstr("gone"));
    EXPECT_THAT(gone.error().hint, HasSubstr("aws configure --profile gone"));
    write("config", "[profile gone]\nsso_session = x\n");
    EXPECT_THAT(awsCredentials(target, environment()).error().hint, HasSubstr("export-credentials"));
}

TEST_F(AwsProfileTest, TheRegionComesFromTheNearest) {
    EXPECT_EQ(awsRegion(target, environment()), "");
    write("config", "[default]\nregion = eu-central-1\n");
    EXPECT_EQ(awsRegion(target, environment()), "eu-central-1");
    variables["AWS_REGION"] = "eu-north-1";
    EXPECT_EQ(awsRegion(target, environment()), "eu-north-1");
    target.function = "arn:aws:lambda:eu-west-1:123456789012:function:score:live";
    EXPECT_EQ(awsRegion(target, environment()), "eu-west-1");
    target.region = "us-east-2";
    EXPECT_EQ(awsRegion(target, environment()), "us-east-2");
}

TEST(LambdaNameTest, EveryFormIsTakenApart) {
    const LambdaName arn = lambdaName("arn:aws:lambda:eu-west-1:123456789012:function:score:live");
    EXPECT_EQ(arn.name, "arn:aws:lambda:eu-west-1:123456789012:function:score");
    EXPECT_EQ(arn.qualifier, "live");
    EXPECT_EQ(lambdaName("123456789012:function:score:3").name, "123456789012:function:score");
    EXPECT_EQ(lambdaName("score:live").name, "score");
    EXPECT_EQ(lambdaName("score:live").qualifier, "live");
    EXPECT_EQ(lambdaName("score").qualifier, "");
}

TEST(LambdaReportTest, LabelsDecideAndNotPlaces) {
    const auto report = parseReport(
        "REPORT RequestId: 8f5\tInit Duration: 0.12 ms\tDuration: 102.27 ms\t"
        "Billed Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 51 MB\t");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->request_id, "8f5");
    EXPECT_EQ(report->init, 120 * kMicrosecond);
    EXPECT_EQ(report->duration, 102'270 * kMicrosecond);
    EXPECT_EQ(report->billed, 103 * kMillisecond);
    EXPECT_EQ(report->max_memory_mb, 51);
    EXPECT_TRUE(report->cold());
    EXPECT_EQ(parseReport(reportLine(*report))->duration, report->duration);
}

TEST(LambdaReportTest, SnapStartFailuresAndNonsense) {
    const auto restored = parseReport(
        "REPORT RequestId: a\tDuration: 5 ms\tRestore Duration: 210.50 ms\t"
        "Billed Restore Duration: 3 ms\tStatus: timeout\tError Type: Runtime.X");
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->restore, 210'500 * kMicrosecond);
    EXPECT_TRUE(restored->cold());
    EXPECT_EQ(restored->status, "timeout");
    EXPECT_EQ(restored->error_type, "Runtime.X");
    EXPECT_FALSE(parseReport("START RequestId: a"));
    EXPECT_FALSE(parseReport("REPORT RequestId: a\tDuration: many ms\t\t: \tInit Duration:")->duration);
}

}  // namespace
}  // namespace weir::invoke
