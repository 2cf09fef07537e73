// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::kafka {

/// How to reach a cluster: the bootstrap list and librdkafka properties (security.protocol, sasl.*, ssl.*,
/// …). May hold secrets: never log or store it; use describe().
struct ClusterSettings {
    std::string brokers;
    std::map<std::string, std::string> properties;

    /// Brokers and the names of security settings, without any secret; for people and for sessions.
    [[nodiscard]] std::string describe() const;
};

/// Properties that Weir must own (group.id, enable.auto.commit, …), for error messages.
[[nodiscard]] const std::vector<std::string_view>& ownedProperties();

/// True for properties whose value must never be shown (passwords, keys, tokens).
[[nodiscard]] bool isSecretProperty(std::string_view name);

/// Asks librdkafka whether it knows every property and accepts its value. The error names the property, the
/// reason and, for a misspelt one, the nearest known name.
[[nodiscard]] Status checkProperties(const std::map<std::string, std::string>& properties);

/// Says what is missing among the properties for signing in; each may be right by itself.
[[nodiscard]] Status checkSignIn(const std::map<std::string, std::string>& properties);

}  // namespace weir::kafka
