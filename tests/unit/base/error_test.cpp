// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Error, ExitCodesAreTheDocumentedOnes) {
    EXPECT_EQ(exitCode(ErrorCode::Usage), 2);
    EXPECT_EQ(exitCode(ErrorCode::FlowInvalid), 2);
    EXPECT_EQ(exitCode(ErrorCode::FileNotFound), 3);
    EXPECT_EQ(exitCode(ErrorCode::FileCorrupt), 3);
    EXPECT_EQ(exitCode(ErrorCode::FileTooNew), 3);
    EXPECT_EQ(exitCode(ErrorCode::Unreachable), 4);
    EXPECT_EQ(exitCode(ErrorCode::CredentialsRefused), 4);
    EXPECT_EQ(exitCode(ErrorCode::DiskFull), 5);
    EXPECT_EQ(exitCode(ErrorCode::Cancelled), 130);
}

TEST(Error, IsHandedOnWhole) {
    Result<int> failed = fail(ErrorCode::DiskFull, "what", "do");
    const Status passed = passOn(failed);
    ASSERT_FALSE(passed);
    EXPECT_EQ(passed.error().code, ErrorCode::DiskFull);
    EXPECT_EQ(passed.error().message, "what");
    EXPECT_EQ(passed.error().hint, "do");
}

}  // namespace
}  // namespace weir
