// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "http/client.h"
#include "kafka/token_answer.h"
#include "kafka/token_settings.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

namespace weir::kafka {

/// Gets tokens from a token endpoint.
///
/// Threads: fetch() from any, stop() from any other; stop() breaks off a fetch() that waits.
class TokenSource {
  public:
    explicit TokenSource(TokenSettings settings);

    [[nodiscard]] const TokenSettings& settings() const { return settings_; }

    /// Asks for a token and waits for the answer, ten seconds at most; `cancel` (may be null) ends it early.
    [[nodiscard]] Result<Token> fetch(const std::atomic<bool>* cancel = nullptr);
    void stop();

  private:
    [[nodiscard]] HttpRequest request() const;

    const TokenSettings settings_;
    HttpClient http_;
    std::mutex mutex_;  ///< guards stopped_, so that no request follows stop()
    bool stopped_ = false;
};

/// A token error as one line for librdkafka to carry, and back: librdkafka reports a failure as text only.
[[nodiscard]] std::string packTokenError(const Error& error);
[[nodiscard]] bool unpackTokenError(std::string_view text, Error& error);

}  // namespace weir::kafka
