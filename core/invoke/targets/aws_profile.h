// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/target_spec.h"
#include "invoke/targets/aws_signature.h"

#include <functional>
#include <optional>
#include <string>

namespace weir::invoke {

/// A variable of the environment; nothing when it is not set or empty.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] Environment processEnvironment();

/// The credentials of a target, looked for in this order: the target's own keys, its `profile` in AWS's
/// files, the variables AWS_ACCESS_KEY_ID and so on, the profile AWS_PROFILE or `default`. Empty ones when
/// there are none anywhere; an error when a profile that is asked for by name has none, or has them in a way
/// that Weir cannot follow (SSO, roles, a program).
Result<AwsCredentials> awsCredentials(const flow::LambdaTarget& target, const Environment& environment);

/// The region of a target: its own, that of its ARN, of AWS_REGION, AWS_DEFAULT_REGION or the profile; empty
/// when there is none.
[[nodiscard]] std::string awsRegion(const flow::LambdaTarget& target, const Environment& environment);

/// What a function's name or ARN says: `arn:aws:lambda:eu-west-1:123:function:score:live`,
/// `123:function:score`, `score:live`.
struct LambdaName {
    std::string name;       ///< as it stands in the path of a request, without qualifier
    std::string region;     ///< empty unless it is an ARN
    std::string qualifier;  ///< empty: none
};
[[nodiscard]] LambdaName lambdaName(const std::string& function);

}  // namespace weir::invoke
