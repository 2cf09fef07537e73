// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace weir {

/// Where secrets come from: the environment in weir-cli, the system's keychain in the desktop. A secret is
/// never written to a session, a flow file, a report or a log. Implementations may be called from any thread.
class SecretSource {
  public:
    virtual ~SecretSource() = default;
    /// The secret of that name, or nothing when there is none.
    [[nodiscard]] virtual std::optional<std::string> secret(const std::string& name) const = 0;
};

/// Reads environment variables.
class EnvironmentSecrets final : public SecretSource {
  public:
    [[nodiscard]] std::optional<std::string> secret(const std::string& name) const override {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
    }
};

}  // namespace weir
