// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/json_mask.h"
#include "base/time.h"
#include "journal/finding_rows.h"
#include "journal/journal.h"
#include "journal/session_parent.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir::journal {

/// What of each record is kept, and how much of the session. What is masked is replaced by `***` before
/// anything is stored. With paths, a value that is not JSON is not kept at all: what they name could not be
/// found in it.
struct CapturePolicy {
    enum class Values { Whole, Prefix, None };
    Values values = Values::Whole;
    std::int64_t prefix_bytes = 0;
    std::vector<std::string> mask_paths = {};    ///< into values that are JSON, see parseJsonPath()
    std::vector<std::string> mask_headers = {};  ///< names, whatever their case
    std::optional<std::int64_t> max_bytes = {};  ///< beyond it the oldest events are pruned
    std::optional<DurationNs> max_age = {};      ///< as max_bytes, by their arrival
};

/// The store behind a journal that is a session file. See docs/session-format.md.
class SessionWriter final : public FactStore {
  public:
    /// Recording: facts survive a kill, readers may look on, and the session ends when finish() is called.
    /// Import: the file is worth nothing before it is whole, so it is written without a log, and the session
    /// ends with its last fact.
    enum class Purpose { Recording, Import };

    /// Creates a new session file; refuses to overwrite anything (FileExists) and to write where another
    /// process writes.
    static Result<std::unique_ptr<SessionWriter>> create(const std::string& path,
                                                         const CapturePolicy& capture,
                                                         Purpose purpose = Purpose::Recording);
    ~SessionWriter() override;

    Status write(std::span<const facts::Fact> facts) override;
    Status flush() override;
    void idle() override;
    /// Flushes, notes the end of the session, checkpoints and leaves WAL, so that the session is one file.
    Status finish() override;

    // What the order check found, in the transaction of the facts. Thread: as write().
    Status writeFindings(std::span<const FindingRow> findings);
    Status writeOrderCheck(const OrderSummaryRow& check, std::span<const FindingCountRow> counts);
    Status clearFindings();
    /// Says whose events are run again. Before any other call, on any thread.
    Status writeParent(const Parent& parent);

  private:
    struct Impl;
    explicit SessionWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::journal
