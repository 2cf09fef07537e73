// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/consumer.h"
#include "kafka/errors.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace weir::kafka {

/// Turns librdkafka's errors, which repeat with every attempt to connect, into one ConsumerTrouble each
/// until all is well again.
class TroubleLog {
  public:
    /// Says that the cluster has answered: from now on refused credentials and the like are taken for a
    /// broker that is still starting, not as final.
    void noteAnswer() { answered_ = true; }

    /// What to report, or nothing when it was reported already.
    std::optional<ConsumerTrouble> note(Error error) {
        if (!reported_.insert(error.message).second) return std::nullopt;
        ConsumerTrouble trouble{std::move(error), false};
        trouble.fatal = isFatal(trouble.error.code);
        waiting_ = waiting_ || !trouble.fatal;
        return trouble;
    }

    /// True while trouble that may pass is reported.
    [[nodiscard]] bool isWaiting() const { return waiting_; }

    void recovered() {
        waiting_ = false;
        reported_.clear();
    }

  private:
    [[nodiscard]] bool isFatal(ErrorCode code) const {
        switch (code) {
            case ErrorCode::UnknownTopic:
            case ErrorCode::NotAuthorized:
            case ErrorCode::Unsupported:
            case ErrorCode::Internal:
                return true;
            default:
                return isHopeless(code) && !answered_;
        }
    }

    std::set<std::string> reported_;
    bool answered_ = false;
    bool waiting_ = false;
};

}  // namespace weir::kafka
