// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_reader.h"
#include "replay/compare/scratch.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weir::compare {

/// One of the two sessions while they are compared.
struct Session {
    std::string path;
    std::unique_ptr<journal::SessionReader> reader;
    std::map<std::string, TopicId> topics;
    std::map<TopicId, std::string> topic_names;
    std::map<std::string, FunctionId> functions;
};
Result<Session> openSession(const std::string& path);

/// Numbers of what both sessions have, the same for both.
struct Common {
    std::map<FunctionId, std::int64_t> functions;  ///< that are compared
    std::map<TopicId, std::int64_t> topics;        ///< all
    std::set<TopicId> sources;                     ///< topics whose events are matched
};

/// Fills the tables of one side (`a` or `b`):
///   ev_S(id, hash, ord): events of the sources; hash and ord name the same event in both sessions
///   out_S(f, t, cause, k, p, off, ev, v): outputs; ev 0: not recorded, k 0: no key, v 0: its value is not
///   known dl_S(f, e, ok): events in calls
Status gather(Session& session, const Common& common, bool by_place, char side, Scratch& scratch);

/// Whether the events of the sources stand at the same places in both sessions, judged by some of them.
Result<bool> samePlaces(Session& a, Session& b, const std::vector<std::string>& sources);

}  // namespace weir::compare
