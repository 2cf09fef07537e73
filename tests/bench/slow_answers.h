// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <memory>
#include <string>

namespace weir::bench {

/// A local HTTP function that answers every request with 200 and nothing after `delay`, keeps connections
/// open and takes little of the machine. Runs on a thread of its own as long as it lives.
class SlowAnswers {
  public:
    explicit SlowAnswers(DurationNs delay);
    ~SlowAnswers();
    SlowAnswers(const SlowAnswers&) = delete;
    SlowAnswers& operator=(const SlowAnswers&) = delete;

    [[nodiscard]] std::string url() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::bench
