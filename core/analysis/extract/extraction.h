// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/extract/chosen.h"
#include "analysis/order/finding.h"
#include "journal/session_file.h"
#include "journal/sqlite.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::analysis {

class TableCopy;

/// The copying of extractSession(): the tables in the order in which they need each other. Writes into an
/// open transaction.
class Extraction {
  public:
    struct What {
        filter::IntervalSet events;
        std::vector<FunctionId> functions;  ///< whose deliveries are kept; empty: of all
        bool values = true;                 ///< false: none are copied
        bool all = false;                   ///< nothing is left out: times stay
    };
    /// `from` and `to` must live longer; `from` must be in use.
    Extraction(journal::SessionFile& from, sqlite3* to, std::string to_path, What what);

    Status run();

    /// What is left of findings of the whole session.
    Result<std::vector<order::Finding>> clip(const std::vector<order::Finding>& findings);

    [[nodiscard]] const Renumbered& events() const noexcept { return events_; }
    [[nodiscard]] const Renumbered& invocations() const noexcept { return invocations_; }

  private:
    Status session();
    Status declarations();
    Status arrivals();
    Status records();
    Status addAll(const char* table, Renumbered& to);
    Status chooseCalls();
    Status chooseWhatTheyName();
    Status calls();
    Status batches();
    Status runsOf(const char* table, const char* owner, const Renumbered& owners);
    Status outputs();
    Status output(TableCopy& output, TableCopy& more, std::int64_t id);
    Status instances();
    Status skips();
    Status headerCauses();
    Status context();
    Status logs();
    Status clipOutputs(const order::Finding& finding, std::vector<order::Finding>& kept);
    Result<std::vector<std::pair<TopicId, std::string>>> splitKeys(
        const std::vector<order::Finding>& findings);

    /// Whether deliveries to a function are kept.
    [[nodiscard]] bool keeps(FunctionId function) const;
    /// All rows of a table, with their ids.
    Status whole(std::string_view table, std::string_view rest = {});
    [[nodiscard]] Status done(int rc, bool reading) const;
    [[nodiscard]] Status done(int rc, const TableCopy& copy) const;
    void seen(TimeNs at);

    journal::SessionFile& from_;
    sqlite3* to_;
    std::string to_path_;
    const What what_;
    Renumbered events_, invocations_, batches_, instances_;
    Places places_;
    TimeNs first_at_ = 0, last_at_ = 0;  ///< of what was copied
};

}  // namespace weir::analysis
