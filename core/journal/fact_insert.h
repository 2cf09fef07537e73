// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/cause_insert.h"
#include "journal/event_insert.h"
#include "journal/facts.h"
#include "journal/sqlite.h"

#include <unordered_map>
#include <vector>

namespace weir::journal {

/// Turns facts into rows, inside whatever transaction is open.
class FactInsert {
  public:
    FactInsert(sqlite3* db, CapturePolicy capture);

    /// SQLITE_OK, or why a statement could not be prepared.
    [[nodiscard]] int prepared() const noexcept;
    /// Writes one fact; returns SQLite's result code.
    int insert(const facts::Fact& fact);

  private:
    using Runs = std::vector<facts::EventRun>;

    int add(TimeNs at, const facts::Session& f);
    int add(TimeNs at, const facts::Topic& f);
    int add(TimeNs at, const facts::Function& f);
    int add(TimeNs at, const facts::Trigger& f);
    int add(TimeNs at, const facts::Assignment& f);
    int add(TimeNs at, const facts::Records& f);
    int add(TimeNs at, const facts::Unrecorded& f);
    int add(TimeNs at, const facts::LateRecord& f);
    int add(TimeNs at, const facts::Hole& f);
    int add(TimeNs at, const facts::Skip& f);
    int add(TimeNs at, const facts::Batch& f);
    int add(TimeNs at, const facts::Instance& f);
    int add(TimeNs at, const facts::InstanceReady& f);
    int add(TimeNs at, const facts::InstanceEnd& f);
    int add(TimeNs at, const facts::Start& f);
    int add(TimeNs at, const facts::End& f);
    int add(TimeNs at, const facts::Observed& f);
    int add(TimeNs at, const facts::Output& f);
    int add(TimeNs at, const facts::Commit& f);
    int add(TimeNs at, const facts::Decision& f);
    int add(TimeNs at, const facts::Log& f);
    int add(TimeNs at, const facts::Note& f);

    int addInvocation(const facts::Start& f, std::optional<TimeNs> start, std::optional<TimeNs> end,
                      const char* outcome);
    int addDeliveryRun(InvocationId invocation, std::int64_t& position, EventId first, std::int64_t count,
                       const char* outcome);
    int rewriteRuns(InvocationId invocation, const Runs& runs, const Runs& failed);

    EventInsert events_;
    CauseInsert causes_;
    sqlite::Statement session_, topic_, function_, trigger_, trigger_topic_, assignment_, event_run_,
        unrecorded_, forget_event_, forget_event_run_, late_record_, hole_, skip_, batch_, batch_run_,
        instance_, instance_ready_, instance_end_, start_, end_, delivery_run_, forget_runs_, output_,
        output_more_, commit_, decision_, log_, note_;
    std::unordered_map<std::int64_t, Runs> in_flight_;  ///< what a partial end will have to split
};

}  // namespace weir::journal
