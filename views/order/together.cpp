// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/together.h"

#include <algorithm>
#include <limits>

namespace weir::views {
namespace {

namespace order = analysis::order;

bool holds(const order::EvidenceCall& call, const order::Finding& finding) {
    return finding.against && finding.against->offset >= call.first && finding.against->offset <= call.last;
}

}  // namespace

Together togetherOf(const order::Evidence& e) {
    Together both;
    for (const order::EvidenceCall& call : e.calls) {
        if (call.id == e.finding.invocation) both.own = &call;
    }
    if (both.own == nullptr) return both;
    const auto until = [](const order::EvidenceCall& call) {
        return call.end.value_or(std::numeric_limits<TimeNs>::max());
    };
    for (const order::EvidenceCall& call : e.calls) {
        const bool at_once =
            &call != both.own && call.start < until(*both.own) && both.own->start < until(call);
        if (at_once && (both.other == nullptr || (!holds(*both.other, e.finding) && holds(call, e.finding))))
            both.other = &call;
    }
    if (both.other == nullptr) return both;
    both.from = std::max(both.own->start, both.other->start);
    const TimeNs end = std::min(until(*both.own), until(*both.other));
    if (end != std::numeric_limits<TimeNs>::max()) both.to = end;
    return both;
}

}  // namespace weir::views
