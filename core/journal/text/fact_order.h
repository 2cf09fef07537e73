// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/fact_parser.h"

#include <cstdint>

namespace weir::journal {

/// The order of text facts at one instant: what declares before what uses, an end before a start. The end of
/// a call that took no time can only follow its own start.
enum class FactRank : std::uint8_t {
    Session,
    Topic,
    Function,
    Trigger,
    Assignment,
    Record,
    Hole,
    Instance,
    InstanceReady,
    End,
    Skip,
    Batch,
    Start,
    EndOfNoTime,
    Observed,
    Output,
    Commit,
    Decision,
    Log,
    InstanceEnd,
    Note
};

/// The rank of a fact by its kind alone; whether an end is EndOfNoTime depends on its start.
[[nodiscard]] constexpr FactRank rankOf(FactKind kind) noexcept {
    const auto value = static_cast<std::uint8_t>(kind);
    return static_cast<FactRank>(kind <= FactKind::Start ? value : value + 1);
}

static_assert(rankOf(FactKind::End) == FactRank::End);
static_assert(rankOf(FactKind::Start) == FactRank::Start);
static_assert(rankOf(FactKind::Observed) == FactRank::Observed);
static_assert(rankOf(FactKind::Note) == FactRank::Note);

}  // namespace weir::journal
