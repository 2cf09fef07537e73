// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace weir {

/// A number that names one thing of one kind in a session. Ids count from 1 and grow with time, 0 is
/// "none"; ids of different kinds do not mix.
template <typename Tag>
struct Id {
    std::int64_t value = 0;

    constexpr Id() = default;
    constexpr explicit Id(std::int64_t v) noexcept : value(v) {}
    constexpr explicit operator bool() const noexcept { return value != 0; }
    constexpr auto operator<=>(const Id&) const = default;
};

using TopicId = Id<struct TopicTag>;
using FunctionId = Id<struct FunctionTag>;
using TriggerId = Id<struct TriggerTag>;
using InstanceId = Id<struct InstanceTag>;
using EventId = Id<struct EventTag>;
using BatchId = Id<struct BatchTag>;
using InvocationId = Id<struct InvocationTag>;

}  // namespace weir

template <typename Tag>
struct std::hash<weir::Id<Tag>> {
    std::size_t operator()(weir::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
