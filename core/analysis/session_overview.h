// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_origin.h"
#include "journal/session_parent.h"
#include "journal/session_reader.h"

#include <optional>
#include <string>
#include <vector>

/// What a session file holds: `weir-cli info`. docs/info.md names the fields.
namespace weir::analysis {

struct SessionOverview {
    struct Topic {
        journal::TopicRow row;
        std::int64_t events = 0, value_bytes = 0;
    };
    std::string path;
    journal::SessionInfo info;
    std::optional<journal::Parent> parent;  ///< whose events are run again
    std::optional<journal::Origin> origin;  ///< of which it is a part
    journal::SessionExtent extent;
    std::int64_t invocations = 0;  ///< recorded, pruned ones included
    std::int64_t cold_starts = 0;
    std::vector<Topic> topics;
    std::vector<journal::FunctionRow> functions;
    std::vector<journal::TriggerRow> triggers;
    std::int64_t instances = 0;
    std::vector<journal::PrunedRow> pruned;
    std::vector<journal::NoteRow> notes;
    std::optional<journal::OrderOverview> order;  ///< absent: order was not checked while recording
};

/// Reads no row of what may be many.
Result<SessionOverview> sessionOverview(journal::SessionReader& reader, const std::string& path);

/// For people; every line is safe for a terminal.
std::string overviewText(const SessionOverview& overview);
std::string overviewJson(const SessionOverview& overview);

}  // namespace weir::analysis
