// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "http/client.h"
#include "kafka/token_settings.h"

#include <string>

namespace weir::kafka {

/// A token to sign in with. Secret: never log or store it.
struct Token {
    std::string value;
    std::string principal;  ///< whom it names (`sub`); the client id when it does not say
    TimeNs expires = 0;
};

/// What a token endpoint answered at `now`: the token, or what is wrong and what to do. How long the token
/// lives is what the answer says (`expires_in`), else what the token itself says (`exp` of a JWT), else five
/// minutes. No error repeats a secret.
Result<Token> readToken(const HttpResponse& response, const TokenSettings& settings, TimeNs now);

}  // namespace weir::kafka
