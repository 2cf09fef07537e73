// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/facts.h"

#include <array>

namespace weir::facts {
namespace {

template <typename E, std::size_t N>
const char* nth(const std::array<const char*, N>& words, E value) {
    return words.at(static_cast<std::size_t>(value));
}

}  // namespace

const char* word(Mode v) {
    return nth(std::array{"drive", "observe", "import"}, v);
}
const char* word(SourceKind v) {
    return nth(std::array{"kafka", "http", "range"}, v);
}
const char* word(AssignmentState v) {
    return nth(std::array{"assigned", "revoked", "lost"}, v);
}
const char* word(HoleReason v) {
    return nth(std::array{"transaction", "aborted", "compaction", "retention"}, v);
}
const char* word(SkipReason v) {
    return nth(std::array{"filtered", "expired", "on-failure", "discarded"}, v);
}
const char* word(ClosedBy v) {
    return nth(std::array{"size", "bytes", "window", "end", "revoke"}, v);
}
const char* word(InstanceEndReason v) {
    return nth(std::array{"idle", "crashed", "timeout", "memory", "stopped"}, v);
}
const char* word(Outcome v) {
    return nth(std::array{"success", "partial", "error", "timeout", "throttled", "crashed", "abandoned"}, v);
}
const char* word(DecisionKind v) {
    return nth(std::array{"retry", "split", "throttle", "pause", "resume", "drain", "stop", "seek", "config"},
               v);
}
const char* word(Stream v) {
    return nth(std::array{"stdout", "stderr", "weir"}, v);
}
const char* word(TimestampType v) {
    return nth(std::array{"", "create", "log_append"}, v);
}

}  // namespace weir::facts
