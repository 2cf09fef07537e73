// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::invoke {

struct AwsCredentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token = {};  ///< empty: none

    [[nodiscard]] bool empty() const { return access_key_id.empty(); }
};

/// A request that is to be signed. Path and query stand as they are sent, percent-encoded once.
struct AwsRequest {
    std::string method = "POST";
    std::string host;  ///< with its port unless that is the scheme's own
    std::string path;
    std::string query = {};
    std::vector<std::pair<std::string, std::string>> headers = {};  ///< beside host and date; signed too
    std::string_view body = {};
};

/// The headers that sign a request with AWS's Signature Version 4, as lines: `X-Amz-Date`, `Authorization`,
/// with a session token `X-Amz-Security-Token`. libcurl's own signing takes the path as it is and so cannot
/// sign the colons of an ARN.
[[nodiscard]] std::vector<std::string> signAws(const AwsRequest& request, const AwsCredentials& credentials,
                                               std::string_view region, std::string_view service, TimeNs now);

}  // namespace weir::invoke
