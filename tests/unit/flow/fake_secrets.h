// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret_source.h"

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

namespace weir::flow {

/// An environment of the test's own.
class FakeSecrets final : public SecretSource {
  public:
    FakeSecrets() = default;
    FakeSecrets(std::initializer_list<std::pair<const std::string, std::string>> values) : values_(values) {}

    [[nodiscard]] std::optional<std::string> secret(const std::string& name) const override {
        const auto found = values_.find(name);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    std::map<std::string, std::string> values_;
};

}  // namespace weir::flow
