// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/finding.h"

#include <string_view>

namespace weir::analysis::order {
namespace {

constexpr std::array kKindWords{"regression", "inversion",        "overlap",   "duplicate",
                                "gap",        "output-inversion", "key-split", "late"};
constexpr std::array kSeverityWords{"note", "warn", "error"};
constexpr std::array kCauseWords{"", "rebalance", "bisect", "timeout", "retry", "concurrency", "producer"};

template <typename E, std::size_t N>
std::optional<E> find(const std::array<const char*, N>& words, std::string_view word) {
    for (std::size_t i = 0; i < N; ++i) {
        if (word == words[i]) return static_cast<E>(i);
    }
    return std::nullopt;
}

}  // namespace

const char* word(Kind kind) {
    return kKindWords[static_cast<std::size_t>(kind)];
}
const char* word(Severity severity) {
    return kSeverityWords[static_cast<std::size_t>(severity)];
}
const char* word(Cause cause) {
    return kCauseWords[static_cast<std::size_t>(cause)];
}

std::optional<Kind> kindOf(std::string_view word) {
    return find<Kind>(kKindWords, word);
}
std::optional<Severity> severityOf(std::string_view word) {
    return find<Severity>(kSeverityWords, word);
}
std::optional<Cause> causeOf(std::string_view word) {
    return find<Cause>(kCauseWords, word);
}

}  // namespace weir::analysis::order
