// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::kafka {

/// Where tokens for OAUTHBEARER come from: a token endpoint that is asked with a client id and its secret
/// (OAuth's client credentials grant). Holds a secret: never log or store it.
struct TokenSettings {
    std::string endpoint;  ///< http or https URL
    std::string client_id;
    std::string client_secret;
    std::string scope;                                            ///< empty: none
    std::vector<std::pair<std::string, std::string>> extensions;  ///< for the broker, beside the token
    std::string authorities;      ///< file or folder with the authorities of https; empty: the system's
    std::string authorities_pem;  ///< the same as text

    /// The endpoint without what may be secret in it (user, query): `https://login.example/token`.
    [[nodiscard]] std::string place() const;
};

/// True for the properties that Weir takes itself instead of handing them to librdkafka, which Debian builds
/// without them: `sasl.oauthbearer.method`, `….client.id` and the like, `https.ca.location`.
[[nodiscard]] bool isTokenProperty(std::string_view name);

/// The names of them, for spelling.
[[nodiscard]] const std::vector<std::string_view>& tokenProperties();

/// Judges the value of one of them by itself.
[[nodiscard]] Status checkTokenProperty(const std::string& name, const std::string& value);

/// The settings of the token endpoint, or nothing when the cluster does not use one. What is missing for
/// OAUTHBEARER is an error that names it.
[[nodiscard]] Result<std::optional<TokenSettings>> tokenSettingsOf(
    const std::map<std::string, std::string>& properties);

}  // namespace weir::kafka
