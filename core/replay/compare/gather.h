// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_file.h"
#include "journal/session_reader.h"
#include "replay/compare/compare.h"
#include "replay/compare/scratch.h"
#include "replay/compare/sorter.h"

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
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
    std::map<FunctionId, std::int32_t> functions;  ///< that are compared
    std::map<TopicId, std::int32_t> topics;        ///< all
    std::set<TopicId> sources;                     ///< topics whose events are matched
};

/// Which event it is, the same in both sessions: its place or, where that does not say it, a number of its
/// content and which of several such it is. Empty: no event of the sources.
struct Name {
    std::uint64_t high = 0, low = 0;

    auto operator<=>(const Name&) const = default;
    explicit operator bool() const noexcept { return high != 0; }
};

/// What a session has of an event: that it has it, or that a function succeeded with it.
struct Named {
    static constexpr std::int32_t kThere = -1;

    Name name;
    std::int32_t function = kThere;

    auto operator<=>(const Named&) const = default;
};

/// An output. `event` 0: it was not recorded; `key` 0: it has none, or keys of its topic are not known in one
/// of the sessions; `value` 0: not known. Keys and values are told apart by a number of 64 bits.
struct Output {
    Name name;  ///< of its (first) cause
    std::int32_t function = 0, topic = 0;
    std::int64_t key = 0;
    std::int64_t offset = 0, event = 0, value = 0;
    std::int64_t cause = 0;  ///< id
    std::int32_t partition = 0;

    /// The same one in both sessions.
    [[nodiscard]] auto same() const { return std::tie(name, function, topic, key); }
    bool operator<(const Output& o) const {
        return std::tie(name, function, topic, key, partition, offset) <
               std::tie(o.name, o.function, o.topic, o.key, o.partition, o.offset);
    }
};

/// What a session has, in the order of names.
struct Gathered {
    Sorter<Named> names;
    Sorter<Output> outputs;
    std::int64_t events = 0;  ///< of the sources
};

/// Reads both sessions, each on a thread of its own.
Result<std::vector<Gathered>> gather(Both<Session>& sessions, const Both<Common>& common, bool by_place,
                                     Both<std::unique_ptr<Scratch>>& scratch);

/// Whether the events of the sources stand at the same places in both sessions, judged by some of them.
Result<bool> samePlaces(Session& a, Session& b, const std::vector<std::string>& sources);

}  // namespace weir::compare
